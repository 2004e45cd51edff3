#pragma once
// Exported restore points that a policy keeps no longer: after each export of a policy, those that its exports made in
// that repository are thinned by its retention. What people exported by hand stays, and so does what other policies and
// other clusters put there.

#include "controller/api/types.h"
#include "controller/runtime/reconciler.h"
#include "migrate/location_catalog.h"
#include "policy/retention.h"

namespace tranship::controller {

// One rule of the retention of the policy that made an action, and in which time zone it counts; nothing when no policy
// made it, or that policy has no such rule.
Result<std::optional<policy::Retention>> retention_of_policy(const Services& services, const api::Metadata& action,
                                                             std::optional<api::RetentionRule> api::Retention::*rule,
                                                             std::string& zone);

// By which a policy's restore points are known in a repository; empty for an Export that no policy made.
Result<std::string> policy_tag(const Context& context, const Services& services, const api::Export& object);

// Forgets what the policy of the Export keeps no longer, under the repository's lock, and the RestorePoints that show
// it. Answers how many. Space is freed by the next prune (export_prune.h).
Result<std::size_t> apply_retention(const Context& context, const Services& services, const api::Export& object,
                                    migrate::ApplicationRepository& repository, const std::string& tag);

}  // namespace tranship::controller
