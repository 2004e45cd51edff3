#pragma once
// The TransformSets that a restore names, and the reconciler that says of each whether its rules make sense.

#include "controller/runtime/reconciler.h"
#include "migrate/restore.h"

namespace tranship::controller {

// Into `choices`: their rules, or why one cannot be used, which blocks the plan. Only sets of the restore's own
// namespace; those of a tenant change nothing outside of namespaces.
void choose_transforms(const Services& services, const api::Restore& restore, migrate::RestoreChoices& choices);

std::unique_ptr<Reconciler> make_transform_set_reconciler(const Services& services);

}  // namespace tranship::controller
