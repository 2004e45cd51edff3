#pragma once
// The inner loops of the chunker, one function per kernel; all find the same cuts. Inside repo/chunker only.
//
// The fingerprint of the last 64 bytes is their value as a polynomial over GF(2), modulo the repository's polynomial of
// degree 53. Appending byte b to fingerprint f and dropping the byte o that leaves the window is
//   f' = (f * x^8 + b + o * x^512) mod p
// and linear in (f, b, o): tables for scalar code, 8x8 bit matrices for GFNI.

#include <cstddef>
#include <cstdint>

namespace tranship::repo {

inline constexpr int kPolynomialDegree = 53;
inline constexpr std::size_t kWindowBytes = 64;
inline constexpr std::uint64_t kCutMask = (1u << 20) - 1;
inline constexpr std::size_t kNoCut = static_cast<std::size_t>(-1);

struct ChunkerTables {
  // For the top byte t of a fingerprint (bits 45..52): its reduction, with the bits it clears.
  std::uint64_t reduce[256];
  // For the byte o that leaves the window: o * x^512 mod p.
  std::uint64_t leave[256];
  // The same as bit matrices (in the order of gf2p8affineqb) that give byte `plane` of the fingerprint * 8.
  std::uint64_t reduce_matrix[7];
  std::uint64_t leave_matrix[7];
  std::uint64_t enter_matrix[2];
};

// `polynomial` has degree 53.
void fill_chunker_tables(std::uint64_t polynomial, ChunkerTables& tables);

// The first i in [from, to) where the fingerprint of data[i-63 .. i] has its low 20 bits zero, else kNoCut.
// from >= 64; reads data[from-64 .. to) and nothing else.
std::size_t find_cut_portable(const ChunkerTables& tables, const std::uint8_t* data, std::size_t from, std::size_t to);
// Four places at once in scalar registers: a step waits for its table, so others fit between.
std::size_t find_cut_interleaved(const ChunkerTables& tables, const std::uint8_t* data, std::size_t from,
                                 std::size_t to);
// 64 places at once as byte planes. Only on a CPU with AVX-512 (F, BW, DQ, VL) and GFNI.
std::size_t find_cut_gfni(const ChunkerTables& tables, const std::uint8_t* data, std::size_t from, std::size_t to);

}  // namespace tranship::repo
