#pragma once
// --print-rbac: the least ClusterRole for a command, as YAML (or JSON) to hand to an administrator.

#include <string>
#include <vector>

#include "capture/rbac.h"
#include "cli/session.h"

namespace tranship::cli {

Result<int> print_rbac(Session& session, const std::vector<capture::Right>& rights);
// Both sides of a migration: backup of the application and restore of every kind the cluster serves.
std::vector<capture::Right> migration_rights(const kube::Discovery& discovery, const std::string& name_space);

}  // namespace tranship::cli
