#pragma once
// Leader election by a Lease (coordination.k8s.io/v1): of many candidates one at a time leads. The
// rules are those of Kubernetes' own components: a lease is taken over only after its record stood
// still for its duration as seen by the candidate's own steady clock, so clocks of different
// machines need not agree.

#include <chrono>
#include <functional>
#include <string>

#include "kube/client.h"

namespace tranship::kube {

struct LeaseOptions {
  std::string name_space;
  std::string name;
  std::string identity;  // unique per candidate: host name and a random part
  std::chrono::milliseconds duration{15'000};
  std::chrono::milliseconds renew_deadline{
      10'000};  // shorter than duration: the leader gives up before others may take over
  std::chrono::milliseconds retry_period{2'000};
};

// Injected for tests. `sleep` returns early with an error when its context ends.
struct LeaseClock {
  std::function<std::chrono::system_clock::time_point()> wall = [] {
    return std::chrono::system_clock::now();
  };
  std::function<std::chrono::steady_clock::time_point()> steady = [] {
    return std::chrono::steady_clock::now();
  };
  std::function<Result<void>(const Context&, std::chrono::milliseconds)> sleep =
      [](const Context& context, std::chrono::milliseconds duration) {
        return context.sleep(duration);
      };
};

// One candidate's view of a lease. Not thread-safe.
class LeaseCandidate {
 public:
  LeaseCandidate(Client& client, LeaseOptions options, LeaseClock clock = {});
  // One try to take or to renew the lease: true when it is held now. False: somebody else has it.
  // Errors are the client's (a conflict means that somebody was faster and counts as false).
  Result<bool> try_hold(const Context& context);
  // Gives the lease up so that the next one need not wait for it to run out. Only when held.
  Result<void> release(const Context& context);
  // Who held it at the last look; empty: nobody.
  const std::string& holder() const { return holder_; }

 private:
  Result<bool> create(const Context& context);
  Json record() const;

  Client& client_;
  const LeaseOptions options_;
  const LeaseClock clock_;
  std::string holder_;
  std::string seen_version_;  // of the lease at the last look that found it changed
  std::chrono::steady_clock::time_point seen_at_{};
  Json current_;
};

// Waits until the candidate leads, then runs `lead` on a thread of its own while renewing. The
// context that `lead` gets stops when the lease is lost or `context` ends; `lead` must return soon
// then. When `lead` returned, the lease is released if still held. Answers lead's result;
// Fault::retryable when the lease was lost (call again to be a candidate again), Fault::invalid for
// durations that do not fit each other.
Result<void> run_as_leader(const Context& context, Client& client, const LeaseOptions& options,
                           const std::function<Result<void>(const Context& leading)>& lead,
                           const LeaseClock& clock = {});

}  // namespace tranship::kube
