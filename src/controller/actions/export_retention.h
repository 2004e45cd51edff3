#pragma once
// Exported restore points that a policy keeps no longer: after each export of a policy, those that its exports made in
// that repository are thinned by its retention; those of applications that it exports no more are the business of
// removed_retention.h. What people exported by hand stays, and so does what other policies and other clusters put
// there.

#include <optional>
#include <string>

#include "controller/api/types.h"
#include "controller/runtime/reconciler.h"
#include "migrate/location_catalog.h"
#include "policy/retention.h"

namespace tranship::controller {

// One rule of a policy's retention, and in which time zone it counts.
struct PolicyRetention {
  policy::Retention retention;
  std::string zone;
};
// Which of the two: &api::Retention::local or &api::Retention::exported.
using RetentionMember = std::optional<api::RetentionRule> api::Retention::*;

// Nothing when the policy has no such rule, or one that keeps everything. Faults: those of schedule_of().
Result<std::optional<PolicyRetention>> retention_in(const api::Policy& policy, RetentionMember member);
// The same of the policy that made an action; nothing when none did.
Result<std::optional<PolicyRetention>> retention_of_policy(const Services& services, const api::Metadata& action,
                                                           RetentionMember member);

// By which a policy's restore points are known in a repository. `label`: policy_label() of its name.
std::string policy_tag(const std::string& name_space, const std::string& label, const std::string& cluster_id);
// Of the policy that made the Export; empty when none did.
Result<std::string> policy_tag(const Context& context, const Services& services, const api::Export& object);

struct Thinned {
  std::size_t found = 0;      // with the tag, before
  std::size_t forgotten = 0;  // of these
};

// Forgets what the rule keeps no longer of the restore points that have exactly this tag, and the RestorePoints that
// show it. Under the repository's lock, which is taken only when something is to go. Space is freed by the next prune
// (export_prune.h).
Result<Thinned> thin_repository(const Context& context, const Services& services,
                                migrate::ApplicationRepository& repository, const PolicyRetention& rule,
                                const std::string& tag);

// thin_repository() by the rule of the policy that made the Export; answers how many were forgotten.
Result<std::size_t> apply_retention(const Context& context, const Services& services, const api::Export& object,
                                    migrate::ApplicationRepository& repository, const std::string& tag);

}  // namespace tranship::controller
