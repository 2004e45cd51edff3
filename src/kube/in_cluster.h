#pragma once
// Access from inside a pod. Private to kube.

#include <string>

#include "kube/access.h"

namespace tranship::kube {

bool runs_in_cluster();
// `directory` is where the service account is mounted.
Result<ClusterAccess> in_cluster_access(const std::string& directory);

}  // namespace tranship::kube
