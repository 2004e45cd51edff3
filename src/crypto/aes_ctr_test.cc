#include "crypto/aes_ctr.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/seal.h"

namespace tranship::crypto {
namespace {

std::array<std::uint8_t, 32> key_of(std::string_view hex) {
  std::array<std::uint8_t, 32> key{};
  const Bytes bytes = from_hex(hex).value();
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

// NIST SP 800-38A, F.5.5.
TEST(AesCtr, GivesThePublishedBlocks) {
  const auto key = key_of("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  const Bytes iv = from_hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff").value();
  const Bytes plain = from_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                               "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710")
                          .value();
  for (auto level : kernel_levels()) {
    Bytes out(plain.size());
    AesCtr(key, level).apply(iv.data(), plain, out);
    EXPECT_EQ(to_hex(out),
              "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
              "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6")
        << kernel_level_name(level);
  }
}

// Counters that overflow 32, 64 and 128 bits, at every place of a vector, and sizes around every edge.
TEST(AesCtr, KernelsAgreeAtEveryOverflowOfTheCounter) {
  std::mt19937_64 random(1);
  const auto key = key_of("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  for (std::size_t carried : {0, 4, 8, 12, 16}) {
    for (int before = 0; before < 40; ++before) {
      std::uint8_t iv[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
      std::fill(iv + 16 - carried, iv + 16, 0xff);
      iv[15] = static_cast<std::uint8_t>(iv[15] - before);
      Bytes plain(random() % 2000);
      for (auto& byte : plain) byte = static_cast<std::uint8_t>(random());
      Bytes expected(plain.size());
      AesCtr(key, KernelLevel::portable).apply(iv, plain, expected);
      for (auto level : kernel_levels()) {
        Bytes out(plain.size());
        AesCtr cipher(key, level);
        cipher.apply(iv, plain, out);
        ASSERT_EQ(out, expected) << kernel_level_name(level) << " carried " << carried << " before " << before;
        cipher.apply(iv, out, out);
        ASSERT_EQ(out, plain) << "in place, " << kernel_level_name(level);
      }
    }
  }
}

TEST(AesCtr, KernelsAgreeOnEverySizeAndAlignment) {
  std::mt19937_64 random(2);
  for (std::size_t size = 0; size < 1200; size += 1 + size / 100) {
    std::array<std::uint8_t, 32> key;
    std::uint8_t iv[16];
    for (auto& byte : key) byte = static_cast<std::uint8_t>(random());
    for (auto& byte : iv) byte = static_cast<std::uint8_t>(random());
    const std::size_t shift = random() % 64;
    Bytes plain(size + shift), expected(size);
    for (auto& byte : plain) byte = static_cast<std::uint8_t>(random());
    AesCtr(key, KernelLevel::portable).apply(iv, ByteView(plain).subspan(shift), expected);
    for (auto level : kernel_levels()) {
      Bytes out(size + 2 * shift, 0xee);
      AesCtr(key, level).apply(iv, ByteView(plain).subspan(shift), MutableByteView(out).subspan(shift, size));
      ASSERT_EQ(to_hex(ByteView(out).subspan(shift, size)), to_hex(expected)) << size;
      ASSERT_EQ(std::count(out.begin(), out.begin() + static_cast<long>(shift), 0xee), static_cast<long>(shift));
      ASSERT_EQ(std::count(out.end() - static_cast<long>(shift), out.end(), 0xee), static_cast<long>(shift));
    }
  }
}

TEST(Sealer, EachKernelOpensWhatTheOthersSealed) {
  const SealKey key = SealKey::random();
  const Bytes plain(100000, 7);
  for (auto sealing : kernel_levels()) {
    const Bytes sealed = Sealer(key, sealing).seal(plain);
    for (auto opening : kernel_levels()) EXPECT_EQ(Sealer(key, opening).open(sealed).value(), plain);
  }
}

}  // namespace
}  // namespace tranship::crypto
