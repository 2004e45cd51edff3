#include "crypto/aes_ctr_vaes.h"

#if defined(__x86_64__)

#include <immintrin.h>

// g++ 12 warns about its own headers: their "undefined" vectors are initialised with themselves.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
// After the headers: only this file's own functions may use these instructions.
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,aes,vaes")

namespace tranship::crypto {

namespace {

// FIPS 197, section 5.2: from the last two round keys and the assisted word, the next one.
inline __m128i next_key(__m128i before, __m128i assisted) {
  before = _mm_xor_si128(before, _mm_slli_si128(before, 4));
  before = _mm_xor_si128(before, _mm_slli_si128(before, 8));
  return _mm_xor_si128(before, assisted);
}

template <int kRoundConstant>
inline void next_two(__m128i* keys) {
  keys[2] = next_key(keys[0], _mm_shuffle_epi32(_mm_aeskeygenassist_si128(keys[1], kRoundConstant), 0xff));
  keys[3] = next_key(keys[1], _mm_shuffle_epi32(_mm_aeskeygenassist_si128(keys[2], 0), 0xaa));
}

constexpr int kWide = 8;  // vectors of four blocks under way at once

struct Stream {
  __m512i key[kAes256RoundKeys];
  __m512i counter;  // four blocks, as 128-bit little-endian numbers

  inline __attribute__((always_inline)) void take(__m512i* block, int count) {
    const __m512i reverse = _mm512_broadcast_i32x4(_mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    const __m512i four = _mm512_set_epi64(0, 4, 0, 4, 0, 4, 0, 4);
#pragma GCC unroll 8
    for (int i = 0; i < count; ++i) {
      block[i] = _mm512_xor_si512(_mm512_shuffle_epi8(counter, reverse), key[0]);
      counter = _mm512_add_epi64(counter, four);
    }
#pragma GCC unroll 16
    for (int round = 1; round < kAes256RoundKeys - 1; ++round) {
#pragma GCC unroll 8
      for (int i = 0; i < count; ++i) block[i] = _mm512_aesenc_epi128(block[i], key[round]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < count; ++i) block[i] = _mm512_aesenclast_epi128(block[i], key[kAes256RoundKeys - 1]);
  }
};

// The low half of the counter does not overflow within `bytes`.
void apply(const Aes256RoundKeys& keys, std::uint64_t high, std::uint64_t low, const std::uint8_t* in,
           std::uint8_t* out, std::size_t bytes) {
  Stream stream;
  for (int i = 0; i < kAes256RoundKeys; ++i) {
    stream.key[i] = _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(keys.bytes[i])));
  }
  const __m128i start = _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
  const __m512i base = _mm512_broadcast_i32x4(start);
  stream.counter = _mm512_add_epi64(base, _mm512_set_epi64(0, 3, 0, 2, 0, 1, 0, 0));
  __m512i block[kWide];
  while (bytes >= kWide * 64) {
    stream.take(block, kWide);
#pragma GCC unroll 8
    for (int i = 0; i < kWide; ++i) {
      _mm512_storeu_si512(out + 64 * i, _mm512_xor_si512(block[i], _mm512_loadu_si512(in + 64 * i)));
    }
    in += kWide * 64;
    out += kWide * 64;
    bytes -= kWide * 64;
  }
  while (bytes != 0) {
    const std::size_t step = bytes < 64 ? bytes : 64;
    const __mmask64 mask = ~std::uint64_t{0} >> (64 - step);
    stream.take(block, 1);
    _mm512_mask_storeu_epi8(out, mask, _mm512_xor_si512(block[0], _mm512_maskz_loadu_epi8(mask, in)));
    in += step;
    out += step;
    bytes -= step;
  }
}

}  // namespace

void aes256_expand(const std::uint8_t key[32], Aes256RoundKeys& keys) {
  __m128i expanded[kAes256RoundKeys + 1];
  expanded[0] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(key));
  expanded[1] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(key + 16));
  next_two<0x01>(expanded);
  next_two<0x02>(expanded + 2);
  next_two<0x04>(expanded + 4);
  next_two<0x08>(expanded + 6);
  next_two<0x10>(expanded + 8);
  next_two<0x20>(expanded + 10);
  next_two<0x40>(expanded + 12);
  for (int i = 0; i < kAes256RoundKeys; ++i) {
    _mm_store_si128(reinterpret_cast<__m128i*>(keys.bytes[i]), expanded[i]);
  }
}

void aes256_ctr_vaes(const Aes256RoundKeys& keys, const std::uint8_t iv[16], const std::uint8_t* in, std::uint8_t* out,
                     std::size_t bytes) {
  std::uint64_t high, low;
  __builtin_memcpy(&high, iv, 8);
  __builtin_memcpy(&low, iv + 8, 8);
  high = __builtin_bswap64(high);
  low = __builtin_bswap64(low);
  // Blocks until the low half of the counter is zero again; 0 stands for 2^64.
  const std::uint64_t before_carry = 0 - low;
  if (before_carry != 0 && before_carry < (bytes + 15) / 16) {
    const std::size_t first = static_cast<std::size_t>(before_carry) * 16;
    apply(keys, high, low, in, out, first);
    apply(keys, high + 1, 0, in + first, out + first, bytes - first);
  } else {
    apply(keys, high, low, in, out, bytes);
  }
}

}  // namespace tranship::crypto

#else

#include <stdlib.h>

namespace tranship::crypto {

// Never chosen on other machines.
void aes256_expand(const std::uint8_t[32], Aes256RoundKeys&) { abort(); }
void aes256_ctr_vaes(const Aes256RoundKeys&, const std::uint8_t[16], const std::uint8_t*, std::uint8_t*, std::size_t) {
  abort();
}

}  // namespace tranship::crypto

#endif
