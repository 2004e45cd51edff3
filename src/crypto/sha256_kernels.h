#pragma once
// The compression function of SHA-256 (FIPS 180-4, section 6.2), one function per kernel: whole blocks of 64 bytes
// in, no padding. Inside src/crypto only; callers ask cpu_features() first.

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/id.h"
#include "crypto/kernels.h"

namespace tranship::crypto {

inline constexpr std::size_t kSha256BlockBytes = 64;
inline constexpr std::size_t kSha256Lanes = 16;

inline constexpr std::uint32_t kSha256Start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
extern const std::uint32_t kSha256Round[64];

// States of 16 messages side by side: word[i][lane].
struct alignas(64) Sha256Lanes {
  std::uint32_t word[8][kSha256Lanes];
};

// `blocks` blocks of each of 16 messages. Needs AVX-512 F, BW.
void sha256_blocks_avx512(Sha256Lanes& lanes, const std::uint8_t* const data[kSha256Lanes], std::size_t blocks);

// SHA extensions, SSE4.1: one message, or two whose instructions fill each other's waits.
void sha256_blocks_ni(std::uint32_t state[8], const std::uint8_t* data, std::size_t blocks);
void sha256_blocks_ni_two(std::uint32_t a_state[8], const std::uint8_t* a, std::uint32_t b_state[8],
                          const std::uint8_t* b, std::size_t blocks);

struct Sha256Kernels {
  bool avx512 = false;
  bool ni = false;
};
Sha256Kernels sha256_kernels(KernelLevel level);
// sha256_many of digest.h with the kernels chosen by the caller.
void sha256_many(std::span<const ByteView> messages, std::span<Id> digests, Sha256Kernels kernels);

}  // namespace tranship::crypto
