#pragma once
// Exports: a restore point of an application in a location.

#include "controller/runtime/reconciler.h"

namespace tranship::controller {

std::unique_ptr<Reconciler> make_export_reconciler(const Services& services);

}  // namespace tranship::controller
