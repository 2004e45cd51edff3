#pragma once
// Trying again: exponential back-off with jitter around anything that returns a Result, and the same as a store
// around a store. Only Fault::retryable is tried again; the context's deadline always wins.

#include <chrono>
#include <memory>
#include <utility>

#include "store/store.h"

namespace tranship::store {

struct RetryPolicy {
  std::chrono::milliseconds delay_first{200};
  std::chrono::milliseconds delay_max{10'000};
  // From the first failure on. Long enough to ride out a restart or a network that is away for minutes.
  std::chrono::milliseconds total{600'000};
};

// One operation's tries. Not thread-safe.
class Backoff {
 public:
  explicit Backoff(const RetryPolicy& policy) : policy_(policy) {}
  // Success: `error` may be tried again, and the pause is over. Otherwise the error to give up with: `error`
  // itself, with the number of tries when there were several, or Fault::cancelled when the context ended.
  Result<void> wait(const Context& context, Error error);

 private:
  const RetryPolicy policy_;
  int failures_ = 0;
  Context::Clock::time_point first_failure_{};
};

template <class Call>
auto retry(const Context& context, const RetryPolicy& policy, Call call) -> decltype(call()) {
  Backoff backoff(policy);
  for (;;) {
    auto result = call();
    if (result) return result;
    TRY(backoff.wait(context, std::move(result).error()));
  }
}

// The store with retries around every call. list() is tried again only while it has shown no object: stores that
// list in pages retry each page themselves.
std::unique_ptr<Store> with_retry(std::unique_ptr<Store> inner, RetryPolicy policy = {});

}  // namespace tranship::store
