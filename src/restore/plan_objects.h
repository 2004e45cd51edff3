#pragma once
// A step of make_plan: what becomes of each object, from what the target has of that name and from dry runs.

#include "restore/plan.h"
#include "restore/plan_steps.h"

namespace tranship::restore {

// Lines whose action is still `create` are decided; those of a namespace or kind that is yet to come stay as they are.
void decide_objects(const Context& context, kube::Client& client, Plan& plan, const TargetState& target,
                    const PlanOptions& options);

}  // namespace tranship::restore
