#pragma once
// The closure: what an application needs outside its namespace. CRDs of its custom resources, classes its
// objects name (storage, snapshot, priority, ingress, runtime ...), ClusterRoles and ClusterRoleBindings of
// its ServiceAccounts, webhook configurations, conversions and API services that its Services serve, and, for
// the record, the PersistentVolumes of its claims.

#include <string>
#include <vector>

#include "app/application.h"
#include "capture/rbac.h"

namespace tranship::capture {

struct Closure {
  std::vector<Json> objects;   // sorted by group, kind and name
  std::vector<Right> missing;  // what the credentials may not read
  std::vector<std::string> warnings;
};

// `objects`: the captured ones. Errors are the client's; refused requests are in `missing`.
Result<Closure> collect_closure(const Context& context, kube::Client& client,
                                const kube::Discovery& discovery, const app::Application& application,
                                const std::vector<Json>& objects, int requests_max);

}  // namespace tranship::capture
