#include "repo/chunker.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/digest.h"
#include "repo/polynomial.h"

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

}  // namespace
}  // namespace tranship::repo
