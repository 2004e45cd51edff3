#pragma once
// Who uses claims: workloads that can be stopped, and pods that nothing here can stop.

#include <set>
#include <string>
#include <vector>

#include "kube/client.h"

namespace tranship::volume {

struct Workload {
  kube::ResourceType type;
  Json object;  // as the server has it, with its kind

  std::string name() const { return json_string(object, {"metadata", "name"}); }
  // "Deployment web": what it is known by in its namespace.
  std::string key() const { return type.kind + " " + name(); }
};

struct ClaimUsers {
  // Deployments, StatefulSets, ReplicaSets and ReplicationControllers that are their own masters; CronJobs, and Jobs
  // that are not over.
  std::vector<Workload> workloads;
  std::vector<std::string> others;  // "Pod web-0 of DaemonSet web"
};

// Every workload of a namespace that could be stopped. Kinds that are not served, or that may not be listed, are left
// out: their pods tell of them.
Result<std::vector<Workload>> list_workloads(const Context& context, kube::Client& client,
                                             const std::string& name_space);
// Pure. Pods that are over and movers are nobody's users.
ClaimUsers users_among(const std::vector<Workload>& workloads, const std::vector<Json>& pods,
                       const std::set<std::string>& claims);
Result<ClaimUsers> find_users(const Context& context, kube::Client& client, const std::string& name_space,
                              const std::set<std::string>& claims);

// "pod (of its controller)" of every pod that has one of the claims, or may get it any moment.
std::vector<std::string> pods_using(const std::vector<Json>& pods, const std::set<std::string>& claims);

}  // namespace tranship::volume
