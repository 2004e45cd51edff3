#include "base/context.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace tranship {

// Joins two stop tokens into one: both callbacks ask the same source to stop.
struct Context::Link {
  struct Forward {
    std::stop_source source;
    void operator()() { source.request_stop(); }
  };
  Link(const std::stop_token& first, const std::stop_token& second, std::shared_ptr<Link> parent_link)
      : on_first(first, Forward{source}),
        on_second(second, Forward{source}),
        parent(std::move(parent_link)) {}

  std::stop_source source;
  std::stop_callback<Forward> on_first;
  std::stop_callback<Forward> on_second;
  std::shared_ptr<Link> parent;
};

Context Context::with_timeout(std::chrono::milliseconds timeout) const {
  return with_deadline(Clock::now() + timeout);
}

Context Context::with_deadline(Clock::time_point deadline) const {
  Context child = *this;
  child.deadline_ = std::min(deadline_, deadline);
  return child;
}

Context Context::with_stop(std::stop_token stop) const {
  Context child = *this;
  child.link_ = std::make_shared<Link>(stop_, stop, link_);
  child.stop_ = child.link_->source.get_token();
  return child;
}

Result<void> Context::check() const {
  if (stop_.stop_requested()) return fail(Fault::cancelled, "stopped on request");
  if (Clock::now() >= deadline_) return fail(Fault::cancelled, "the time allowed for this ran out");
  return {};
}

Result<void> Context::sleep(std::chrono::milliseconds duration) const {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  const auto until = std::min(deadline_, Clock::now() + duration);
  changed.wait_until(lock, stop_, until, [] { return false; });
  return check();
}

}  // namespace tranship
