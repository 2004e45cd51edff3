#pragma once
// RestorePoint objects of local restore points. Other than those of a location they are no views: with the object goes
// what it shows, because snapshots and Secrets belong to it.

#include <optional>
#include <string>

#include "controller/api/types.h"
#include "controller/runtime/reconciler.h"
#include "migrate/local_backup.h"

namespace tranship::controller {

// "shop-3f2a1b9c0d1e": the same for every run of the same Backup.
std::string local_point_name(const std::string& application, const std::string& key);
// As the API shows what a Backup made, with its labels: of which policy it is.
api::RestorePoint local_point_view(const api::Backup& backup, const migrate::LocalBackup& made, const std::string& key);

// Asked of the server: what was made a moment ago is found. `own`: the namespace of the object that names it. Faults:
// auth, code "scope.namespace"; not_found, code "restore-point.not_found".
Result<api::RestorePoint> find_restore_point(const Context& context, const Services& services, const std::string& own,
                                             const api::NamespacedReference& reference);
// Manifests and snapshots of a RestorePoint of kind Local, checked against what its spec.id says.
Result<migrate::LocalPoint> open_local_point(const Context& context, kube::Client& client,
                                             const api::RestorePoint& point);

// Whether it is of the namespace of this cluster that it lies in. Fault::auth, code "scope.restore-point".
Result<void> check_local_source(const Context& context, kube::Client& client, const migrate::LocalPoint& point);

// Gives snapshots and Secrets to the RestorePoint, which must be there.
Result<void> adopt_local_point(const Context& context, kube::Client& client, const api::RestorePoint& point);

// Removes what Backups left that were killed and deleted at the worst moment.
Result<void> remove_orphaned_points(const Context& context, const Services& services, const std::string& name_space);

// Whether an Export or a Restore of it is not over.
bool is_in_use(const Services& services, const api::RestorePoint& point);

// Thins the local restore points that the Backup's policy made of that namespace; how many were removed. Those in use
// stay until the next time.
Result<std::size_t> apply_local_retention(const Context& context, const Services& services, const api::Backup& backup);

}  // namespace tranship::controller
