#pragma once
// The steps of make_plan that need no object's own state: what the target is like, and what follows from it.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "restore/plan.h"

namespace tranship::restore {

// What the plan needs to know of the target as a whole, read once.
struct TargetState {
  bool namespace_exists = false;
  std::string namespace_blocker;                   // being deleted: why nothing can be written there
  std::map<std::int64_t, std::string> node_ports;  // taken port -> "namespace/service"
  std::map<std::string, std::string> hosts;        // Ingress host -> "namespace/ingress"
  // Group and kind of CRDs that this restore brings: not served yet, but will be.
  std::set<std::pair<std::string, std::string>> kinds_to_come;
};

Result<TargetState> read_target(const Context& context, kube::Client& client, const PlanOptions& options,
                                const std::vector<Item>& closure);

// The target namespace itself: as the source's (labels, annotations) when the closure has it.
void add_namespace(Plan& plan, const TargetState& target, const PlanOptions& options, std::vector<Item>& closure);
// Each object outside the namespace: carried when asked; otherwise skipped when the target has it or can do without,
// and blocked when the application needs it. (plan_closure.cc)
Result<void> add_closure(const Context& context, kube::Client& client, Plan& plan, const PlanOptions& options,
                         std::vector<Item> closure);
// What of the closure the target lacks, once it has been decided about everything. (plan_closure.cc)
std::vector<Need> needs_of(const Plan& plan, const PlanOptions& options);
// True when this object of the closure is to be brought along.
bool is_carried(const Item& item, const PlanOptions& options);
// The version the target serves, converted where need be; blocked when it does not know the kind at all.
void resolve_type(PlanItem& line, const kube::Discovery& discovery, const TargetState& target);
// Node ports that another Service has are left to the target to choose.
void resolve_node_ports(PlanItem& line, const TargetState& target, const PlanOptions& options);
// Hosts that an Ingress of another namespace serves, and classes of Ingress that the target lacks: notes.
void note_hosts_taken(Plan& plan, const TargetState& target, const PlanOptions& options);
Result<void> note_ingress_classes(const Context& context, kube::Client& client, Plan& plan);

}  // namespace tranship::restore
