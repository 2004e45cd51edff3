#include "capture/filter.h"

#include <algorithm>
#include <array>

#include "app/references.h"
#include "app/selector.h"

namespace tranship::capture {
namespace {

struct GroupKind {
  std::string_view group;
  std::string_view kind;  // empty: every kind of the group
};

// Views of other objects, measurements and reports: listed and even created, but never anyone's wish.
constexpr std::array<GroupKind, 22> kNeverCaptured = {{
    {"", "Event"},
    {"events.k8s.io", ""},
    {"metrics.k8s.io", ""},
    {"custom.metrics.k8s.io", ""},
    {"external.metrics.k8s.io", ""},
    {"authorization.k8s.io", ""},
    {"authorization.openshift.io", ""},
    {"image.openshift.io", "ImageStreamTag"},
    {"image.openshift.io", "ImageStreamImage"},
    {"image.openshift.io", "ImageTag"},
    {"packages.operators.coreos.com", ""},
    {"storage.k8s.io", "CSIStorageCapacity"},
    {"cilium.io", "CiliumEndpoint"},
    {"wgpolicyk8s.io", "PolicyReport"},
    {"reports.kyverno.io", ""},
    {"tranship.io", ""},
    // The same objects as in apps and networking.k8s.io, on servers of before 1.22.
    {"extensions", "Deployment"},
    {"extensions", "DaemonSet"},
    {"extensions", "ReplicaSet"},
    {"extensions", "Ingress"},
    {"extensions", "NetworkPolicy"},
    {"internal.apiserver.k8s.io", ""},
}};

// Kinds whose objects a controller makes again from their controller owner, whatever the owner is. Everything
// else that has an owner (an operator's Secrets, claims, Services ...) may hold state and is captured with
// its owner.
constexpr std::array<GroupKind, 6> kRemadeByOwner = {{
    {"", "Pod"},
    {"", "ReplicationController"},
    {"apps", "ReplicaSet"},
    {"apps", "ControllerRevision"},
    {"discovery.k8s.io", "EndpointSlice"},
    {"resource.k8s.io", "ResourceClaim"},
}};

template <std::size_t N>
bool among(const std::array<GroupKind, N>& table, std::string_view group, std::string_view kind) {
  return std::ranges::any_of(table, [&](const GroupKind& row) {
    return row.group == group && (row.kind.empty() || row.kind == kind);
  });
}

const Json* controller_of(const Json& object) {
  for (const auto& owner : json_at(object, {"metadata", "ownerReferences"})) {
    if (json_bool(owner, {"controller"})) return &owner;
  }
  return nullptr;
}

std::string label(const Json& object, std::string_view name) {
  return json_string(object, {"metadata", "labels", name});
}
std::string annotation(const Json& object, std::string_view name) {
  return json_string(object, {"metadata", "annotations", name});
}

bool is_leader_lock(const Json& object, const kube::GroupVersionKind& type) {
  if (type.group == "coordination.k8s.io" && type.kind == "Lease") {
    return !json_string(object, {"spec", "renewTime"}).empty() ||
           !json_string(object, {"spec", "holderIdentity"}).empty();
  }
  return (type.kind == "ConfigMap" || type.kind == "Endpoints") &&
         !annotation(object, "control-plane.alpha.kubernetes.io/leader").empty() &&
         json_at(object, {"data"}).empty() && json_at(object, {"subsets"}).empty();
}

Json head_of(const Json& object) {
  return {{"apiVersion", json_at(object, {"apiVersion"})},
          {"kind", json_at(object, {"kind"})},
          {"metadata", json_at(object, {"metadata"})}};
}

// Generated names end in a dash and five of these.
bool ends_generated(std::string_view name, std::string_view prefix) {
  return name.size() == prefix.size() + 5 && name.starts_with(prefix) &&
         name.find_first_not_of("bcdfghjklmnpqrstvwxz2456789", prefix.size()) == std::string_view::npos;
}

}  // namespace

bool is_captured_kind(const kube::ResourceType& type) {
  return type.namespaced && type.can("list") && type.can("create") &&
         !among(kNeverCaptured, type.group, type.kind);
}

Filter::Filter(const std::vector<KindList>& lists, const CaptureOptions& options) : options_(options) {
  for (const auto& list : lists) {
    const bool core = list.type.group.empty();
    if (!list.listed) unlisted_.emplace(list.type.group, list.type.kind);
    for (const auto& item : list.items) {
      const std::string name = json_string(item, {"metadata", "name"});
      uids_.insert(json_string(item, {"metadata", "uid"}));
      if (core && list.type.kind == "Service" && !json_at(item, {"spec", "selector"}).empty()) {
        services_with_selector_.insert(name);
      }
      if (!core || list.type.kind != "ServiceAccount") continue;
      auto& secrets = account_secrets_[name];
      for (const auto& secret : json_at(item, {"secrets"})) secrets.insert(json_string(secret, {"name"}));
    }
  }
}

std::string Filter::reason_to_leave_out(const Json& object) const {
  const auto type = kube::GroupVersionKind::of(object);
  if (label(object, "tranship.io/exclude") == "true") return "it has the label tranship.io/exclude";
  if (!json_at(object, {"metadata", "deletionTimestamp"}).is_null()) return "it is being deleted";
  // Temporary objects, and those that stay for a while: local restore points, snapshots from before an update.
  if (label(object, "app.kubernetes.io/managed-by") == "tranship" &&
      (!label(object, "tranship.io/run").empty() || !label(object, "tranship.io/role").empty())) {
    return "it is an object of tranship's own";
  }
  if (!options_.leases && is_leader_lock(object, type)) return "a running process holds it as its lock";
  if (auto reason = made_by_owner(object, type); !reason.empty()) return reason;
  return made_by_control_plane(object, type);
}

std::string Filter::made_by_owner(const Json& object, const kube::GroupVersionKind& type) const {
  const Json* owner = controller_of(object);
  if (owner == nullptr) return {};
  const std::string kind = json_string(*owner, {"kind"});
  const bool remade = among(kRemadeByOwner, type.group, type.kind) ||
                      (type.group == "batch" && type.kind == "Job" && kind == "CronJob");
  if (!remade) return {};
  // An owner that is not there (deleted with its children orphaned) makes nothing.
  const std::string group = kube::GroupVersionKind::of(*owner).group;
  const bool there = uids_.contains(json_string(*owner, {"uid"})) || unlisted_.contains({group, kind});
  return there ? "made again by " + kind + " " + json_string(*owner, {"name"}) : std::string();
}

std::string Filter::made_by_control_plane(const Json& object, const kube::GroupVersionKind& type) const {
  const std::string name = json_string(object, {"metadata", "name"});
  if (type.group == "discovery.k8s.io" && type.kind == "EndpointSlice") {
    const std::string manager = label(object, "endpointslice.kubernetes.io/managed-by");
    if (manager.ends_with(".k8s.io")) return "made again by " + manager;
  }
  if (!type.group.empty()) return {};
  if (type.kind == "Pod") {
    if (!annotation(object, "kubernetes.io/config.mirror").empty()) return "the mirror of a static pod";
    const std::string phase = json_string(object, {"status", "phase"});
    if (phase == "Succeeded" || phase == "Failed") return "a finished pod";
  }
  if (type.kind == "Endpoints" && services_with_selector_.contains(name))
    return "made again for Service " + name;
  if (type.kind == "ConfigMap" &&
      (name == "kube-root-ca.crt" || name == "openshift-service-ca.crt" ||
       (name == "istio-ca-root-cert" && label(object, "istio.io/config") == "true"))) {
    return "put into every namespace by the cluster";
  }
  if (type.kind == "Secret" && is_automatic_token(object)) return "made again for its ServiceAccount";
  return {};
}

bool Filter::is_automatic_token(const Json& secret) const {
  const std::string type = json_string(secret, {"type"});
  const std::string name = json_string(secret, {"metadata", "name"});
  if (type == "kubernetes.io/dockercfg") return !annotation(secret, "openshift.io/token-secret.name").empty();
  if (type != "kubernetes.io/service-account-token") return false;
  const std::string account = annotation(secret, "kubernetes.io/service-account.name");
  const auto known = account_secrets_.find(account);
  return ends_generated(name, account + "-token-") && known != account_secrets_.end() &&
         known->second.contains(name);
}

std::vector<const Json*> choose_objects(const std::vector<KindList>& lists,
                                        const app::Application& application, const CaptureOptions& options) {
  const Filter filter(lists, options);
  std::vector<const Json*> chosen;
  const auto take = [&](const Json& object) {
    if (filter.reason_to_leave_out(object).empty()) chosen.push_back(&object);
  };
  if (application.selector.empty()) {
    for (const auto& list : lists) std::ranges::for_each(list.items, take);
  } else {
    std::vector<Json> all;
    std::vector<const Json*> originals;
    for (const auto& list : lists) {
      for (const auto& item : list.items) {
        // What is made again leads to its owner; what it uses is the owner's business.
        const bool left_out = !filter.reason_to_leave_out(item).empty();
        all.push_back(left_out ? head_of(item) : item);
        originals.push_back(&item);
      }
    }
    const auto selector = app::LabelSelector::parse(application.selector);
    std::vector<std::size_t> seeds;
    for (std::size_t i = 0; selector && i < all.size(); ++i) {
      if (selector->matches(json_at(all[i], {"metadata", "labels"}))) seeds.push_back(i);
    }
    for (const std::size_t index : app::Graph(all).closure(seeds)) take(*originals[index]);
  }
  std::ranges::sort(chosen, {}, [](const Json* object) { return app::ObjectKey::of(*object); });
  return chosen;
}

}  // namespace tranship::capture
