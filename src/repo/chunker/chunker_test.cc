#include "repo/chunker/chunker.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "crypto/digest.h"
#include "repo/chunker/kernels.h"
#include "repo/chunker/polynomial.h"

namespace tranship::repo {
namespace {

constexpr std::uint64_t kPolynomial = 0x3DA3358B4DC173;

TEST(Polynomial, KnowsTheIrreducibleOnes) {
  EXPECT_TRUE(is_irreducible(0x3DA3358B4DC173));
  EXPECT_TRUE(is_irreducible(0x2482734cacca49));
  for (std::uint64_t reducible : {0x38f1e565e288dfull, 0x30a8295b9d5c91ull, 0x255f4350b962cbull, 0x267f776110a235ull,
                                  0x2f4dae10d41227ull, 0x312daf4b284899ull, 0x29dfb6553d01d1ull, 0x3548245eb26257ull}) {
    EXPECT_FALSE(is_irreducible(reducible)) << std::hex << reducible;
  }
}

TEST(Polynomial, CountsAsManyIrreducibleOnesAsGaussDoes) {
  const int expected[] = {0, 2, 1, 2, 3, 6, 9, 18, 30, 56, 99, 186, 335};
  for (int degree = 1; degree <= 12; ++degree) {
    int count = 0;
    for (std::uint64_t p = 1u << degree; p < 2u << degree; ++p) count += is_irreducible(p);
    EXPECT_EQ(count, expected[degree]) << "degree " << degree;
  }
  EXPECT_FALSE(is_irreducible(0));
  EXPECT_FALSE(is_irreducible(1));
  EXPECT_FALSE(is_irreducible(~0ull));
}

TEST(Polynomial, RandomOnesAreFitAndDiffer) {
  const std::uint64_t a = random_polynomial(), b = random_polynomial();
  EXPECT_TRUE(is_chunker_polynomial(a));
  EXPECT_TRUE(is_chunker_polynomial(b));
  EXPECT_NE(a, b);
  EXPECT_FALSE(is_chunker_polynomial(7));  // irreducible, but of degree 2
}

// The definition, without tables: the remainder of the last 64 bytes.
std::uint64_t fingerprint(const std::uint8_t* end, std::uint64_t polynomial) {
  std::uint64_t value = 0;
  for (const std::uint8_t* byte = end - 64; byte != end; ++byte) {
    value = polynomial_remainder((value << 8) | *byte, polynomial);
  }
  return value;
}

TEST(Chunker, CutsWhereTheDefinitionSays) {
  std::mt19937_64 random(1);
  Bytes data((1u << 20) + (1u << 19));
  for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
  std::size_t expected = kChunkBytesMin;
  while (expected < data.size() && fingerprint(data.data() + expected, kPolynomial) & 0xfffff) ++expected;
  for (auto level : crypto::kernel_levels()) EXPECT_EQ(Chunker(kPolynomial, level).next(data), expected);
}

TEST(Chunker, CutsZerosAtTheMinimum) {
  const Bytes zeros(kChunkBytesMax);
  for (auto level : crypto::kernel_levels()) {
    EXPECT_EQ(Chunker(kPolynomial, level).next(zeros), kChunkBytesMin);
  }
  EXPECT_EQ(crypto::sha256(ByteView(zeros).first(kChunkBytesMin)).hex(),
            "07854d2fef297a06ba81685e660c332de36d5d18d546927d30daad6d7fda1541");
}

TEST(Chunker, KeepsToItsLimits) {
  for (auto level : crypto::kernel_levels()) {
    const Chunker chunker(kPolynomial, level);
    // Bytes of one value give one fingerprint everywhere; all but zero never cut.
    const Bytes ones(kChunkBytesMax + 1000, 1);
    EXPECT_EQ(chunker.next(ones), kChunkBytesMax);
    EXPECT_EQ(chunker.next(ByteView(ones).first(kChunkBytesMax - 1)), kChunkBytesMax - 1);
    EXPECT_EQ(chunker.next(ByteView(ones).first(kChunkBytesMin)), kChunkBytesMin);
    EXPECT_EQ(chunker.next(ByteView(ones).first(1)), 1u);
    EXPECT_EQ(chunker.next({}), 0u);
  }
}

// Changes the last eight bytes of the window that ends behind data[at], so that there is a cut.
void put_cut(Bytes& data, std::size_t at, std::uint64_t polynomial) {
  std::uint8_t* const end = data.data() + at + 1;
  std::fill(end - 8, end, std::uint8_t{0});
  // The last 53 bits of the window are the fingerprint's own places: what is there is what gets added.
  const std::uint64_t add = fingerprint(end, polynomial);
  for (int i = 0; i < 8; ++i) end[-1 - i] = static_cast<std::uint8_t>(add >> (8 * i));
}

std::vector<std::pair<crypto::KernelLevel, std::size_t>> cuts_of(ByteView data, std::uint64_t polynomial) {
  std::vector<std::pair<crypto::KernelLevel, std::size_t>> result;
  for (auto level : crypto::kernel_levels()) result.emplace_back(level, Chunker(polynomial, level).next(data));
  return result;
}

TEST(Chunker, KernelsFindCutsAtEveryEdge) {
  std::mt19937_64 random(2);
  const std::uint64_t polynomial = random_polynomial();
  // Edges: the least and the greatest cut, blocks of a scan, streams of a block, the last bytes of a file.
  std::vector<std::size_t> edges = {kChunkBytesMin - 1, kChunkBytesMin, kChunkBytesMin + 63, kChunkBytesMin + 64};
  for (std::size_t block = 1; block < 4; ++block) {
    for (std::size_t stream : {0, 1, 31, 63}) {
      for (int off = -1; off <= 1; ++off) {
        edges.push_back(kChunkBytesMin - 1 + (block * 64 + stream) * (4096 + 64) + static_cast<std::size_t>(off));
      }
    }
  }
  for (std::size_t at : edges) {
    Bytes data(at + 1 + random() % 5000, 1);  // ones alone never cut
    put_cut(data, at, polynomial);
    for (auto [level, cut] : cuts_of(data, polynomial)) {
      ASSERT_EQ(cut, at + 1) << crypto::kernel_level_name(level) << " of " << data.size();
    }
    data.resize(at + 1);
    for (auto [level, cut] : cuts_of(data, polynomial)) ASSERT_EQ(cut, at + 1) << crypto::kernel_level_name(level);
    data.resize(at);
    for (auto [level, cut] : cuts_of(data, polynomial)) ASSERT_EQ(cut, at) << crypto::kernel_level_name(level);
  }
}

TEST(Chunker, KernelsTakeTheFirstOfManyCuts) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 30; ++round) {
    const std::uint64_t polynomial = random_polynomial();
    Bytes data(kChunkBytesMin + random() % (1u << 20), 1);
    const std::size_t spread = data.size() - kChunkBytesMin;
    for (int i = 0; i < 20 && spread > 0; ++i) put_cut(data, kChunkBytesMin + random() % spread, polynomial);
    const std::size_t expected = Chunker(polynomial, crypto::KernelLevel::portable).next(data);
    for (auto [level, cut] : cuts_of(data, polynomial)) ASSERT_EQ(cut, expected) << crypto::kernel_level_name(level);
  }
}

