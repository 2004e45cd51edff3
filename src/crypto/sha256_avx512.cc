#if defined(__x86_64__)

#include <immintrin.h>

#include "crypto/sha256_kernels.h"

// g++ 12 warns about its own headers: their "undefined" vectors are initialised with themselves.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
// After the headers: only this file's own functions may use these instructions.
#pragma GCC target("avx512f,avx512bw")

namespace tranship::crypto {

namespace {

inline __m512i xor3(__m512i a, __m512i b, __m512i c) { return _mm512_ternarylogic_epi32(a, b, c, 0x96); }

inline __m512i big_sigma0(__m512i a) {
  return xor3(_mm512_ror_epi32(a, 2), _mm512_ror_epi32(a, 13), _mm512_ror_epi32(a, 22));
}
inline __m512i big_sigma1(__m512i e) {
  return xor3(_mm512_ror_epi32(e, 6), _mm512_ror_epi32(e, 11), _mm512_ror_epi32(e, 25));
}
inline __m512i small_sigma0(__m512i w) {
  return xor3(_mm512_ror_epi32(w, 7), _mm512_ror_epi32(w, 18), _mm512_srli_epi32(w, 3));
}
inline __m512i small_sigma1(__m512i w) {
  return xor3(_mm512_ror_epi32(w, 17), _mm512_ror_epi32(w, 19), _mm512_srli_epi32(w, 10));
}

// Everything below is told its indices at compile time: only then do the arrays stay in the 32 registers.
#define TRANSHIP_INLINE inline __attribute__((always_inline))

template <int kRow>
TRANSHIP_INLINE void load_four_rows(const std::uint8_t* const* data, std::size_t offset, __m512i* quad) {
  const __m512i a = _mm512_loadu_si512(data[kRow] + offset), b = _mm512_loadu_si512(data[kRow + 1] + offset);
  const __m512i c = _mm512_loadu_si512(data[kRow + 2] + offset), d = _mm512_loadu_si512(data[kRow + 3] + offset);
  const __m512i ab_low = _mm512_unpacklo_epi32(a, b), ab_high = _mm512_unpackhi_epi32(a, b);
  const __m512i cd_low = _mm512_unpacklo_epi32(c, d), cd_high = _mm512_unpackhi_epi32(c, d);
  quad[kRow] = _mm512_unpacklo_epi64(ab_low, cd_low);
  quad[kRow + 1] = _mm512_unpackhi_epi64(ab_low, cd_low);
  quad[kRow + 2] = _mm512_unpacklo_epi64(ab_high, cd_high);
  quad[kRow + 3] = _mm512_unpackhi_epi64(ab_high, cd_high);
}

// quad[4k + j] holds words j, j+4, j+8, j+12 of messages 4k..4k+3, one group of four per 128 bits.
template <int j>
TRANSHIP_INLINE void join_words(const __m512i* quad, __m512i* w) {
  const __m512i swap = _mm512_broadcast_i32x4(_mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
  const __m512i low_even = _mm512_shuffle_i32x4(quad[j], quad[4 + j], 0x88);
  const __m512i low_odd = _mm512_shuffle_i32x4(quad[j], quad[4 + j], 0xdd);
  const __m512i high_even = _mm512_shuffle_i32x4(quad[8 + j], quad[12 + j], 0x88);
  const __m512i high_odd = _mm512_shuffle_i32x4(quad[8 + j], quad[12 + j], 0xdd);
  w[j] = _mm512_shuffle_epi8(_mm512_shuffle_i32x4(low_even, high_even, 0x88), swap);
  w[4 + j] = _mm512_shuffle_epi8(_mm512_shuffle_i32x4(low_odd, high_odd, 0x88), swap);
  w[8 + j] = _mm512_shuffle_epi8(_mm512_shuffle_i32x4(low_even, high_even, 0xdd), swap);
  w[12 + j] = _mm512_shuffle_epi8(_mm512_shuffle_i32x4(low_odd, high_odd, 0xdd), swap);
}

// w[i] becomes word i of all 16 messages, in their order: a 16x16 transposition, and big endian to native.
TRANSHIP_INLINE void load_words(const std::uint8_t* const* data, std::size_t offset, __m512i* w) {
  __m512i quad[16];
  load_four_rows<0>(data, offset, quad);
  load_four_rows<4>(data, offset, quad);
  load_four_rows<8>(data, offset, quad);
  load_four_rows<12>(data, offset, quad);
  join_words<0>(quad, w);
  join_words<1>(quad, w);
  join_words<2>(quad, w);
  join_words<3>(quad, w);
}

// Round i of 16. The state is renamed instead of moved: its first word stands at s[-i].
template <int i, bool kExtend>
TRANSHIP_INLINE void round(__m512i* s, __m512i* w, const std::uint32_t* constant) {
  const __m512i a = s[(0 - i) & 7], b = s[(1 - i) & 7], c = s[(2 - i) & 7], e = s[(4 - i) & 7];
  const __m512i f = s[(5 - i) & 7], g = s[(6 - i) & 7];
  __m512i& d = s[(3 - i) & 7];
  __m512i& h = s[(7 - i) & 7];
  if constexpr (kExtend) {
    const __m512i near = _mm512_add_epi32(w[i], small_sigma0(w[(i + 1) & 15]));
    const __m512i far = _mm512_add_epi32(w[(i + 9) & 15], small_sigma1(w[(i + 14) & 15]));
    w[i] = _mm512_add_epi32(near, far);
  }
  const __m512i choose = _mm512_ternarylogic_epi32(e, f, g, 0xca);
  const __m512i majority = _mm512_ternarylogic_epi32(a, b, c, 0xe8);
  const __m512i word = _mm512_add_epi32(w[i], _mm512_set1_epi32(static_cast<int>(constant[i])));
  const __m512i t1 = _mm512_add_epi32(_mm512_add_epi32(_mm512_add_epi32(h, word), choose), big_sigma1(e));
  d = _mm512_add_epi32(d, t1);
  h = _mm512_add_epi32(t1, _mm512_add_epi32(big_sigma0(a), majority));
}

template <bool kExtend>
TRANSHIP_INLINE void sixteen_rounds(__m512i* s, __m512i* w, const std::uint32_t* constant) {
  round<0, kExtend>(s, w, constant);
  round<1, kExtend>(s, w, constant);
  round<2, kExtend>(s, w, constant);
  round<3, kExtend>(s, w, constant);
  round<4, kExtend>(s, w, constant);
  round<5, kExtend>(s, w, constant);
  round<6, kExtend>(s, w, constant);
  round<7, kExtend>(s, w, constant);
  round<8, kExtend>(s, w, constant);
  round<9, kExtend>(s, w, constant);
  round<10, kExtend>(s, w, constant);
  round<11, kExtend>(s, w, constant);
  round<12, kExtend>(s, w, constant);
  round<13, kExtend>(s, w, constant);
  round<14, kExtend>(s, w, constant);
  round<15, kExtend>(s, w, constant);
}

template <int i>
TRANSHIP_INLINE void add_and_store(__m512i* s, Sha256Lanes& lanes) {
  s[i] = _mm512_add_epi32(s[i], _mm512_load_si512(lanes.word[i]));
  _mm512_store_si512(lanes.word[i], s[i]);
}

#undef TRANSHIP_INLINE

}  // namespace

void sha256_blocks_avx512(Sha256Lanes& lanes, const std::uint8_t* const data[kSha256Lanes], std::size_t blocks) {
  __m512i s[8], w[16];
  s[0] = _mm512_load_si512(lanes.word[0]);
  s[1] = _mm512_load_si512(lanes.word[1]);
  s[2] = _mm512_load_si512(lanes.word[2]);
  s[3] = _mm512_load_si512(lanes.word[3]);
  s[4] = _mm512_load_si512(lanes.word[4]);
  s[5] = _mm512_load_si512(lanes.word[5]);
  s[6] = _mm512_load_si512(lanes.word[6]);
  s[7] = _mm512_load_si512(lanes.word[7]);
  for (std::size_t offset = 0; offset < blocks * kSha256BlockBytes; offset += kSha256BlockBytes) {
    load_words(data, offset, w);
    sixteen_rounds<false>(s, w, kSha256Round);
    sixteen_rounds<true>(s, w, kSha256Round + 16);
    sixteen_rounds<true>(s, w, kSha256Round + 32);
    sixteen_rounds<true>(s, w, kSha256Round + 48);
    add_and_store<0>(s, lanes);
    add_and_store<1>(s, lanes);
    add_and_store<2>(s, lanes);
    add_and_store<3>(s, lanes);
    add_and_store<4>(s, lanes);
    add_and_store<5>(s, lanes);
    add_and_store<6>(s, lanes);
    add_and_store<7>(s, lanes);
  }
}

}  // namespace tranship::crypto

#else

#include <stdlib.h>

#include "crypto/sha256_kernels.h"

namespace tranship::crypto {

// Never chosen on other machines.
void sha256_blocks_avx512(Sha256Lanes&, const std::uint8_t* const[kSha256Lanes], std::size_t) { abort(); }

}  // namespace tranship::crypto

#endif
