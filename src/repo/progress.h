#pragma once
// Progress of a backup, restore or check: counters that workers add to and a reporter reads at any time.

#include <atomic>
#include <cstdint>

namespace tranship::repo {

// The counters at one moment.
struct ProgressCounts {
  std::uint64_t files_done = 0, files_total = 0, bytes_done = 0, bytes_total = 0, bytes_stored = 0;
  bool scanned = false;
};

struct Progress {
  std::atomic<std::uint64_t> files_total{0}, bytes_total{0};  // grow while the scan runs
  std::atomic<std::uint64_t> files_done{0}, bytes_done{0};
  std::atomic<std::uint64_t> bytes_stored{0};  // new bytes written to the store, or read from it
  std::atomic<bool> scanned{false};            // the totals are final

  // Final totals whenever `scanned` is set: it is read first.
  ProgressCounts counts() const {
    const bool final_totals = scanned;
    return {files_done, files_total, bytes_done, bytes_total, bytes_stored, final_totals};
  }
};

}  // namespace tranship::repo
