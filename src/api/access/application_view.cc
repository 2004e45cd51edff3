#include "api/access/application_view.h"

#include <algorithm>

#include "controller/actions/address.h"

namespace tranship::api {
namespace {

bool is_workload(const std::string& kind) {
  return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet";
}

// The part that addresses are found by (controller/actions/address.h).
Json reachable(const Json& object) {
  const Json& spec = json_at(object, {"spec"});
  Json kept{{"metadata",
             {{"name", json_string(object, {"metadata", "name"})},
              {"namespace", json_string(object, {"metadata", "namespace"})}}},
            {"spec", Json::object()}};
  for (const char* field : {"ports", "clusterIP", "rules", "tls"}) {
    if (spec.is_object() && spec.contains(field)) kept["spec"][field] = spec[field];
  }
  if (const Json& addresses = json_at(object, {"status", "addresses"}); addresses.is_array()) {
    kept["status"]["addresses"] = addresses;
  }
  if (const Json& balancer = json_at(object, {"status", "loadBalancer"}); balancer.is_object()) {
    kept["status"]["loadBalancer"] = balancer;
  }
  return kept;
}

const char* state_of(const std::vector<Json>& workloads, bool holds_data) {
  std::int64_t desired = 0;
  bool lacking = false;
  for (const Json& each : workloads) {
    const auto wanted = json_integer(each, {"desired"});
    desired += wanted;
    lacking = lacking || json_integer(each, {"ready"}) < wanted;
  }
  if (workloads.empty()) return holds_data ? "Stopped" : "Empty";
  if (desired == 0) return "Stopped";
  return lacking ? "NotReady" : "Running";
}

bool is_system(const std::string& name, const std::string& system_namespace) {
  return name == system_namespace || name.starts_with("kube-");
}

}  // namespace

Json workload_summary(const Json& object, const std::string& kind) {
  const bool everywhere = kind == "DaemonSet";
  return {{"kind", kind},
          {"name", json_string(object, {"metadata", "name"})},
          {"ready", everywhere ? json_integer(object, {"status", "numberReady"})
                               : json_integer(object, {"status", "readyReplicas"})},
          {"desired", everywhere ? json_integer(object, {"status", "desiredNumberScheduled"})
                                 : json_integer(object, {"spec", "replicas"}, 1)}};
}

Json claim_summary(const Json& object) {
  const std::string bound = json_string(object, {"status", "capacity", "storage"});
  return {{"name", json_string(object, {"metadata", "name"})},
          {"storageClass", json_string(object, {"spec", "storageClassName"})},
          {"capacity", bound.empty() ? json_string(object, {"spec", "resources", "requests", "storage"}) : bound},
          {"phase", json_string(object, {"status", "phase"})}};
}

std::vector<kube::ResourceType> ApplicationView::sources() {
  namespace types = kube::types;
  return {types::name_space(),
          types::deployment(),
          types::stateful_set(),
          types::daemon_set(),
          types::persistent_volume_claim(),
          types::service(),
          types::ingress(),
          types::node()};
}

ApplicationView::ApplicationView(std::string only, std::string system_namespace)
    : only_(std::move(only)), system_namespace_(std::move(system_namespace)) {
  if (!only_.empty()) kept_["Namespace"][""][only_] = {{"labels", Json::object()}};
}

Json ApplicationView::summary(const kube::ResourceType& type, const Json& object) {
  if (is_workload(type.kind)) return workload_summary(object, type.kind);
  if (type.kind == "PersistentVolumeClaim") return claim_summary(object);
  if (type.kind != "Namespace") return reachable(object);
  const Json& labels = json_at(object, {"metadata", "labels"});
  return {{"createdAt", json_string(object, {"metadata", "creationTimestamp"})},
          {"labels", labels.is_object() ? labels : Json::object()}};
}

void ApplicationView::take(const kube::ResourceType& type, const Json& object, bool gone,
                           std::set<std::string>& changed) {
  const std::string name = json_string(object, {"metadata", "name"});
  const std::string where = json_string(object, {"metadata", "namespace"});
  Summaries& place = kept_[type.kind][where];
  if (gone) {
    if (place.erase(name) == 0) return;
  } else {
    Json made = summary(type, object);
    const auto [found, is_new] = place.try_emplace(name);
    if (!is_new && found->second == made) return;
    found->second = std::move(made);
  }
  if (type.kind == "Node") {
    for (const auto& [each, unused] : kept_["Namespace"][""]) changed.insert(each);
  } else {
    changed.insert(type.namespaced ? where : name);
  }
}

void ApplicationView::replace(const kube::ResourceType& type, const std::vector<Json>& objects,
                              std::set<std::string>& changed) {
  std::map<std::string, Summaries> before;
  before.swap(kept_[type.kind]);
  for (const Json& object : objects) take(type, object, false, changed);
  for (const auto& [where, summaries] : before) {
    for (const auto& [name, unused] : summaries) changed.insert(type.namespaced ? where : name);
  }
}

std::vector<Json> ApplicationView::of_kind(const std::string& kind, const std::string& name_space) const {
  std::vector<Json> found;
  const auto places = kept_.find(kind);
  if (places == kept_.end()) return found;
  const auto place = places->second.find(name_space);
  if (place == places->second.end()) return found;
  for (const auto& [name, each] : place->second) found.push_back(each);
  return found;
}

Json ApplicationView::application(const std::string& name_space) const {
  const auto namespaces = kept_.find("Namespace");
  if (namespaces == kept_.end() || !namespaces->second.contains("")) return nullptr;
  const auto found = namespaces->second.at("").find(name_space);
  if (found == namespaces->second.at("").end()) return nullptr;
  std::vector<Json> workloads;
  for (const char* kind : {"Deployment", "StatefulSet", "DaemonSet"}) {
    for (Json& each : of_kind(kind, name_space)) workloads.push_back(std::move(each));
  }
  const auto volumes = of_kind("PersistentVolumeClaim", name_space);
  const std::string address =
      controller::address_among(of_kind("Ingress", name_space), of_kind("Service", name_space), of_kind("Node", ""));
  Json application{{"metadata", {{"name", name_space}}},
                   {"namespace", name_space},
                   {"state", state_of(workloads, !volumes.empty())},
                   {"system", is_system(name_space, system_namespace_)},
                   {"labels", found->second["labels"]},
                   {"workloads", workloads},
                   {"volumes", volumes},
                   {"addresses", address.empty() ? Json::array() : Json::array({address})}};
  if (found->second.contains("createdAt")) application["createdAt"] = found->second["createdAt"];
  return application;
}

std::vector<Json> ApplicationView::all() const {
  std::vector<Json> applications;
  const auto namespaces = kept_.find("Namespace");
  if (namespaces == kept_.end() || !namespaces->second.contains("")) return applications;
  for (const auto& [name, unused] : namespaces->second.at("")) applications.push_back(application(name));
  return applications;
}

}  // namespace tranship::api
