#pragma once
// What a policy does next: pure, so that tests live through years. Looked at again whenever the policy, one of its
// actions, or the time changes; the answer depends on nothing else, and what was begun twice has the same names.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "controller/api/types.h"
#include "controller/policy/namespaces.h"

namespace tranship::controller {

inline constexpr const char* kPolicyLabel = "tranship.io/policy";  // of actions: whose they are
// The label's value for a policy of that name: labels are shorter than names may be.
std::string policy_label(const std::string& policy);
inline constexpr const char* kRunLabel = "tranship.io/policy-run";       // of actions: of which run
inline constexpr const char* kRunAnnotation = "tranship.io/run";  // of policies: a new value makes one run

// How the names of runs end that this value of the annotation began.
std::string run_mark(const std::string& asked);
// What the Restore of an imported restore point is called.
std::string restore_name(const std::string& policy, const std::string& restore_point);

// An action of the policy, of any kind, as far as policies look at it.
struct PolicyAction {
  std::string kind, name, run;
  std::optional<api::Phase> phase;
  std::optional<api::Trouble> error;
  api::Time created{};
  std::optional<api::NamespacedReference> newest;  // of imports: the RestorePoint of the newest
  std::optional<api::NamespacedReference> restore_point = {};  // of backups: what was made
  bool ended() const;
};

struct PolicyView {
  const api::Policy& policy;
  std::string system_namespace;
  std::vector<PolicyAction> actions;
  // Those of the cluster; asked for only when a run begins.
  std::function<Result<std::vector<Namespace>>()> namespaces;
};

struct PolicyStep {
  std::vector<Json> create;                // actions; those that are there already are left alone
  std::vector<api::KindReference> remove;  // actions that ended long ago
  api::PolicyStatus status;
  std::optional<api::Time> again;  // when the time alone changes something
};

// Errors are those of namespaces(); what is wrong with the policy itself is in the status.
Result<PolicyStep> next_step(const PolicyView& view, api::Time now);

}  // namespace tranship::controller
