#pragma once
// Writes a plan to the target: wave by wave, all objects of a wave in flight at once, by server-side apply. What
// depends on something not there yet is tried again in rounds. Written twice it changes nothing: a run that was killed
// is simply run again.

#include <chrono>
#include <functional>
#include <vector>

#include "restore/plan.h"

namespace tranship::restore {

struct ApplyOptions {
  std::size_t in_flight_max = 32;
  // How long an object may be refused for reasons that pass (webhook not up, account not made yet).
  std::chrono::seconds retry_for{90};
  bool replace = false;  // ExistingPolicy::replace: delete and create where an update is refused; never claims
  // Called from several threads after each object.
  std::function<void(std::size_t done, std::size_t total, const kube::ObjectReference&)> progress;
};

struct ApplyFailure {
  kube::ObjectReference object;
  Error error;
};

struct ApplyResult {
  std::size_t created = 0, updated = 0, unchanged = 0, skipped = 0;
  std::vector<ApplyFailure> failures;  // not empty: the restore is not whole
  std::vector<std::string> notes;      // owners that do not exist here, fields others have taken since
};

// Fault::conflict for a plan that is blocked; cancelled when stopped (what was written stays and is found by the next
// run).
Result<ApplyResult> apply(const Context& context, kube::Client& client, const Plan& plan, const ApplyOptions& options);

}  // namespace tranship::restore
