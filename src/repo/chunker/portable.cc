#include "repo/chunker/kernels.h"
#include "repo/chunker/polynomial.h"

namespace tranship::repo {

namespace {

constexpr int kTopShift = kPolynomialDegree - 8;

// The matrix of gf2p8affineqb that gives byte `plane` of the image: row i of it, at byte 7-i, says which of the input's
// bits add up to bit i. column[j]: the image of input bit j.
std::uint64_t matrix(const std::uint64_t (&column)[8], int plane) {
  std::uint64_t result = 0;
  for (int i = 0; i < 8; ++i) {
    std::uint64_t row = 0;
    for (int j = 0; j < 8; ++j) row |= (column[j] >> (plane * 8 + i) & 1) << j;
    result |= row << (8 * (7 - i));
  }
  return result;
}

inline std::uint64_t append(const ChunkerTables& tables, std::uint64_t fingerprint, std::uint8_t byte) {
  return ((fingerprint << 8) | byte) ^ tables.reduce[fingerprint >> kTopShift];
}

// The fingerprint of the 64 bytes before `end`.
std::uint64_t fingerprint_of_window(const ChunkerTables& tables, const std::uint8_t* end) {
  std::uint64_t fingerprint = 0;
  for (const std::uint8_t* byte = end - kWindowBytes; byte != end; ++byte) {
    fingerprint = append(tables, fingerprint, *byte);
  }
  return fingerprint;
}

inline std::uint64_t step(const ChunkerTables& tables, std::uint64_t fingerprint, const std::uint8_t* byte) {
  return append(tables, fingerprint, *byte) ^ tables.leave[*(byte - kWindowBytes)];
}

}  // namespace

void fill_chunker_tables(std::uint64_t polynomial, ChunkerTables& tables) {
  for (std::uint64_t byte = 0; byte < 256; ++byte) {
    // The shift by 8 leaves the top byte standing at bits 53..60: this clears it and adds its remainder.
    const std::uint64_t top = byte << kPolynomialDegree;
    tables.reduce[byte] = top ^ polynomial_remainder(top, polynomial);
    std::uint64_t leave = byte;
    for (std::size_t i = 0; i < kWindowBytes; ++i) leave = polynomial_remainder(leave << 8, polynomial);
    tables.leave[byte] = leave;
  }
  // Fingerprints times 8 fill seven bytes exactly, with the byte to reduce in the seventh.
  constexpr int kAlign = 56 - kPolynomialDegree;
  constexpr std::uint64_t kMask = (std::uint64_t{1} << kPolynomialDegree) - 1;
  std::uint64_t reduce[8], leave[8], enter[8];
  for (int bit = 0; bit < 8; ++bit) {
    reduce[bit] = (tables.reduce[1 << bit] & kMask) << kAlign;
    leave[bit] = tables.leave[1 << bit] << kAlign;
    enter[bit] = std::uint64_t{1} << bit << kAlign;
  }
  for (int plane = 0; plane < 7; ++plane) {
    tables.reduce_matrix[plane] = matrix(reduce, plane);
    tables.leave_matrix[plane] = matrix(leave, plane);
  }
  for (int plane = 0; plane < 2; ++plane) tables.enter_matrix[plane] = matrix(enter, plane);
}

std::size_t find_cut_portable(const ChunkerTables& tables, const std::uint8_t* data, std::size_t from,
                              std::size_t to) {
  std::uint64_t fingerprint = fingerprint_of_window(tables, data + from);
  for (std::size_t i = from; i < to; ++i) {
    fingerprint = step(tables, fingerprint, data + i);
    if ((fingerprint & kCutMask) == 0) return i;
  }
  return kNoCut;
}

std::size_t find_cut_interleaved(const ChunkerTables& tables, const std::uint8_t* data, std::size_t from,
                                 std::size_t to) {
  const std::size_t quarter = (to - from) / 4;
  if (quarter < 4 * kWindowBytes) return find_cut_portable(tables, data, from, to);
  const std::uint8_t* const a = data + from;
  const std::uint8_t* const b = a + quarter;
  const std::uint8_t* const c = b + quarter;
  const std::uint8_t* const d = c + quarter;
  std::uint64_t fa = fingerprint_of_window(tables, a), fb = fingerprint_of_window(tables, b);
  std::uint64_t fc = fingerprint_of_window(tables, c), fd = fingerprint_of_window(tables, d);
  std::size_t first[4] = {kNoCut, kNoCut, kNoCut, kNoCut};
  for (std::size_t i = 0; i < quarter; ++i) {
    fa = step(tables, fa, a + i);
    fb = step(tables, fb, b + i);
    fc = step(tables, fc, c + i);
    fd = step(tables, fd, d + i);
    const bool any = !(fa & kCutMask) | !(fb & kCutMask) | !(fc & kCutMask) | !(fd & kCutMask);
    if (__builtin_expect(any, 0)) {
      if (!(fa & kCutMask)) return from + i;
      if (!(fb & kCutMask) && first[1] == kNoCut) first[1] = from + quarter + i;
      if (!(fc & kCutMask) && first[2] == kNoCut) first[2] = from + 2 * quarter + i;
      if (!(fd & kCutMask) && first[3] == kNoCut) first[3] = from + 3 * quarter + i;
    }
  }
  for (std::size_t cut : first) {
    if (cut != kNoCut) return cut;
  }
  const std::size_t rest = from + 4 * quarter;
  return rest < to ? find_cut_portable(tables, data, rest, to) : kNoCut;
}

}  // namespace tranship::repo
