#include "app/references.h"

#include <algorithm>
#include <array>
#include <set>

#include "app/pod_spec.h"

namespace tranship::app {
namespace {

// A field that holds the name of another object. "[]" steps into each item of a list.
struct Field {
  std::string_view path;
  std::string_view group;
  std::string_view kind;
  bool namespaced = true;
};

constexpr std::string_view kGatewayGroup = "gateway.networking.k8s.io";
constexpr std::string_view kResourceGroup = "resource.k8s.io";
constexpr std::string_view kSnapshotGroup = "snapshot.storage.k8s.io";
constexpr std::string_view kAdmissionGroup = "admissionregistration.k8s.io";
constexpr std::string_view kStorageGroup = "storage.k8s.io";
constexpr std::string_view kNetworkGroup = "networking.k8s.io";

constexpr std::array<Field, 22> kPodFields = {{
    {"serviceAccountName", "", "ServiceAccount"},
    {"imagePullSecrets/[]/name", "", "Secret"},
    {"priorityClassName", "scheduling.k8s.io", "PriorityClass", false},
    {"runtimeClassName", "node.k8s.io", "RuntimeClass", false},
    {"resourceClaims/[]/resourceClaimName", "resource.k8s.io", "ResourceClaim"},
    {"resourceClaims/[]/resourceClaimTemplateName", "resource.k8s.io", "ResourceClaimTemplate"},
    {"volumes/[]/configMap/name", "", "ConfigMap"},
    {"volumes/[]/secret/secretName", "", "Secret"},
    {"volumes/[]/persistentVolumeClaim/claimName", "", "PersistentVolumeClaim"},
    {"volumes/[]/projected/sources/[]/configMap/name", "", "ConfigMap"},
    {"volumes/[]/projected/sources/[]/secret/name", "", "Secret"},
    {"volumes/[]/csi/nodePublishSecretRef/name", "", "Secret"},
    {"volumes/[]/cephfs/secretRef/name", "", "Secret"},
    {"volumes/[]/rbd/secretRef/name", "", "Secret"},
    {"volumes/[]/iscsi/secretRef/name", "", "Secret"},
    {"volumes/[]/flexVolume/secretRef/name", "", "Secret"},
    {"volumes/[]/azureFile/secretName", "", "Secret"},
    {"volumes/[]/ephemeral/volumeClaimTemplate/spec/storageClassName", kStorageGroup, "StorageClass", false},
    {"containers/[]/envFrom/[]/configMapRef/name", "", "ConfigMap"},
    {"containers/[]/envFrom/[]/secretRef/name", "", "Secret"},
    {"containers/[]/env/[]/valueFrom/configMapKeyRef/name", "", "ConfigMap"},
    {"containers/[]/env/[]/valueFrom/secretKeyRef/name", "", "Secret"},
}};

struct KindField {
  std::string_view group;
  std::string_view kind;
  Field field;
};

constexpr std::array<KindField, 24> kKindFields = {{
    {"apps", "StatefulSet", {"spec/serviceName", "", "Service"}},
    {"apps",
     "StatefulSet",
     {"spec/volumeClaimTemplates/[]/spec/storageClassName", kStorageGroup, "StorageClass", false}},
    {"", "ServiceAccount", {"secrets/[]/name", "", "Secret"}},
    {"", "ServiceAccount", {"imagePullSecrets/[]/name", "", "Secret"}},
    {"", "PersistentVolumeClaim", {"spec/storageClassName", kStorageGroup, "StorageClass", false}},
    {"", "PersistentVolumeClaim", {"spec/volumeName", "", "PersistentVolume", false}},
    {"",
     "PersistentVolumeClaim",
     {"spec/volumeAttributesClassName", kStorageGroup, "VolumeAttributesClass", false}},
    {kNetworkGroup, "Ingress", {"spec/ingressClassName", kNetworkGroup, "IngressClass", false}},
    {kNetworkGroup, "Ingress", {"spec/tls/[]/secretName", "", "Secret"}},
    {kNetworkGroup, "Ingress", {"spec/defaultBackend/service/name", "", "Service"}},
    {kNetworkGroup, "Ingress", {"spec/rules/[]/http/paths/[]/backend/service/name", "", "Service"}},
    {kGatewayGroup, "Gateway", {"spec/gatewayClassName", kGatewayGroup, "GatewayClass", false}},
    {kResourceGroup,
     "ResourceClaim",
     {"spec/devices/requests/[]/deviceClassName", kResourceGroup, "DeviceClass", false}},
    {kResourceGroup,
     "ResourceClaim",
     {"spec/devices/requests/[]/exactly/deviceClassName", kResourceGroup, "DeviceClass", false}},
    {kResourceGroup,
     "ResourceClaimTemplate",
     {"spec/spec/devices/requests/[]/deviceClassName", kResourceGroup, "DeviceClass", false}},
    {kResourceGroup,
     "ResourceClaimTemplate",
     {"spec/spec/devices/requests/[]/exactly/deviceClassName", kResourceGroup, "DeviceClass", false}},
    {kSnapshotGroup,
     "VolumeSnapshot",
     {"spec/volumeSnapshotClassName", kSnapshotGroup, "VolumeSnapshotClass", false}},
    {kSnapshotGroup,
     "VolumeSnapshot",
     {"spec/source/persistentVolumeClaimName", "", "PersistentVolumeClaim"}},
    {"discovery.k8s.io", "EndpointSlice", {"metadata/labels/kubernetes.io~1service-name", "", "Service"}},
    {kAdmissionGroup,
     "ValidatingWebhookConfiguration",
     {"webhooks/[]/clientConfig/service/name", "", "Service"}},
    {kAdmissionGroup,
     "MutatingWebhookConfiguration",
     {"webhooks/[]/clientConfig/service/name", "", "Service"}},
    {"apiregistration.k8s.io", "APIService", {"spec/service/name", "", "Service"}},
    {"apiextensions.k8s.io",
     "CustomResourceDefinition",
     {"spec/conversion/webhook/clientConfig/service/name", "", "Service"}},
    {"", "Endpoints", {"metadata/name", "", "Service"}},
}};

std::string group_of(const std::string& api_version) {
  const std::size_t slash = api_version.find('/');
  return slash == std::string::npos ? std::string() : api_version.substr(0, slash);
}

std::string unescaped(std::string_view token) {
  std::string text(token);
  for (std::size_t at = 0; (at = text.find('~', at)) != std::string::npos; ++at) {
    text.replace(at, 2, text.compare(at, 2, "~1") == 0 ? "/" : "~");
  }
  return text;
}

// visit(pointer, value, parent) for every value at `path`.
template <class Visit>
void walk(const Json& value, const Json& parent, std::string_view path, const std::string& pointer,
          const Visit& visit) {
  if (path.empty()) return visit(pointer, value, parent);
  const std::size_t slash = path.find('/');
  const std::string_view token = path.substr(0, slash);
  const std::string_view rest = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  if (token == "[]") {
    for (std::size_t i = 0; value.is_array() && i < value.size(); ++i) {
      walk(value[i], value, rest, pointer + "/" + std::to_string(i), visit);
    }
    return;
  }
  const Json& member = json_at(value, {unescaped(token)});
  if (!member.is_null()) walk(member, value, rest, pointer + "/" + std::string(token), visit);
}

class Collector {
 public:
  explicit Collector(const Json& object)
      : object_(object),
        type_(kube::GroupVersionKind::of(object)),
        name_space_(json_string(object, {"metadata", "namespace"})) {}

