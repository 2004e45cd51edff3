#pragma once
// Local restore points whose time is over.

#include "controller/runtime/reconciler.h"

namespace tranship::controller {

// Removes RestorePoints of kind Local at their spec.expiresAt, or when nothing uses them any more.
std::unique_ptr<Reconciler> make_local_expiry_reconciler(const Services& services);

}  // namespace tranship::controller
