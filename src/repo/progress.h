#pragma once
// Progress of a backup or restore: counters that workers add to and a reporter reads at any time.

#include <atomic>
#include <cstdint>

namespace tranship::repo {

struct Progress {
  std::atomic<std::uint64_t> files_total{0}, bytes_total{0};  // grow while the scan runs
  std::atomic<std::uint64_t> files_done{0}, bytes_done{0};
  std::atomic<std::uint64_t> bytes_stored{0};  // new bytes written to the store, or read from it
  std::atomic<bool> scanned{false};            // the totals are final
};

}  // namespace tranship::repo
