// Goal: pack headers and blobs are read exactly, and nothing that is damaged is taken. Method: what we write ourselves,
// then every kind of damage, and seeded bytes.

#include "repo/format/pack.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <random>

#include "crypto/random.h"

namespace tranship::repo {
namespace {

std::vector<PackedBlob> blobs_of(std::mt19937& random, std::size_t count) {
  std::vector<PackedBlob> blobs;
  std::uint32_t offset = 0;
  for (std::size_t at = 0; at < count; ++at) {
    PackedBlob blob;
    for (auto& byte : blob.id.bytes) byte = static_cast<std::uint8_t>(random());
    blob.type = random() % 2 ? BlobType::tree : BlobType::data;
    blob.offset = offset;
    blob.length = 32 + random() % 1000;
    blob.uncompressed_length = random() % 2 ? 1 + random() % 5000 : 0;
    offset += blob.length;
    blobs.push_back(blob);
  }
  return blobs;
}

bool same(const PackedBlob& left, const PackedBlob& right) {
  return left.id == right.id && left.type == right.type && left.offset == right.offset && left.length == right.length &&
         left.uncompressed_length == right.uncompressed_length;
}

TEST(Pack, HeaderRoundTrip) {
  std::mt19937 random(1);
  for (const std::size_t count : {0u, 1u, 2u, 500u}) {
    const auto blobs = blobs_of(random, count);
    const auto parsed = parse_pack_header(pack_header(blobs));
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->size(), count);
    for (std::size_t at = 0; at < count; ++at) EXPECT_TRUE(same(blobs[at], (*parsed)[at]));
  }
}

TEST(Pack, HeaderRefusesDamage) {
  std::mt19937 random(2);
  const Bytes good = pack_header(blobs_of(random, 3));
  Bytes cut = good;
  cut.pop_back();
  EXPECT_EQ(parse_pack_header(cut).error().fault(), Fault::corrupt);
  Bytes unknown = good;
  unknown[0] = 4;
  EXPECT_EQ(parse_pack_header(unknown).error().fault(), Fault::corrupt);
  EXPECT_FALSE(parse_pack_header(pack_header({{Id{}, BlobType::data, 0, 31, 0}})));
  const PackedBlob huge{Id{}, BlobType::data, 0, 0xffffffffu, 0};
  EXPECT_FALSE(parse_pack_header(pack_header({huge, huge})));
}

TEST(Pack, SeededBytesAreParsedOrRefused) {
  std::mt19937 random(3);
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes(random() % 200);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() % (round % 2 ? 256 : 5));
    const auto parsed = parse_pack_header(bytes);
    if (parsed) {
      EXPECT_EQ(pack_header(*parsed), bytes);
    }
    (void)sealed_header_bytes(bytes, bytes.size());
  }
}

TEST(Pack, WholeHeaderIsOpenedAndItsSumChecked) {
  const auto key = crypto::SealKey::random();
  crypto::Sealer sealer(key);
  std::mt19937 random(4);
  const auto blobs = blobs_of(random, 7);
  Bytes tail = sealer.seal(pack_header(blobs));
  const std::uint32_t length = static_cast<std::uint32_t>(tail.size());
  for (int shift = 0; shift < 32; shift += 8) tail.push_back(static_cast<std::uint8_t>(length >> shift));
  const std::uint64_t size = pack_file_size(blobs);
  ASSERT_TRUE(read_pack_header(sealer, tail, size));
  EXPECT_FALSE(read_pack_header(sealer, tail, size + 1));
  EXPECT_FALSE(read_pack_header(sealer, ByteView(tail).subspan(1), size));
  Bytes flipped = tail;
  flipped[20] ^= 1;
  EXPECT_EQ(read_pack_header(sealer, flipped, size).error().fault(), Fault::corrupt);
  Bytes lying = tail;
  lying[lying.size() - 2] = 0xff;
  EXPECT_FALSE(read_pack_header(sealer, lying, size));
}

Bytes sealed_frame(const crypto::SealKey& key, ByteView plain, bool with_size) {
  Bytes frame(ZSTD_compressBound(plain.size()));
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, with_size ? 1 : 0);
  frame.resize(ZSTD_compress2(context, frame.data(), frame.size(), plain.data(), plain.size()));
  ZSTD_freeCCtx(context);
  crypto::Sealer sealer(key);
  return sealer.seal(frame);
}

TEST(Pack, OpensRawAndCompressedBlobsWithAndWithoutContentSize) {
  const auto key = crypto::SealKey::random();
  BlobOpener opener(key);
  Bytes plain(5000, 'x');
  Bytes out(plain.size());
  crypto::Sealer sealer(key);
  Bytes raw = sealer.seal(plain);
  const auto opened = opener.open(raw, 0, {});
  ASSERT_TRUE(opened);
  EXPECT_TRUE(std::equal(opened->begin(), opened->end(), plain.begin(), plain.end()));
  for (const bool with_size : {true, false}) {
    Bytes sealed = sealed_frame(key, plain, with_size);
    const auto decoded = opener.open(sealed, 5000, out);
    ASSERT_TRUE(decoded) << decoded.error().text();
    EXPECT_TRUE(std::equal(decoded->begin(), decoded->end(), plain.begin(), plain.end()));
  }
}

TEST(Pack, ABlobThatIsNotWhatTheIndexSaysIsRefused) {
  const auto key = crypto::SealKey::random();
  BlobOpener opener(key);
  const Bytes plain(5000, 'x');
  Bytes out(6000);
  for (const std::uint32_t claimed : {4999u, 5001u}) {
    Bytes sealed = sealed_frame(key, plain, true);
    EXPECT_EQ(opener.open(sealed, claimed, out).error().fault(), Fault::corrupt);
  }
  Bytes sealed = sealed_frame(key, plain, true);
  sealed[17] ^= 0x80;
  EXPECT_EQ(opener.open(sealed, 5000, out).error().fault(), Fault::corrupt);
  Bytes tiny(31);
  EXPECT_EQ(opener.open(tiny, 0, out).error().fault(), Fault::corrupt);
  crypto::Sealer sealer(key);
  Bytes no_frame = sealer.seal(plain);
  EXPECT_EQ(opener.open(no_frame, 5000, out).error().fault(), Fault::corrupt);
}

}  // namespace
}  // namespace tranship::repo
