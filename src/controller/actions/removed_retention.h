#pragma once
// What a policy exported of applications that it exports no more, because their namespace is gone or no longer chosen:
// no Export comes that would thin it (export_retention.h), so once a day the policy's rule is applied to it here. It is
// the rule that every Export applies, so that an application that seems gone for a moment loses nothing by it; the
// newest of each stays. Policies of the system namespace alone: any other is about its own namespace, and goes with it.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "controller/actions/export_prune.h"
#include "controller/actions/export_retention.h"
#include "controller/location/locations.h"
#include "controller/runtime/reconciler.h"

namespace tranship::controller {

// One look at the location that a policy exports to.
struct RemovedLook {
  PolicyRetention rule;
  std::string tag;                 // of the policy (policy_tag)
  std::set<std::string> exported;  // applications that are its Exports' business
  // Asked before each application: false ends the look, as when the policy was changed meanwhile.
  std::function<bool()> wanted = [] { return true; };
};

struct RemovedFound {
  std::map<std::string, std::size_t> forgotten = {};  // restore points by application
  bool whole = true;                                  // not ended by `wanted`
  std::optional<Error> error;                         // the first
};

// Thins every repository of the location that holds something with the policy's tag and is of no application in
// `exported`, and frees the space when that is due. An application that cannot be read is passed over; a location that
// is away ends the look.
RemovedFound thin_removed(const Context& context, const Services& services, const LocationAccess& access,
                          const RemovedLook& look, PruneTimes& prunes);

// Looks once a day for each policy, one policy at a time, and an hour after it could not. What was forgotten, and why
// it could not be, are Events of the policy.
std::unique_ptr<Reconciler> make_removed_retention_reconciler(const Services& services,
                                                              std::shared_ptr<PruneTimes> prunes);

}  // namespace tranship::controller
