#pragma once
// Exports: a restore point of an application in a location.

#include <memory>

#include "controller/actions/export_prune.h"
#include "controller/runtime/reconciler.h"

namespace tranship::controller {

std::unique_ptr<Reconciler> make_export_reconciler(const Services& services, std::shared_ptr<PruneTimes> prunes);

}  // namespace tranship::controller
