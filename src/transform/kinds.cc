#include "transform/kinds.h"

#include <algorithm>
#include <array>
#include <set>

#include "app/pod_spec.h"
#include "transform/explicit_field.h"

namespace tranship::transform {
namespace {

using Rule = void (*)(const Json& captured, Json& object, const KindContext& context);

// Annotations and labels that controllers of the source wrote about the source. A final '*' is any ending.
struct Mark {
  std::string_view kind;  // empty: every kind
  std::string_view name;
};

constexpr std::array<Mark, 24> kMarks = {{
    {"", "control-plane.alpha.kubernetes.io/leader"},
    {"", "endpoints.kubernetes.io/last-change-trigger-time"},
    {"", "field.cattle.io/publicEndpoints"},
    {"Deployment", "deployment.kubernetes.io/revision"},
    {"DaemonSet", "deprecated.daemonset.template.generation"},
    {"Job", "batch.kubernetes.io/job-tracking"},
    {"Namespace", "kubernetes.io/metadata.name"},
    {"Namespace", "field.cattle.io/projectId"},
    {"Namespace", "lifecycle.cattle.io/*"},
    {"Namespace", "cattle.io/status"},
    {"PersistentVolumeClaim", "pv.kubernetes.io/*"},
    {"PersistentVolumeClaim", "volume.kubernetes.io/selected-node"},
    {"PersistentVolumeClaim", "volume.kubernetes.io/storage-provisioner"},
    {"PersistentVolumeClaim", "volume.kubernetes.io/storage-resizer"},
    {"PersistentVolumeClaim", "volume.beta.kubernetes.io/storage-provisioner"},
    {"Pod", "kubernetes.io/config.*"},
    {"Pod", "kubernetes.io/limit-ranger"},
    {"Pod", "cni.projectcalico.org/*"},
    {"Pod", "k8s.ovn.org/pod-networks"},
    {"Pod", "k8s.v1.cni.cncf.io/network-status"},
    {"Pod", "openshift.io/scc"},
    {"Secret", "kubernetes.io/legacy-token-*"},
    {"Secret", "kubernetes.io/service-account.uid"},
    {"ServiceAccount", "openshift.io/internal-registry-pull-secret-ref"},
}};

bool is_mark(std::string_view kind, std::string_view name) {
  return std::ranges::any_of(kMarks, [&](const Mark& mark) {
    if (!mark.kind.empty() && mark.kind != kind) return false;
    if (mark.name.ends_with('*')) return name.starts_with(mark.name.substr(0, mark.name.size() - 1));
    return name == mark.name;
  });
}

void drop_marks(Json& metadata, std::string_view member, std::string_view kind) {
  const auto found = metadata.find(member);
  if (found == metadata.end() || !found->is_object()) return;
  for (auto item = found->begin(); item != found->end();) {
    item = is_mark(kind, item.key()) ? found->erase(item) : std::next(item);
  }
  if (found->empty()) metadata.erase(found);
}

// A Job's selector and labels hold the uid of the old Job; the server makes new ones.
void change_job(const Json&, Json& object, const KindContext& context) {
  if (json_bool(object, {"spec", "manualSelector"})) return;
  json_erase(object, {"spec", "selector"});
  for (const std::string_view label :
       {"controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name"}) {
    json_erase(object, {"metadata", "labels", label});
    json_erase(object, {"spec", "template", "metadata", "labels", label});
  }
  context.note("job-starts-again", "",
               "the Job was not finished when it was captured; it starts from its beginning");
}

void change_stateful_set(const Json&, Json& object, const KindContext& context) {
  Json& spec = object["spec"];
  if (!json_at(spec, {"volumeClaimTemplates"}).is_array()) return;
  Json& templates = spec["volumeClaimTemplates"];
  for (std::size_t i = 0; i < templates.size(); ++i) {
    json_erase(templates[i], {"status"});
    if (json_at(templates[i], {"spec"}).is_object()) {
      map_storage_class(templates[i]["spec"], "/spec/volumeClaimTemplates/" + std::to_string(i) + "/spec",
                        context);
    }
  }
}

// The token controller's secrets, and OpenShift's, are made again for the new account.
void change_service_account(const Json&, Json& object, const KindContext&) {
  const std::string name = json_string(object, {"metadata", "name"});
  for (const char* list : {"secrets", "imagePullSecrets"}) {
    if (!json_at(object, {list}).is_array()) continue;
    Json kept = Json::array();
    for (const auto& item : object[list]) {
      const std::string secret = json_string(item, {"name"});
      if (!secret.starts_with(name + "-token-") && !secret.starts_with(name + "-dockercfg-"))
        kept.push_back(item);
    }
    if (kept.empty()) {
      object.erase(list);
    } else {
      object[list] = std::move(kept);
    }
  }
}

// A token Secret made by hand: the token controller of the target fills it for the new account.
void change_secret(const Json&, Json& object, const KindContext&) {
  if (json_string(object, {"type"}) != "kubernetes.io/service-account-token") return;
  for (const char* key : {"token", "ca.crt", "namespace", "service-ca.crt"})
    json_erase(object, {"data", key});
  if (json_at(object, {"data"}).empty()) json_erase(object, {"data"});
}

void change_namespace(const Json&, Json& object, const KindContext&) {
  json_erase(object, {"spec"});
}

void change_cluster_role(const Json&, Json& object, const KindContext&) {
  if (!json_at(object, {"aggregationRule"}).is_null()) json_erase(object, {"rules"});  // the controller's sum
}

// v1 refuses preserveUnknownFields: true, which CRDs that were created as v1beta1 still have.
void change_definition(const Json&, Json& object, const KindContext&) {
  if (!json_bool(object, {"spec", "preserveUnknownFields"})) return;
  json_erase(object, {"spec", "preserveUnknownFields"});
  if (!json_at(object, {"spec", "versions"}).is_array()) return;
  for (auto& version : object["spec"]["versions"]) {
    const Json& around = json_at(version, {"schema"});
    if (!version.is_object() || !(around.is_object() || around.is_null())) continue;
    Json& schema = version["schema"]["openAPIV3Schema"];
    if (!schema.is_object()) schema = {{"type", "object"}};
    schema["x-kubernetes-preserve-unknown-fields"] = true;
  }
}

void note_addresses(const Json&, Json&, const KindContext& context) {
  context.note("endpoint-address", "",
               "endpoints written by hand go unchanged: make sure that the target reaches their addresses");
}

struct KindRule {
  std::string_view group;
  std::string_view kind;
  Rule rule;
};

constexpr std::array<KindRule, 12> kRules = {{
    {"", "Service", change_service},
    {"", "Pod", change_pod},
    {"", "PersistentVolumeClaim", change_claim},
    {"", "ServiceAccount", change_service_account},
    {"", "Secret", change_secret},
    {"", "Namespace", change_namespace},
    {"", "Endpoints", note_addresses},
    {"discovery.k8s.io", "EndpointSlice", note_addresses},
    {"batch", "Job", change_job},
    {"apps", "StatefulSet", change_stateful_set},
    {"rbac.authorization.k8s.io", "ClusterRole", change_cluster_role},
    {"apiextensions.k8s.io", "CustomResourceDefinition", change_definition},
}};

// Serialised objects of Kubernetes hold "creationTimestamp": null in their templates.
void drop_nulls(Json& value) {
  if (value.is_object()) {
    for (auto item = value.begin(); item != value.end();) {
      if (item->is_null()) {
        item = value.erase(item);
      } else {
        drop_nulls(*item++);
      }
    }
  } else if (value.is_array()) {
    for (auto& item : value) drop_nulls(item);
  }
}

// Storage classes of generic ephemeral volumes. Custom kinds that hold pod specs are left alone.
void map_ephemeral_volumes(Json& object, const KindContext& context) {
  app::for_each_pod_spec(object, [&](const std::string& path, Json& spec) {
    if (!json_at(spec, {"volumes"}).is_array()) return;
    for (std::size_t i = 0; i < spec["volumes"].size(); ++i) {
      Json& volume = spec["volumes"][i];
      if (!json_at(volume, {"ephemeral", "volumeClaimTemplate", "spec"}).is_object()) continue;
      map_storage_class(volume["ephemeral"]["volumeClaimTemplate"]["spec"],
                        path + "/volumes/" + std::to_string(i) + "/ephemeral/volumeClaimTemplate/spec",
                        context);
    }
  });
}

bool has_finished(const Json& job) {
  for (const auto& condition : json_at(job, {"status", "conditions"})) {
    const std::string type = json_string(condition, {"type"});
    if ((type == "Complete" || type == "Failed") && json_string(condition, {"status"}) == "True") return true;
  }
  return !json_string(job, {"status", "completionTime"}).empty();
}

// Of Kubernetes itself ("kubernetes.io/pvc-protection", "foregroundDeletion") and its sidecars: whoever needs one sets
// it again. "snapshot.storage.kubernetes.io/pvc-as-source-protection" is on every claim that is captured while its
// snapshot is made, and on a claim without one nobody would ever take it off.
bool is_of_kubernetes(std::string_view finalizer) {
  return finalizer.find("kubernetes.io/") != finalizer.npos || finalizer.find('/') == finalizer.npos;
}

void keep_finalizers(Json& metadata, const KindContext& context) {
  Json kept = Json::array();
  for (const auto& finalizer : metadata["finalizers"]) {
    const std::string name = finalizer.is_string() ? finalizer.get<std::string>() : std::string();
    if (is_of_kubernetes(name)) continue;
    if (context.options.keep_finalizers) {
      kept.push_back(name);
    } else {
      context.note("finalizer-dropped", "/metadata/finalizers",
                   "finalizer " + name + " is left to its controller to set again");
    }
  }
  metadata["finalizers"] = std::move(kept);
  if (metadata["finalizers"].empty()) metadata.erase("finalizers");
}

}  // namespace

bool is_builtin_group(std::string_view group) {
  static constexpr std::array<std::string_view, 5> kPlain = {"", "apps", "batch", "autoscaling", "policy"};
  static constexpr std::array<std::string_view, 16> kServed = {"admissionregistration.k8s.io",
                                                               "apiextensions.k8s.io",
                                                               "apiregistration.k8s.io",
                                                               "authentication.k8s.io",
                                                               "authorization.k8s.io",
                                                               "certificates.k8s.io",
                                                               "coordination.k8s.io",
                                                               "discovery.k8s.io",
                                                               "events.k8s.io",
                                                               "flowcontrol.apiserver.k8s.io",
                                                               "internal.apiserver.k8s.io",
                                                               "networking.k8s.io",
                                                               "node.k8s.io",
                                                               "rbac.authorization.k8s.io",
                                                               "resource.k8s.io",
                                                               "scheduling.k8s.io"};
  return std::ranges::find(kPlain, group) != kPlain.end() ||
         std::ranges::find(kServed, group) != kServed.end() || group == "storage.k8s.io" ||
         group == "storagemigration.k8s.io";
}

void clean_metadata(Json& object, const KindContext& context) {
  const Json before = json_at(object, {"metadata"});
  const std::string kind = json_string(object, {"kind"});
  Json metadata = Json::object();
  for (const char* member : {"name", "namespace", "labels", "annotations", "finalizers"}) {
    const Json& value = json_at(before, {member});
    if (!value.is_null() && !value.empty()) metadata[member] = value;
  }
  drop_marks(metadata, "labels", kind);
  drop_marks(metadata, "annotations", kind);
  if (metadata.contains("finalizers")) keep_finalizers(metadata, context);
  object["metadata"] = std::move(metadata);
}

void map_storage_class(Json& spec, const std::string& path, const KindContext& context) {
  const std::string name = json_string(spec, {"storageClassName"});
  const auto mapped = context.options.storage_classes.find(name);
  if (mapped == context.options.storage_classes.end() || name.empty() || mapped->second == name) return;
  spec["storageClassName"] = mapped->second;
  context.note("storage-class-mapped", path + "/storageClassName",
               "storage class " + name + " becomes " + mapped->second);
}

void apply_kind_rule(const Json& captured, Json& object, const KindContext& context) {
  const auto type = kube::GroupVersionKind::of(object);
  if (is_builtin_group(type.group)) {
    drop_nulls(object);
    map_ephemeral_volumes(object, context);
  }
  for (const auto& row : kRules) {
    if (row.group == type.group && row.kind == type.kind) row.rule(captured, object, context);
  }
}

std::optional<SkippedObject> reason_to_skip(const Json& object, const PrepareOptions& options) {
  const auto reference = kube::ObjectReference::of(object);
  const std::string& kind = reference.type.kind;
  const auto skip = [&](std::string code, std::string reason) {
    return SkippedObject{reference, std::move(code), std::move(reason)};
  };
  if (kind == "PersistentVolume" && reference.type.group.empty()) {
    return skip("recorded-only", "the claim gets a new volume with the captured data");
  }
  if (reference.type.group == "snapshot.storage.k8s.io" && kind != "VolumeSnapshotClass") {
    return skip("recorded-only", "a snapshot belongs to the storage it was made on");
  }
  if (kind == "Job" && reference.type.group == "batch" && !options.keep_finished_jobs &&
      has_finished(object)) {
    return skip("finished-job", "the Job has finished; creating it again would run it again");
  }
  if (kind == "APIService" &&
      !json_string(object, {"metadata", "labels", "kube-aggregator.kubernetes.io/automanaged"}).empty()) {
    return skip("made-by-server", "the API server makes it itself");
  }
  return std::nullopt;
}

}  // namespace tranship::transform
