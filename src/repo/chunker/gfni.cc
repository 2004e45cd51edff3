#include "repo/chunker/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

// g++ 12 warns about its own headers: their "undefined" vectors are initialised with themselves.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
// After the headers: only this file's own functions may use these instructions.
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,gfni")

namespace tranship::repo {

namespace {

constexpr std::size_t kStreams = 64;
constexpr std::size_t kBlock = 64;  // bytes of each stream per transposition

inline __m512i affine(__m512i bytes, __m512i matrix) { return _mm512_gf2p8affine_epi64_epi8(bytes, matrix, 0); }
inline __m512i xor2(__m512i a, __m512i b) { return _mm512_xor_si512(a, b); }
inline __m512i xor3(__m512i a, __m512i b, __m512i c) { return _mm512_ternarylogic_epi64(a, b, c, 0x96); }

// Dword j of rows 0..15 (each 64 bytes, `stride` apart) into dwords[j], rows in order.
inline __attribute__((always_inline)) void transpose_dwords(const std::uint8_t* rows, std::size_t stride,
                                                            __m512i* dwords) {
  __m512i a[16], b[16];
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    const __m512i even = _mm512_loadu_si512(rows + static_cast<std::size_t>(i) * stride);
    const __m512i odd = _mm512_loadu_si512(rows + static_cast<std::size_t>(i + 1) * stride);
    a[i] = _mm512_unpacklo_epi32(even, odd);
    a[i + 1] = _mm512_unpackhi_epi32(even, odd);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    b[i] = _mm512_unpacklo_epi64(a[i], a[i + 2]);
    b[i + 1] = _mm512_unpackhi_epi64(a[i], a[i + 2]);
    b[i + 2] = _mm512_unpacklo_epi64(a[i + 1], a[i + 3]);
    b[i + 3] = _mm512_unpackhi_epi64(a[i + 1], a[i + 3]);
  }
#pragma GCC unroll 4
  for (int j = 0; j < 4; ++j) {
    const __m512i low_even = _mm512_shuffle_i32x4(b[j], b[4 + j], 0x88);
    const __m512i low_odd = _mm512_shuffle_i32x4(b[j], b[4 + j], 0xdd);
    const __m512i high_even = _mm512_shuffle_i32x4(b[8 + j], b[12 + j], 0x88);
    const __m512i high_odd = _mm512_shuffle_i32x4(b[8 + j], b[12 + j], 0xdd);
    dwords[j] = _mm512_shuffle_i32x4(low_even, high_even, 0x88);
    dwords[4 + j] = _mm512_shuffle_i32x4(low_odd, high_odd, 0x88);
    dwords[8 + j] = _mm512_shuffle_i32x4(low_even, high_even, 0xdd);
    dwords[12 + j] = _mm512_shuffle_i32x4(low_odd, high_odd, 0xdd);
  }
}

// columns[t] holds byte t of all 64 streams, which start at `data`, `stride` apart. Lane 16g + 4k + r of it belongs to
// stream 16k + 4g + r (see stream_of_lane): one step fewer than the order of the streams would take.
__attribute__((noinline)) void transpose(const std::uint8_t* data, std::size_t stride, __m512i* columns) {
  __m512i group[4][16];
  for (std::size_t k = 0; k < 4; ++k) transpose_dwords(data + 16 * k * stride, stride, group[k]);
  const __m512i bytes = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  for (int j = 0; j < 16; ++j) {
    const __m512i a = _mm512_shuffle_epi8(group[0][j], bytes), b = _mm512_shuffle_epi8(group[1][j], bytes);
    const __m512i c = _mm512_shuffle_epi8(group[2][j], bytes), d = _mm512_shuffle_epi8(group[3][j], bytes);
    const __m512i ab_low = _mm512_unpacklo_epi32(a, b), ab_high = _mm512_unpackhi_epi32(a, b);
    const __m512i cd_low = _mm512_unpacklo_epi32(c, d), cd_high = _mm512_unpackhi_epi32(c, d);
    columns[4 * j] = _mm512_unpacklo_epi64(ab_low, cd_low);
    columns[4 * j + 1] = _mm512_unpackhi_epi64(ab_low, cd_low);
    columns[4 * j + 2] = _mm512_unpacklo_epi64(ab_high, cd_high);
    columns[4 * j + 3] = _mm512_unpackhi_epi64(ab_high, cd_high);
  }
}

inline std::size_t stream_of_lane(std::size_t lane) { return (lane >> 2 & 3) * 16 + (lane >> 4) * 4 + (lane & 3); }

// 64 fingerprints times 8, as seven planes of one byte each: plane 6 is the byte to reduce, and the shift by one byte
// costs nothing, because the planes are renamed.
struct Planes {
  __m512i e0, e1, e2, e3, e4, e5, e6;
};

struct Matrices {
  __m512i reduce[7], leave[7], enter[2];

