#pragma once
// A policy's schedule and retention, from the API's types to those of src/policy.

#include "controller/api/types.h"
#include "policy/retention.h"
#include "policy/schedule.h"

namespace tranship::controller {

// Faults: those of policy::Schedule.
Result<policy::Schedule> schedule_of(const api::Schedule& schedule);
policy::Retention retention_of(const api::RetentionRule& rule);

}  // namespace tranship::controller