TEST(Chunker, KernelsAgreeOnRandomDataAtEveryAlignment) {
  std::mt19937_64 random(4);
  Bytes data(24u << 20);
  for (std::size_t i = 0; i + 8 <= data.size(); i += 8) {
    const std::uint64_t value = random();
    std::memcpy(data.data() + i, &value, 8);
  }
  const std::uint64_t polynomial = random_polynomial();
  const Chunker portable(polynomial, crypto::KernelLevel::portable);
  int chunks = 0;
  for (std::size_t at = random() % 100; at < data.size(); ++chunks) {
    const ByteView rest = ByteView(data).subspan(at);
    const std::size_t expected = portable.next(rest);
    for (auto [level, cut] : cuts_of(rest, polynomial)) ASSERT_EQ(cut, expected) << crypto::kernel_level_name(level);
    at += expected;
  }
  EXPECT_GT(chunks, 8);
}

// Memory that ends where the data do, and begins where a kernel may begin to read.
TEST(Chunker, KernelsReadNothingBesideTheirData) {
  ChunkerTables tables;
  fill_chunker_tables(kPolynomial, tables);
  for (std::size_t size : {64u, 65u, 200u, 8191u, 8192u, 8193u, 8256u, 20000u}) {
    const Bytes data(kWindowBytes + size, 1);
    EXPECT_EQ(find_cut_portable(tables, data.data(), kWindowBytes, data.size()), kNoCut);
    EXPECT_EQ(find_cut_interleaved(tables, data.data(), kWindowBytes, data.size()), kNoCut);
    if (crypto::cpu_features().avx512 && crypto::cpu_features().gfni) {
      EXPECT_EQ(find_cut_gfni(tables, data.data(), kWindowBytes, data.size()), kNoCut);
    }
  }
}

}  // namespace
}  // namespace tranship::repo
