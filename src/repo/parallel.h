#pragma once
// The same work on many items by a few threads, for requests that wait on a store.

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/error.h"

namespace tranship::repo {

// Calls work(i) for every i below `count`, on at most `threads` threads. Stops handing out at the first error and
// returns it after the running calls have ended.
inline Result<void> for_each_parallel(std::size_t count, int threads,
                                      const std::function<Result<void>(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> failed;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      auto done = work(i);
      if (done) continue;
      const std::lock_guard lock(mutex);
      if (!failed) failed = std::move(done.error());
      next = count;
    }
  };
  {
    std::vector<std::jthread> others;
    const std::size_t helpers = std::min<std::size_t>(count, static_cast<std::size_t>(std::max(threads, 1)));
    for (std::size_t i = 1; i < helpers; ++i) others.emplace_back(run);
    run();
  }
  if (failed) return fail(std::move(*failed));
  return {};
}

}  // namespace tranship::repo
