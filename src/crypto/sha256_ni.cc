#if defined(__x86_64__)

#include <immintrin.h>

#include "crypto/sha256_kernels.h"

// After the headers: only this file's own functions may use these instructions.
#pragma GCC target("sha,sse4.1,ssse3")

namespace tranship::crypto {

namespace {

// The instructions want the state as (a, b, e, f) and (c, d, g, h), highest word first.
struct State {
  __m128i abef, cdgh;
};

inline State load(const std::uint32_t* words) {
  const __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(words)), 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(words + 4)), 0x1b);
  return {_mm_alignr_epi8(abcd, efgh, 8), _mm_blend_epi16(efgh, abcd, 0xf0)};
}

inline void store(const State& state, std::uint32_t* words) {
  const __m128i feba = _mm_shuffle_epi32(state.abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(state.cdgh, 0xb1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(words), _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(words + 4), _mm_alignr_epi8(dchg, feba, 8));
}

struct Stream {
  State state, start;
  __m128i w[4];

  inline __attribute__((always_inline)) void begin(const std::uint8_t* block) {
    const __m128i swap = _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
    start = state;
    for (int i = 0; i < 4; ++i) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i)), swap);
    }
  }
  // Rounds 4*group to 4*group+3.
  inline __attribute__((always_inline)) void four_rounds(int group) {
    const int now = group & 3;
    if (group >= 4) {
      const __m128i x1 = w[(group + 1) & 3], x2 = w[(group + 2) & 3], x3 = w[(group + 3) & 3];
      w[now] = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w[now], x1), _mm_alignr_epi8(x3, x2, 4)), x3);
    }
    const __m128i constant = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kSha256Round + 4 * group));
    const __m128i sum = _mm_add_epi32(w[now], constant);
    state.cdgh = _mm_sha256rnds2_epu32(state.cdgh, state.abef, sum);
    state.abef = _mm_sha256rnds2_epu32(state.abef, state.cdgh, _mm_shuffle_epi32(sum, 0x0e));
  }
  inline __attribute__((always_inline)) void end() {
    state.abef = _mm_add_epi32(state.abef, start.abef);
    state.cdgh = _mm_add_epi32(state.cdgh, start.cdgh);
  }
};

}  // namespace

void sha256_blocks_ni(std::uint32_t words[8], const std::uint8_t* data, std::size_t blocks) {
  Stream stream;
  stream.state = load(words);
  for (std::size_t offset = 0; offset < blocks * kSha256BlockBytes; offset += kSha256BlockBytes) {
    stream.begin(data + offset);
#pragma GCC unroll 16
    for (int group = 0; group < 16; ++group) stream.four_rounds(group);
    stream.end();
  }
  store(stream.state, words);
}

void sha256_blocks_ni_two(std::uint32_t a_words[8], const std::uint8_t* a, std::uint32_t b_words[8],
                          const std::uint8_t* b, std::size_t blocks) {
  Stream first, second;
  first.state = load(a_words);
  second.state = load(b_words);
  for (std::size_t offset = 0; offset < blocks * kSha256BlockBytes; offset += kSha256BlockBytes) {
    first.begin(a + offset);
    second.begin(b + offset);
#pragma GCC unroll 16
    for (int group = 0; group < 16; ++group) {
      first.four_rounds(group);
      second.four_rounds(group);
    }
    first.end();
    second.end();
  }
  store(first.state, a_words);
  store(second.state, b_words);
}

}  // namespace tranship::crypto

#else

#include <stdlib.h>

#include "crypto/sha256_kernels.h"

namespace tranship::crypto {

// Never chosen on other machines.
void sha256_blocks_ni(std::uint32_t[8], const std::uint8_t*, std::size_t) { abort(); }
void sha256_blocks_ni_two(std::uint32_t[8], const std::uint8_t*, std::uint32_t[8], const std::uint8_t*, std::size_t) {
  abort();
}

}  // namespace tranship::crypto

#endif
