// The well-known types of resource.h.
#include "kube/resource.h"

namespace tranship::kube::types {
namespace {

ResourceType make(std::string group, std::string version, std::string kind, std::string plural, bool namespaced,
                  std::vector<std::string> subresources = {}) {
  ResourceType type;
  type.group = std::move(group);
  type.versions = {version};
  type.version = std::move(version);
  type.kind = std::move(kind);
  type.plural = std::move(plural);
  type.namespaced = namespaced;
  type.verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
  type.subresources = std::move(subresources);
  return type;
}

constexpr bool kNamespaced = true;
constexpr bool kCluster = false;

}  // namespace

const ResourceType& pod() {
  static const auto type = make("", "v1", "Pod", "pods", kNamespaced,
                                {"attach", "binding", "ephemeralcontainers", "eviction", "exec", "log",
                                 "portforward", "proxy", "resize", "status"});
  return type;
}
const ResourceType& node() {
  static const auto type = make("", "v1", "Node", "nodes", kCluster, {"proxy", "status"});
  return type;
}
const ResourceType& name_space() {
  static const auto type = make("", "v1", "Namespace", "namespaces", kCluster, {"finalize", "status"});
  return type;
}
const ResourceType& secret() {
  static const auto type = make("", "v1", "Secret", "secrets", kNamespaced);
  return type;
}
const ResourceType& config_map() {
  static const auto type = make("", "v1", "ConfigMap", "configmaps", kNamespaced);
  return type;
}
const ResourceType& service() {
  static const auto type = make("", "v1", "Service", "services", kNamespaced, {"proxy", "status"});
  return type;
}
const ResourceType& event() {
  static const auto type = make("", "v1", "Event", "events", kNamespaced);
  return type;
}
const ResourceType& deployment() {
  static const auto type = make("apps", "v1", "Deployment", "deployments", kNamespaced, {"scale", "status"});
  return type;
}
const ResourceType& stateful_set() {
  static const auto type = make("apps", "v1", "StatefulSet", "statefulsets", kNamespaced, {"scale", "status"});
  return type;
}
const ResourceType& daemon_set() {
  static const auto type = make("apps", "v1", "DaemonSet", "daemonsets", kNamespaced, {"status"});
  return type;
}
const ResourceType& ingress() {
  static const auto type = make("networking.k8s.io", "v1", "Ingress", "ingresses", kNamespaced, {"status"});
  return type;
}
const ResourceType& service_account() {
  static const auto type = make("", "v1", "ServiceAccount", "serviceaccounts", kNamespaced, {"token"});
  return type;
}
const ResourceType& persistent_volume_claim() {
  static const auto type =
      make("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", kNamespaced, {"status"});
  return type;
}
const ResourceType& persistent_volume() {
  static const auto type = make("", "v1", "PersistentVolume", "persistentvolumes", kCluster, {"status"});
  return type;
}
const ResourceType& storage_class() {
  static const auto type = make("storage.k8s.io", "v1", "StorageClass", "storageclasses", kCluster);
  return type;
}
const ResourceType& custom_resource_definition() {
  static const auto type = make("apiextensions.k8s.io", "v1", "CustomResourceDefinition",
                                "customresourcedefinitions", kCluster, {"status"});
  return type;
}
const ResourceType& volume_snapshot() {
  static const auto type = make("snapshot.storage.k8s.io", "v1", "VolumeSnapshot", "volumesnapshots",
                                kNamespaced, {"status"});
  return type;
}
const ResourceType& volume_snapshot_content() {
  static const auto type = make("snapshot.storage.k8s.io", "v1", "VolumeSnapshotContent",
                                "volumesnapshotcontents", kCluster, {"status"});
  return type;
}
const ResourceType& volume_snapshot_class() {
  static const auto type = make("snapshot.storage.k8s.io", "v1", "VolumeSnapshotClass",
                                "volumesnapshotclasses", kCluster);
  return type;
}
const ResourceType& lease() {
  static const auto type = make("coordination.k8s.io", "v1", "Lease", "leases", kNamespaced);
  return type;
}

}  // namespace tranship::kube::types
