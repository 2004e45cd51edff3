#include "repo/chunker/chunker.h"

#include <stdio.h>
#include <stdlib.h>

#include <algorithm>

#include "repo/chunker/kernels.h"
#include "repo/chunker/polynomial.h"

namespace tranship::repo {

namespace {

// The kernels look at a block as a whole: large enough to keep 64 places busy, small enough that little is scanned in
// vain behind a cut (they are about 1 MiB apart).
constexpr std::size_t kScanBytes = 64 * (4096 + 64);

using FindCut = std::size_t (*)(const ChunkerTables&, const std::uint8_t*, std::size_t, std::size_t);

FindCut choose(crypto::KernelLevel level) {
  if (level == crypto::KernelLevel::portable) return find_cut_portable;
  const auto& features = crypto::cpu_features();
  if (level >= crypto::KernelLevel::avx512 && features.avx512 && features.gfni) return find_cut_gfni;
  return find_cut_interleaved;
}

}  // namespace

struct Chunker::Tables {
  ChunkerTables tables;
  FindCut find_cut;
};

Chunker::Chunker(std::uint64_t polynomial) : Chunker(polynomial, crypto::kernel_level()) {}

Chunker::Chunker(std::uint64_t polynomial, crypto::KernelLevel level) : tables_(new Tables) {
  if (polynomial_degree(polynomial) != kPolynomialDegree) {
    fputs("Chunker: the polynomial is not of degree 53; check it with is_chunker_polynomial\n", stderr);
    abort();
  }
  fill_chunker_tables(polynomial, tables_->tables);
  tables_->find_cut = choose(level);
}

Chunker::~Chunker() { delete tables_; }

std::size_t Chunker::next(ByteView data) const {
  if (data.size() <= kChunkBytesMin) return data.size();
  const std::size_t limit = std::min(data.size(), kChunkBytesMax);
  for (std::size_t from = kChunkBytesMin - 1; from < limit; from += kScanBytes) {
    const std::size_t to = std::min(from + kScanBytes, limit);
    const std::size_t cut = tables_->find_cut(tables_->tables, data.data(), from, to);
    if (cut != kNoCut) return cut + 1;
  }
  return limit;
}

}  // namespace tranship::repo