  std::vector<Reference> collect() {
    owners();
    for_each_pod_spec(object_, [&](const std::string& pointer, const Json& spec) { pod(spec, pointer); });
    for (const auto& row : kKindFields) {
      if (row.group == type_.group && row.kind == type_.kind) field(object_, row.field, "");
    }
    typed_references();
    return std::move(found_);
  }

 private:
  void add(ObjectKey to, ReferenceKind kind, std::string path, std::string uid = {}, bool optional = false) {
    if (!to.name.empty()) found_.push_back({std::move(to), kind, std::move(path), std::move(uid), optional});
  }

  void owners() {
    const Json& owners = json_at(object_, {"metadata", "ownerReferences"});
    for (std::size_t i = 0; owners.is_array() && i < owners.size(); ++i) {
      const Json& owner = owners[i];
      const auto kind = json_bool(owner, {"controller"}) ? ReferenceKind::controller : ReferenceKind::owner;
      add({group_of(json_string(owner, {"apiVersion"})), json_string(owner, {"kind"}), name_space_,
           json_string(owner, {"name"})},
          kind, "/metadata/ownerReferences/" + std::to_string(i), json_string(owner, {"uid"}));
    }
  }

  void pod(const Json& spec, const std::string& pointer) {
    for (const auto& row : kPodFields) {
      field(spec, row, pointer);
      if (!row.path.starts_with("containers/")) continue;
      for (const std::string_view list : {"initContainers", "ephemeralContainers"}) {
        const std::string path = std::string(list) + std::string(row.path.substr(row.path.find('/')));
        field(spec, {path, row.group, row.kind, row.namespaced}, pointer);
      }
    }
  }

  void field(const Json& from, const Field& field, const std::string& pointer) {
    walk(from, from, field.path, pointer, [&](const std::string& at, const Json& value, const Json& parent) {
      if (!value.is_string()) return;
      std::string in;
      // The services of cluster-scoped objects (webhooks, API services) say their namespace beside the name.
      if (field.namespaced) in = name_space_.empty() ? json_string(parent, {"namespace"}) : name_space_;
      add({std::string(field.group), std::string(field.kind), in, value.get<std::string>()},
          ReferenceKind::name, at, {}, json_bool(parent, {"optional"}));
    });
  }

