#pragma once
// Ctrl-C and SIGTERM as a stop token: the first asks everything to stop cleanly, a second one ends the process at once.

#include <functional>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/error.h"

namespace tranship::cli {

// One at a time per process. SIGPIPE is ignored from then on: writes to a closed pipe return an error instead.
class SignalStop {
 public:
  // `on_first` runs on a thread of its own when the first signal comes.
  explicit SignalStop(std::function<void()> on_first);
  ~SignalStop();  // the default actions again
  SignalStop(const SignalStop&) = delete;
  SignalStop& operator=(const SignalStop&) = delete;

  std::stop_token token() const { return source_.get_token(); }

 private:
  void wait(int descriptor, const std::function<void()>& on_first);

  std::stop_source source_;
  std::jthread waiter_;
};

// A restore that Ctrl-C ended says how it is gone on with.
template <class Outcome>
Result<Outcome> saying_how_to_go_on(Result<Outcome> outcome) {
  if (outcome || outcome.error().fault() != Fault::cancelled) return outcome;
  return fail(std::move(outcome).error().with_fix(
      "Nothing temporary was left behind. The same command again goes on from here"));
}

}  // namespace tranship::cli
