#pragma once
// Waiting until what was restored runs, and saying of what does not why: in the pod's own words.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "kube/client.h"

namespace tranship::restore {

struct NotReady {
  kube::ObjectReference object;
  std::string reason;  // "1 of 3 replicas ready; pod web-0: ImagePullBackOff: ..."
  std::string fix;
  bool for_good = false;  // waiting longer will not change it: a Job that failed, a claim whose volume is lost
};

struct Readiness {
  std::size_t ready = 0, total = 0;
  std::vector<NotReady> waiting;
};

struct WaitOptions {
  std::chrono::seconds timeout{300};
  std::function<void(const Readiness&)> progress;  // after each look
};

// What the workloads (Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, bare Pods) and claims of a namespace
// say of themselves now. `pods` explain those that are not ready, and where their statuses do not, `events` (those of
// type Warning).
Readiness assess(const std::vector<Json>& workloads, const std::vector<Json>& claims, const std::vector<Json>& pods,
                 const std::vector<Json>& events = {});

// Looks each second until everything is ready, or nothing but what is not for good, or the time is over; the last look
// is the result.
Result<Readiness> wait_ready(const Context& context, kube::Client& client, const std::string& name_space,
                             const WaitOptions& options);

}  // namespace tranship::restore
