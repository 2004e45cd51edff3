#pragma once
// AES-256-CTR, 32 blocks at once (FIPS 197, SP 800-38A). Inside src/crypto only; needs AVX-512 F, BW, DQ, VL and VAES.

#include <cstddef>
#include <cstdint>

namespace tranship::crypto {

inline constexpr int kAes256RoundKeys = 15;

struct alignas(16) Aes256RoundKeys {
  std::uint8_t bytes[kAes256RoundKeys][16];
};

void aes256_expand(const std::uint8_t key[32], Aes256RoundKeys& keys);
// The counter is 128 bits, big endian, starts at `iv` and wraps. in == out is fine, other overlaps are not.
void aes256_ctr_vaes(const Aes256RoundKeys& keys, const std::uint8_t iv[16], const std::uint8_t* in, std::uint8_t* out,
                     std::size_t bytes);

}  // namespace tranship::crypto
