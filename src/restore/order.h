#pragma once
// In which order objects are written. Levels go one after the other, all objects of a level at once; owners come before
// what they own whatever their levels say.

#include <vector>

#include "restore/item.h"

namespace tranship::restore {

// Lower first. Admission webhooks are the last: before their pods run they would refuse everything else.
enum class Level {
  definitions,    // Namespaces, CRDs
  cluster,        // StorageClasses, PriorityClasses, ClusterRoles ... what namespaced objects name
  accounts,       // ServiceAccounts: the token controller deletes a token's Secret whose account it does not find
  configuration,  // Secrets, ConfigMaps, Roles
  access,         // bindings, claims, Services, network policies
  limits,         // quotas and limit ranges: after what they would count or refuse, before the pods they are meant for
  custom,         // custom resources: there, with their status, before their operator starts
  workloads,      // Deployments, StatefulSets, Jobs, Pods ...
  dependents,     // what refers to workloads: autoscalers, disruption budgets, Ingresses
  admission,      // webhook configurations, admission policies, APIServices
};
inline constexpr int kLevels = 10;

Level level_of(const kube::ResourceType& type);

// Indexes into `items`, one list per wave. Objects of a wave do not own each other.
std::vector<std::vector<std::size_t>> waves(const std::vector<Item>& items);

}  // namespace tranship::restore
