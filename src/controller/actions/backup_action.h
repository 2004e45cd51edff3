#pragma once
// Backups: a local restore point of an application, of snapshots that stay in the cluster.

#include "controller/runtime/reconciler.h"

namespace tranship::controller {

std::unique_ptr<Reconciler> make_backup_reconciler(const Services& services);

}  // namespace tranship::controller
