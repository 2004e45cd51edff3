#include "restore/convert.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tranship::restore {
namespace {

struct Moved {
  std::string_view kind;
  std::string_view group;
};

// Out of group extensions, where everything began.
constexpr std::array<Moved, 5> kMoved = {{{"Deployment", "apps"},
                                          {"DaemonSet", "apps"},
                                          {"ReplicaSet", "apps"},
                                          {"Ingress", "networking.k8s.io"},
                                          {"NetworkPolicy", "networking.k8s.io"}}};

// networking/v1 names a backend's service and port in an object, and wants every path's type said.
void convert_backend(Json& holder, const char* from, const char* to) {
  if (!json_at(holder, {from}).is_object()) return;
  Json backend = holder[from];
  holder.erase(from);
  if (json_at(backend, {"serviceName"}).is_string()) {
    Json service = {{"name", backend["serviceName"]}};
    const Json& port = json_at(backend, {"servicePort"});
    if (!port.is_null()) service["port"] = {{port.is_number() ? "number" : "name", port}};
    backend["service"] = std::move(service);
  }
  backend.erase("serviceName");
  backend.erase("servicePort");
  holder[to] = std::move(backend);
}

void convert_ingress(Json& object, std::vector<std::string>&) {
  if (!json_at(object, {"spec"}).is_object()) return;
  Json& spec = object["spec"];
  convert_backend(spec, "backend", "defaultBackend");
  if (!json_at(spec, {"rules"}).is_array()) return;
  for (Json& rule : spec["rules"]) {
    if (!json_at(rule, {"http", "paths"}).is_array()) continue;
    for (Json& path : rule["http"]["paths"]) {
      if (!path.is_object()) continue;
      convert_backend(path, "backend", "backend");
      if (json_string(path, {"pathType"}).empty()) path["pathType"] = "ImplementationSpecific";
      if (json_string(path, {"path"}).empty() && json_string(path, {"pathType"}) != "ImplementationSpecific") {
        path["path"] = "/";
      }
    }
  }
}

// apps/v1 has no default selector: before, it was the template's labels.
void convert_workload(Json& object, std::vector<std::string>&) {
  json_erase(object, {"spec", "rollbackTo"});
  json_erase(object, {"spec", "templateGeneration"});
  if (!json_at(object, {"spec"}).is_object() || json_at(object, {"spec", "selector"}).is_object()) return;
  object["spec"]["selector"] = {{"matchLabels", json_at(object, {"spec", "template", "metadata", "labels"})}};
}

void convert_metric_target(Json& metric, const char* average, const char* value, const char* type) {
  if (const Json& target = json_at(metric, {"target"}); !target.is_object() && !target.is_null()) return;
  const auto move = [&](const char* from, const char* to) {
    if (from == nullptr || json_at(metric, {from}).is_null()) return;
    metric["target"]["type"] = to;
    metric["target"][std::string_view(to) == "Utilization" ? "averageUtilization"
                     : std::string_view(to) == "Value"     ? "value"
                                                           : "averageValue"] = metric[from];
    metric.erase(from);
  };
  move(value, "Value");
  move(average, "AverageValue");
  move(type, "Utilization");
}

// autoscaling/v2beta1 wrote each target as a field of its own; v2beta2 is v2 already, but for its name.
void convert_autoscaler(Json& object, std::vector<std::string>&) {
  if (!json_at(object, {"spec", "metrics"}).is_array()) return;
  for (Json& metric : object["spec"]["metrics"]) {
    for (const char* kind : {"resource", "containerResource", "pods", "object", "external"}) {
      if (!json_at(metric, {kind}).is_object() || json_at(metric, {kind, "target", "type"}).is_string()) continue;
      Json& source = metric[kind];
      if (std::string_view(kind) == "object" && source.contains("target")) {
        source["describedObject"] = source["target"];
        source.erase("target");
      }
      convert_metric_target(source, "targetAverageValue", "targetValue", "targetAverageUtilization");
      convert_metric_target(source, "averageValue", nullptr, nullptr);
      if (!json_at(source, {"metricName"}).is_null()) {
        source["metric"] = {{"name", source["metricName"]}};
        source.erase("metricName");
        for (const char* selector : {"selector", "metricSelector"}) {
          if (!source.contains(selector)) continue;
          source["metric"]["selector"] = source[selector];
          source.erase(selector);
        }
      }
    }
  }
}

void convert_disruption_budget(Json& object, std::vector<std::string>& notes) {
  if (!json_at(object, {"spec", "selector"}).empty()) return;
  notes.emplace_back("an empty selector chose no pods in policy/v1beta1 and chooses all of the namespace in policy/v1");
}

// v1 refuses other side effects, and wants the review versions said.
void convert_webhooks(Json& object, std::vector<std::string>&) {
  if (!json_at(object, {"webhooks"}).is_array()) return;
  for (Json& webhook : object["webhooks"]) {
    if (!webhook.is_object()) continue;
    const std::string effects = json_string(webhook, {"sideEffects"});
    if (effects != "None" && effects != "NoneOnDryRun") webhook["sideEffects"] = "None";
    if (json_at(webhook, {"admissionReviewVersions"}).empty()) webhook["admissionReviewVersions"] = {"v1beta1"};
    if (json_string(webhook, {"failurePolicy"}).empty()) webhook["failurePolicy"] = "Ignore";
    if (json_string(webhook, {"matchPolicy"}).empty()) webhook["matchPolicy"] = "Exact";
    if (json_integer(webhook, {"timeoutSeconds"}) == 0) webhook["timeoutSeconds"] = 30;
  }
}

struct Rule {
  std::string_view kind;
  std::string_view version_from;  // a version that begins so
  void (*change)(Json& object, std::vector<std::string>& notes);
};

constexpr std::array<Rule, 10> kRules = {{{"Ingress", "v1beta1", convert_ingress},
                                          {"Deployment", "v1beta", convert_workload},
                                          {"DaemonSet", "v1beta", convert_workload},
                                          {"ReplicaSet", "v1beta", convert_workload},
                                          {"StatefulSet", "v1beta", convert_workload},
                                          {"HorizontalPodAutoscaler", "v2beta1", convert_autoscaler},
                                          {"HorizontalPodAutoscaler", "v2beta2", convert_autoscaler},
                                          {"PodDisruptionBudget", "v1beta1", convert_disruption_budget},
                                          {"MutatingWebhookConfiguration", "v1beta1", convert_webhooks},
                                          {"ValidatingWebhookConfiguration", "v1beta1", convert_webhooks}}};

// The same kind by the version the target prefers, or in the group it moved to.
const kube::ResourceType* successor(const kube::GroupVersionKind& wanted, const kube::Discovery& target) {
  if (const auto* other = target.find(wanted.group, wanted.kind)) return other;
  if (wanted.group != "extensions") return nullptr;
  for (const Moved& moved : kMoved) {
    if (moved.kind == wanted.kind) return target.find(moved.group, wanted.kind);
  }
  return nullptr;
}

bool is_kubernetes(std::string_view group) {
  return group.find('.') == std::string_view::npos || group.ends_with(".k8s.io");
}

}  // namespace

std::optional<Conversion> convert(Json& object, const kube::Discovery& target) {
  const auto wanted = kube::GroupVersionKind::of(object);
  const auto* other = successor(wanted, target);
  if (other == nullptr) return std::nullopt;
  Conversion conversion{*other, {}};
  if (is_kubernetes(wanted.group)) {
    for (const Rule& rule : kRules) {
      if (rule.kind != wanted.kind || !wanted.version.starts_with(rule.version_from)) continue;
      rule.change(object, conversion.notes);
    }
  }
  object["apiVersion"] = other->api_version();
  return conversion;
}

bool is_retired(const kube::GroupVersionKind& type) {
  return type.kind == "PodSecurityPolicy" && (type.group == "policy" || type.group == "extensions");
}

}  // namespace tranship::restore
