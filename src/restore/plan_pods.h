#pragma once
// A step of make_plan: what the pods of the workloads will meet on the target. Whether some node could take them, and,
// where the namespace is there already, whether the server would admit one: Pod Security, quota, limit ranges, classes,
// webhooks.

#include "restore/plan.h"
#include "restore/plan_steps.h"

namespace tranship::restore {

// A pod that the namespace's own rules refuse blocks its workload; everything else is a note.
Result<void> check_pods(const Context& context, kube::Client& client, Plan& plan, const TargetState& target,
                        const PlanOptions& options);

// The pod a controller would make of a workload's template, as far as admission looks at it; null for other kinds and
// for workloads that want none now.
Json pod_of_workload(const Json& workload);

}  // namespace tranship::restore
