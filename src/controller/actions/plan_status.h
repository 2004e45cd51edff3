#pragma once
// A plan as a status carries it: for pages and for kubectl. Pure.

#include "controller/api/types.h"
#include "migrate/restore.h"

namespace tranship::controller {

// Bounded, however large the plan: what needs attention comes first, and what has no room is counted.
api::PlanSummary summary_of(const migrate::RestorePlan& plan);

}  // namespace tranship::controller
