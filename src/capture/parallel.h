#pragma once
// Runs independent requests side by side, a bounded number at a time.

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/context.h"

namespace tranship::capture {

// Calls work(index) for 0 .. count-1 on at most `threads_max` threads. The first error (by time) is returned
// and stops the taking of further indexes; what is running ends first. `work` must be thread-safe.
template <class Work>
Result<void> run_parallel(const Context& context, std::size_t count, int threads_max, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> error;
  const auto keep = [&](Error failed) {
    std::lock_guard lock(mutex);
    if (!error) error = std::move(failed);
    next = count;
  };
  const auto run = [&] {
    for (std::size_t index = next++; index < count; index = next++) {
      Result<void> done = context.check();
      if (done) done = work(index);
      if (!done) return keep(std::move(done).error());
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t wanted = threads_max < 1 ? 1 : static_cast<std::size_t>(threads_max);
    for (std::size_t i = 0; i < wanted && i < count; ++i) threads.emplace_back(run);
  }
  if (error) return fail(*std::move(error));
  return {};
}

}  // namespace tranship::capture
