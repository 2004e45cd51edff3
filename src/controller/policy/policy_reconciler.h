#pragma once
// Policies: begins their runs, restores what they imported, and clears their history. What a policy does next is
// decided in next_step.h.

#include "controller/runtime/reconciler.h"

namespace tranship::controller {

std::unique_ptr<Reconciler> make_policy_reconciler(const Services& services);

}  // namespace tranship::controller
