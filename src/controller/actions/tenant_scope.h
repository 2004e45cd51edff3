#pragma once
// What a Restore outside of the system namespace may write. The controller may write anything, whoever may create a
// Restore only what the cluster's RBAC says; and a restore point may have been made for the purpose. So such a Restore
// writes what the cluster's role `admin` (aggregated: operators add their kinds to it) lets an administrator of a
// namespace create, and no rights at all.

#include <string>
#include <vector>

#include "capture/read.h"
#include "kube/client.h"

namespace tranship::controller {

// Takes everything else out of `stored`, and labels and annotations off its Namespace. Returns what was left out, for
// people. Fault::auth, code "scope.admin-role", when the cluster's role cannot be read.
Result<std::vector<std::string>> keep_to_admin(const Context& context, kube::Client& client,
                                               capture::StoredRestorePoint& stored);
// The same with the ClusterRole given. Pure.
std::vector<std::string> keep_to_role(const Json& role, capture::StoredRestorePoint& stored);

}  // namespace tranship::controller
