#pragma once
// restic's content-defined chunker (reference: github.com/restic/chunker): Rabin fingerprint over GF(2), window 64, min
// 512 KiB, max 8 MiB, cut where the low 20 bits are zero. The cut is a pure function of the last 64 bytes, which is
// what lets the kernels (GFNI with AVX-512, interleaved scalar, portable; chosen at run time) scan many places at once.

#include <cstdint>

#include "base/bytes.h"
#include "crypto/kernels.h"

namespace tranship::repo {

inline constexpr std::size_t kChunkBytesMin = 512u << 10;
inline constexpr std::size_t kChunkBytesMax = 8u << 20;

// Thread-safe after construction; the tables are 6 KiB and made in microseconds.
class Chunker {
 public:
  // `polynomial` has degree 53 (see is_chunker_polynomial); any other is the caller's mistake and aborts.
  explicit Chunker(std::uint64_t polynomial);
  Chunker(std::uint64_t polynomial, crypto::KernelLevel level);  // for tests and measurements
  ~Chunker();
  Chunker(const Chunker&) = delete;
  Chunker& operator=(const Chunker&) = delete;

  // Length of the chunk that begins at data[0]. Needs all of the chunk: give at least kChunkBytesMax bytes unless
  // `data` ends the file. 0 only for empty data.
  std::size_t next(ByteView data) const;

 private:
  struct Tables;
  Tables* tables_;
};

// A random irreducible polynomial of degree 53.
std::uint64_t random_polynomial();
bool is_irreducible(std::uint64_t polynomial);
// Irreducible and of degree 53: what a repository's config must hold.
bool is_chunker_polynomial(std::uint64_t polynomial);

}  // namespace tranship::repo
