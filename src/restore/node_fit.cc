#include "restore/node_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace tranship::restore {
namespace {

std::optional<std::int64_t> number(const std::string& text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool meets(const Json& expression, const Json& labels) {
  const std::string key = json_string(expression, {"key"});
  const std::string how = json_string(expression, {"operator"});
  const Json& values = json_at(expression, {"values"});
  const Json& label = json_at(labels, {key});
  const bool listed = std::find(values.begin(), values.end(), label) != values.end();
  if (how == "In") return label.is_string() && listed;
  if (how == "NotIn") return !label.is_string() || !listed;
  if (how == "Exists") return label.is_string();
  if (how == "DoesNotExist") return !label.is_string();
  if (how != "Gt" && how != "Lt") return true;
  const auto have = number(json_string(labels, {key}));
  const auto bound = number(values.empty() || !values[0].is_string() ? "" : values[0].get<std::string>());
  return have && bound && (how == "Gt" ? *have > *bound : *have < *bound);
}

bool meets_term(const Json& term, const Json& node) {
  const Json& labels = json_at(node, {"metadata", "labels"});
  for (const Json& expression : json_at(term, {"matchExpressions"})) {
    if (!meets(expression, labels)) return false;
  }
  const Json fields = {{"metadata.name", json_string(node, {"metadata", "name"})}};
  for (const Json& expression : json_at(term, {"matchFields"})) {
    if (!meets(expression, fields)) return false;
  }
  return !json_at(term, {"matchExpressions"}).empty() || !json_at(term, {"matchFields"}).empty();
}

bool meets_affinity(const Json& pod_spec, const Json& node) {
  const Json& terms = json_at(
      pod_spec, {"affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"});
  if (!terms.is_array()) return true;
  return std::any_of(terms.begin(), terms.end(), [&](const Json& term) { return meets_term(term, node); });
}

bool meets_selector(const Json& pod_spec, const Json& node) {
  const Json& selector = json_at(pod_spec, {"nodeSelector"});
  if (!selector.is_object()) return true;
  for (const auto& [key, value] : selector.items()) {
    if (json_at(node, {"metadata", "labels", key}) != value) return false;
  }
  return true;
}

bool tolerates(const Json& toleration, const Json& taint) {
  const std::string effect = json_string(toleration, {"effect"});
  if (!effect.empty() && effect != json_string(taint, {"effect"})) return false;
  const std::string key = json_string(toleration, {"key"});
  if (json_string(toleration, {"operator"}) == "Exists") return key.empty() || key == json_string(taint, {"key"});
  return key == json_string(taint, {"key"}) && json_string(toleration, {"value"}) == json_string(taint, {"value"});
}

// Taints that come and go with the node's health are not what keeps a pod away for good.
bool repels(const Json& pod_spec, const Json& node) {
  for (const Json& taint : json_at(node, {"spec", "taints"})) {
    const std::string effect = json_string(taint, {"effect"});
    if (effect == "PreferNoSchedule" || json_string(taint, {"key"}).starts_with("node.kubernetes.io/")) continue;
    const Json& tolerations = json_at(pod_spec, {"tolerations"});
    if (std::none_of(tolerations.begin(), tolerations.end(),
                     [&](const Json& toleration) { return tolerates(toleration, taint); })) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string why_no_node(const Json& pod_spec, const std::vector<Json>& nodes) {
  if (nodes.empty()) return {};
  bool any_by_selector = false, any_by_affinity = false;
  for (const Json& node : nodes) {
    if (!meets_selector(pod_spec, node)) continue;
    any_by_selector = true;
    if (!meets_affinity(pod_spec, node)) continue;
    any_by_affinity = true;
    if (!repels(pod_spec, node)) return {};
  }
  if (!any_by_selector) {
    return fmt::format("no node of the target has the labels of its node selector {}",
                       to_text(json_at(pod_spec, {"nodeSelector"})));
  }
  if (!any_by_affinity) return "no node of the target meets its required node affinity";
  return "every node of the target that it asks for has a taint it does not tolerate";
}

}  // namespace tranship::restore
