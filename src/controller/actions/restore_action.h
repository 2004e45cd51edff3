#pragma once
// Restores: a restore point into a namespace, by the plan first, which its status shows.

#include "controller/runtime/reconciler.h"

namespace tranship::controller {

std::unique_ptr<Reconciler> make_restore_reconciler(const Services& services);

}  // namespace tranship::controller