  explicit Matrices(const ChunkerTables& tables) {
    for (int i = 0; i < 7; ++i) {
      reduce[i] = _mm512_set1_epi64(static_cast<long long>(tables.reduce_matrix[i]));
      leave[i] = _mm512_set1_epi64(static_cast<long long>(tables.leave_matrix[i]));
    }
    for (int i = 0; i < 2; ++i) enter[i] = _mm512_set1_epi64(static_cast<long long>(tables.enter_matrix[i]));
  }
};

inline __attribute__((always_inline)) void append(Planes& p, const Matrices& m, __m512i in) {
  const __m512i top = p.e6;
  p.e6 = xor2(p.e5, affine(top, m.reduce[6]));
  p.e5 = xor2(p.e4, affine(top, m.reduce[5]));
  p.e4 = xor2(p.e3, affine(top, m.reduce[4]));
  p.e3 = xor2(p.e2, affine(top, m.reduce[3]));
  p.e2 = xor2(p.e1, affine(top, m.reduce[2]));
  p.e1 = xor3(p.e0, affine(top, m.reduce[1]), affine(in, m.enter[1]));
  p.e0 = xor2(affine(top, m.reduce[0]), affine(in, m.enter[0]));
}

inline __attribute__((always_inline)) void step(Planes& p, const Matrices& m, __m512i in, __m512i out) {
  const __m512i top = p.e6;
  p.e6 = xor3(p.e5, affine(top, m.reduce[6]), affine(out, m.leave[6]));
  p.e5 = xor3(p.e4, affine(top, m.reduce[5]), affine(out, m.leave[5]));
  p.e4 = xor3(p.e3, affine(top, m.reduce[4]), affine(out, m.leave[4]));
  p.e3 = xor3(p.e2, affine(top, m.reduce[3]), affine(out, m.leave[3]));
  p.e2 = xor3(p.e1, affine(top, m.reduce[2]), affine(out, m.leave[2]));
  p.e1 = xor2(xor3(p.e0, affine(top, m.reduce[1]), affine(out, m.leave[1])), affine(in, m.enter[1]));
  p.e0 = xor3(affine(top, m.reduce[0]), affine(out, m.leave[0]), affine(in, m.enter[0]));
}

// Lanes whose low 20 bits are zero: bits 3..22 of the shifted fingerprint.
inline __mmask64 cuts(const Planes& p) {
  const __m512i low = _mm512_set1_epi8(static_cast<char>(0xf8)), high = _mm512_set1_epi8(0x7f);
  __m512i bits = _mm512_ternarylogic_epi64(p.e1, p.e0, low, 0xf8);  // e1 | (e0 & low)
  bits = _mm512_ternarylogic_epi64(bits, p.e2, high, 0xf8);
  return _mm512_testn_epi8_mask(bits, bits);
}

}  // namespace

std::size_t find_cut_gfni(const ChunkerTables& tables, const std::uint8_t* data, std::size_t from, std::size_t to) {
  // 64 streams side by side, each a whole number of blocks; what is left over is scanned at the end.
  const std::size_t length = (to - from) / kStreams / kBlock * kBlock;
  if (length < 2 * kBlock) return find_cut_portable(tables, data, from, to);
  const Matrices matrices(tables);
  const std::uint8_t* base = data + from;
  __m512i columns[2][kBlock];
  Planes planes{};
  transpose(base - kWindowBytes, length, columns[0]);
  for (std::size_t i = 0; i < kBlock; ++i) append(planes, matrices, columns[0][i]);
  std::size_t first[kStreams];
  for (std::size_t& cut : first) cut = kNoCut;
  for (std::size_t offset = 0, now = 1; offset < length; offset += kBlock, now ^= 1) {
    const __m512i* const in = columns[now];
    const __m512i* const out = columns[now ^ 1];
    transpose(base + offset, length, columns[now]);
    for (std::size_t i = 0; i < kBlock; ++i) {
      step(planes, matrices, in[i], out[i]);
      std::uint64_t found = cuts(planes);
      if (__builtin_expect(found != 0, 0)) {
        for (; found != 0; found &= found - 1) {
          const std::size_t stream = stream_of_lane(static_cast<std::size_t>(__builtin_ctzll(found)));
          if (first[stream] == kNoCut) first[stream] = from + stream * length + offset + i;
        }
        if (first[0] != kNoCut) return first[0];
      }
    }
  }
  for (std::size_t cut : first) {
    if (cut != kNoCut) return cut;
  }
  const std::size_t rest = from + kStreams * length;
  return rest < to ? find_cut_portable(tables, data, rest, to) : kNoCut;
}

}  // namespace tranship::repo

#else

namespace tranship::repo {

std::size_t find_cut_gfni(const ChunkerTables& tables, const std::uint8_t* data, std::size_t from, std::size_t to) {
  return find_cut_interleaved(tables, data, from, to);
}

}  // namespace tranship::repo

#endif