  // References that name the kind too.
  void typed_references() {
    if (type_.group == "rbac.authorization.k8s.io" && type_.kind.ends_with("Binding")) {
      const std::string role = json_string(object_, {"roleRef", "kind"});
      add({type_.group, role, role == "ClusterRole" ? "" : name_space_,
           json_string(object_, {"roleRef", "name"})},
          ReferenceKind::name, "/roleRef/name");
      walk(object_, object_, "subjects/[]/name", "",
           [&](const std::string& at, const Json& name, const Json& subject) {
             if (json_string(subject, {"kind"}) != "ServiceAccount" || !name.is_string()) return;
             add({"", "ServiceAccount", json_string(subject, {"namespace"}), name.get<std::string>()},
                 ReferenceKind::name, at);
           });
    }
    if (type_.kind == "HorizontalPodAutoscaler")
      target({"spec", "scaleTargetRef"}, "/spec/scaleTargetRef/name");
    if (type_.kind == "VerticalPodAutoscaler") target({"spec", "targetRef"}, "/spec/targetRef/name");
    if (type_.kind == "ScaledObject")
      target({"spec", "scaleTargetRef"}, "/spec/scaleTargetRef/name", "apps", "Deployment");
  }

  void target(std::initializer_list<std::string_view> path, std::string pointer, std::string group = {},
              std::string kind = {}) {
    const Json& reference = json_at(object_, path);
    const std::string api_version = json_string(reference, {"apiVersion"});
    if (!api_version.empty()) group = group_of(api_version);
    add({group, json_string(reference, {"kind"}, kind), name_space_, json_string(reference, {"name"})},
        ReferenceKind::name, std::move(pointer));
  }

  const Json& object_;
  kube::GroupVersionKind type_;
  std::string name_space_;
  std::vector<Reference> found_;
};

// Claims that the StatefulSet controller made: TEMPLATE-SET-ORDINAL. Nothing in the set names them.
bool is_claim_of(const Json& set, const std::string& claim) {
  const std::string name = json_string(set, {"metadata", "name"});
  for (const auto& item : json_at(set, {"spec", "volumeClaimTemplates"})) {
    const std::string prefix = json_string(item, {"metadata", "name"}) + "-" + name + "-";
    if (claim.size() > prefix.size() && claim.starts_with(prefix) &&
        claim.find_first_not_of("0123456789", prefix.size()) == std::string::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

ObjectKey ObjectKey::of(const Json& object) {
  const auto type = kube::GroupVersionKind::of(object);
  return {type.group, type.kind, json_string(object, {"metadata", "namespace"}),
          json_string(object, {"metadata", "name"})};
}

std::vector<Reference> references_of(const Json& object) {
  return Collector(object).collect();
}

Graph::Graph(const std::vector<Json>& objects) : uses_(objects.size()) {
  std::vector<std::size_t> claims;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    auto key = ObjectKey::of(objects[i]);
    if (key.kind == "PersistentVolumeClaim" && key.group.empty()) claims.push_back(i);
    by_key_.emplace(std::move(key), i);
  }
  for (std::size_t i = 0; i < objects.size(); ++i) {
    std::set<std::size_t> used;
    for (auto& reference : references_of(objects[i])) {
      std::size_t at = find(reference.to);
      if (at == npos && reference.kind != ReferenceKind::name) {
        reference.to.name_space.clear();
        at = find(reference.to);
      }
      if (at != npos && at != i) used.insert(at);
    }
    const auto type = kube::GroupVersionKind::of(objects[i]);
    if (type.group == "apps" && type.kind == "StatefulSet") {
      const std::string name_space = json_string(objects[i], {"metadata", "namespace"});
      for (const std::size_t claim : claims) {
        if (json_string(objects[claim], {"metadata", "namespace"}) == name_space &&
            is_claim_of(objects[i], json_string(objects[claim], {"metadata", "name"}))) {
          used.insert(claim);
        }
      }
    }
    uses_[i].assign(used.begin(), used.end());
  }
}

std::vector<std::size_t> Graph::closure(const std::vector<std::size_t>& seeds) const {
  std::set<std::size_t> reached(seeds.begin(), seeds.end());
  std::vector<std::size_t> open(seeds);
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (const std::size_t next : uses_[at]) {
      if (reached.insert(next).second) open.push_back(next);
    }
  }
  return {reached.begin(), reached.end()};
}

std::size_t Graph::find(const ObjectKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? npos : found->second;
}

}  // namespace tranship::app
