#include "restore/order.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace tranship::restore {
namespace {

struct Rule {
  std::string_view group;
  std::string_view kind;  // "*": every kind of the group
  Level level;
};

constexpr std::array kRules = {
    Rule{"", "Namespace", Level::definitions},
    Rule{"apiextensions.k8s.io", "*", Level::definitions},
    Rule{"storage.k8s.io", "*", Level::cluster},
    Rule{"snapshot.storage.k8s.io", "VolumeSnapshotClass", Level::cluster},
    Rule{"scheduling.k8s.io", "*", Level::cluster},
    Rule{"node.k8s.io", "*", Level::cluster},
    Rule{"networking.k8s.io", "IngressClass", Level::cluster},
    Rule{"rbac.authorization.k8s.io", "ClusterRole", Level::cluster},
    Rule{"", "PersistentVolume", Level::cluster},
    Rule{"", "ServiceAccount", Level::accounts},
    Rule{"", "Secret", Level::configuration},
    Rule{"", "ConfigMap", Level::configuration},
    Rule{"", "LimitRange", Level::limits},
    Rule{"", "ResourceQuota", Level::limits},
    Rule{"rbac.authorization.k8s.io", "Role", Level::configuration},
    Rule{"rbac.authorization.k8s.io", "*", Level::access},
    Rule{"", "PersistentVolumeClaim", Level::access},
    Rule{"", "Service", Level::access},
    Rule{"", "Endpoints", Level::access},
    Rule{"discovery.k8s.io", "*", Level::access},
    Rule{"networking.k8s.io", "NetworkPolicy", Level::access},
    Rule{"", "Pod", Level::workloads},
    Rule{"", "ReplicationController", Level::workloads},
    Rule{"apps", "*", Level::workloads},
    Rule{"batch", "*", Level::workloads},
    Rule{"networking.k8s.io", "*", Level::dependents},
    Rule{"autoscaling", "*", Level::dependents},
    Rule{"policy", "*", Level::dependents},
    Rule{"admissionregistration.k8s.io", "*", Level::admission},
    Rule{"apiregistration.k8s.io", "*", Level::admission},
};

bool built_in(std::string_view group) {
  return group.empty() || group.find('.') == std::string_view::npos || group.ends_with(".k8s.io");
}

}  // namespace

Level level_of(const kube::ResourceType& type) {
  for (const Rule& rule : kRules) {
    if (rule.group == type.group && (rule.kind == "*" || rule.kind == type.kind)) return rule.level;
  }
  return built_in(type.group) ? Level::dependents : Level::custom;
}

std::vector<std::vector<std::size_t>> waves(const std::vector<Item>& items) {
  std::map<std::string, std::size_t> by_uid;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].source_uid.empty()) by_uid.emplace(items[i].source_uid, i);
  }
  // The depth of ownership: 0 owns nothing above it. Cycles cannot be made on a real cluster; the bound ends them.
  std::vector<int> depth(items.size(), 0);
  constexpr int kDepthMax = 16;
  for (int round = 0; round < kDepthMax; ++round) {
    bool changed = false;
    for (std::size_t i = 0; i < items.size(); ++i) {
      for (const Owner& owner : items[i].owners) {
        const auto found = by_uid.find(owner.source_uid);
        if (found == by_uid.end() || depth[found->second] < depth[i]) continue;
        depth[i] = depth[found->second] + 1;
        changed = true;
      }
    }
    if (!changed) break;
  }
  // An owned object goes no earlier than its owner: the wave is (level of the latest owner or own level, depth).
  std::vector<int> level(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) level[i] = static_cast<int>(level_of(items[i].type));
  for (int round = 0; round < kDepthMax; ++round) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      for (const Owner& owner : items[i].owners) {
        const auto found = by_uid.find(owner.source_uid);
        if (found != by_uid.end()) level[i] = std::max(level[i], level[found->second]);
      }
    }
  }
  std::map<std::pair<int, int>, std::vector<std::size_t>> sorted;
  for (std::size_t i = 0; i < items.size(); ++i) sorted[{level[i], depth[i]}].push_back(i);
  std::vector<std::vector<std::size_t>> result;
  for (auto& [key, wave] : sorted) result.push_back(std::move(wave));
  return result;
}

}  // namespace tranship::restore
