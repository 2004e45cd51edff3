#pragma once
// The ClusterRole that lets the controller back up and restore applications. Pure functions.

#include <string>

#include "capture/rbac.h"
#include "controller/install/manifests.h"

namespace tranship::controller::install {

// Exactly the kinds that the cluster serves: what backups read and restores write, in all namespaces, and what a
// restore may carry from outside of them. A kind that is added later needs `tranship install` again.
Manifest role_for_served(const Settings& settings, const kube::Discovery& discovery);
// Every kind, also those to come: for manifests that are printed without a cluster, and for clusters whose kinds
// change.
Manifest role_for_any(const Settings& settings);

}  // namespace tranship::controller::install
