#pragma once
// Deadline and cancellation, travelling together down a call. A child never outlives its parent: its
// deadline is the earlier of both and it stops when the parent stops. Cheap to copy, safe to share.

#include <chrono>
#include <memory>
#include <stop_token>

#include "base/error.h"

namespace tranship {

class Context {
 public:
  using Clock = std::chrono::steady_clock;

  // Never stops and has no deadline.
  Context() = default;
  // Stops when `stop` does.
  explicit Context(std::stop_token stop) : stop_(std::move(stop)) {}

  Context with_timeout(std::chrono::milliseconds timeout) const;
  Context with_deadline(Clock::time_point deadline) const;
  // A child that also stops when `stop` does.
  Context with_stop(std::stop_token stop) const;

  bool stopped() const { return stop_.stop_requested() || Clock::now() >= deadline_; }
  Clock::time_point deadline() const { return deadline_; }
  // For std::condition_variable_any and callbacks; does not fire at the deadline.
  std::stop_token stop_token() const { return stop_; }

  // Fault::cancelled when stopped or past the deadline.
  Result<void> check() const;
  // Sleeps; returns early with Fault::cancelled when stopped or when the deadline comes first.
  Result<void> sleep(std::chrono::milliseconds duration) const;

 private:
  struct Link;
  std::stop_token stop_;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::shared_ptr<Link> link_;
};

}  // namespace tranship
