#pragma once
// Runs independent pieces of work on a bounded number of threads of their own.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/context.h"

namespace tranship {

// work(0) ... work(count - 1), at most `threads_max` at once; returns when all are done. `work` must not throw.
inline void parallel_for(std::size_t count, std::size_t threads_max,
                         const std::function<void(std::size_t)>& work) {
  const std::size_t threads = std::min(count, std::max<std::size_t>(threads_max, 1));
  std::atomic<std::size_t> next{0};
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> workers;
  for (std::size_t i = 1; i < threads; ++i) workers.emplace_back(run);
  if (threads > 0) run();
}

// The same for work that can fail or be cancelled. Returns the first error (by time): nothing is begun after it, and
// what is running ends first.
inline Result<void> try_parallel_for(const Context& context, std::size_t count, std::size_t threads_max,
                                     const std::function<Result<void>(std::size_t)>& work) {
  std::atomic<bool> stopped{false};
  std::mutex mutex;
  std::optional<Error> first;
  parallel_for(count, threads_max, [&](std::size_t i) {
    if (stopped) return;
    Result<void> done = context.check();
    if (done) done = work(i);
    if (done) return;
    const std::lock_guard lock(mutex);
    if (!first) first = std::move(done).error();
    stopped = true;
  });
  if (first) return fail(*std::move(first));
  return {};
}

}  // namespace tranship
