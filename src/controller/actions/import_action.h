#pragma once
// Imports: what a transfer token opens becomes RestorePoints of the import's namespace. Reads only; what was imported
// before and is no longer there goes.

#include "controller/runtime/reconciler.h"

namespace tranship::controller {

std::unique_ptr<Reconciler> make_import_reconciler(const Services& services);

}  // namespace tranship::controller
