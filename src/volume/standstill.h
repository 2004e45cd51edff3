#pragma once
// Workloads stopped while their volumes are written, and started again. What each was is remembered on the object
// itself (annotation tranship.io/stopped), so that it does not matter who starts it, or when.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "volume/users.h"

namespace tranship::volume {

inline constexpr std::string_view kStoppedAnnotation = "tranship.io/stopped";

// Scaled to zero, or suspended. What is stopped already keeps what was remembered of it. A StatefulSet that would
// delete its claims when it is scaled down keeps them.
Result<void> stop_workloads(const Context& context, kube::Client& client, const std::vector<Workload>& workloads);

// Until no pod has one of the claims. Fault::conflict, code "volume.in-use", after `patience`: names the pods.
// `on_detail` hears for which pods it waits.
Result<void> wait_unused(const Context& context, kube::Client& client, const std::string& name_space,
                         const std::set<std::string>& claims, std::chrono::seconds patience,
                         const std::function<void(const std::string&)>& on_detail);

// Starts all that is stopped in a namespace: as the object of its key ("Deployment web") in `wanted` says, else as it
// was.
Result<void> start_workloads(const Context& context, kube::Client& client, const std::string& name_space,
                             const std::map<std::string, Json>& wanted);

// The merge patches; null when there is nothing to do. Pure.
Json stop_patch(const Workload& workload);
Json start_patch(const Workload& workload, const Json* wanted);

}  // namespace tranship::volume
