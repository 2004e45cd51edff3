#pragma once
// Restoring a local restore point: the same plan and the same run as of an exported one, but that the storage makes the
// volumes from their snapshots.

#include "migrate/local_point.h"
#include "migrate/restore.h"

namespace tranship::migrate {

// plan_restore(), and beside its blockers: a StorageClass of another driver than the snapshot's.
Result<RestorePlan> plan_local_restore(const Context& context, const RestoreRequest& request, const LocalPoint& point);

// Existing claims of the plan are made anew, their volumes kept aside until the restore is whole. Otherwise as
// run_restore().
Result<RestoreOutcome> run_local_restore(const Context& context, const RestoreRequest& request, const RestorePlan& plan,
                                         const LocalPoint& point, Reporter& reporter);

}  // namespace tranship::migrate
