#include "coverage.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

extern "C" const char __executable_start;

namespace tranship::fuzz {
namespace {

constexpr std::size_t kEdges = 1u << 16;

alignas(64) std::array<std::uint8_t, kEdges> counts;
// One bit for each order of magnitude in which an edge was passed.
std::array<std::uint8_t, kEdges> seen;
std::size_t seen_edges = 0;
thread_local std::uintptr_t before = 0;

std::uint8_t magnitude(std::uint8_t count) {
  return static_cast<std::uint8_t>(1u << (std::bit_width(static_cast<unsigned>(count)) - 1));
}

}  // namespace

void begin_coverage() {
  counts.fill(0);
  before = 0;
}

bool found_new_coverage() {
  bool found = false;
  for (std::size_t word = 0; word < kEdges; word += 8) {
    std::uint64_t eight;
    std::memcpy(&eight, counts.data() + word, sizeof eight);
    if (eight == 0) continue;
    for (std::size_t edge = word; edge < word + 8; ++edge) {
      if (counts[edge] == 0) continue;
      const std::uint8_t bit = magnitude(counts[edge]);
      if ((seen[edge] & bit) != 0) continue;
      seen_edges += seen[edge] == 0;
      seen[edge] |= bit;
      found = true;
    }
  }
  return found;
}

std::size_t edges_reached() {
  return seen_edges;
}

}  // namespace tranship::fuzz

// Called by the compiler's instrumentation at every edge. The address is relative, so that runs repeat.
extern "C" void __sanitizer_cov_trace_pc() {
  using tranship::fuzz::before, tranship::fuzz::counts, tranship::fuzz::kEdges;
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)) -
                    reinterpret_cast<std::uintptr_t>(&__executable_start);
  const std::uintptr_t edge = (here * 0x9e3779b97f4a7c15u >> 40) ^ before;
  before = here >> 1 & (kEdges - 1);
  std::uint8_t& count = counts[edge & (kEdges - 1)];
  if (count != 255) ++count;
}
