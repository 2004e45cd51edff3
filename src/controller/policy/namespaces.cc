#include "controller/policy/namespaces.h"

#include <algorithm>

namespace tranship::controller {
namespace {

bool fits(const std::string& pattern, const std::string& name) {
  if (!pattern.ends_with('*')) return pattern == name;
  return name.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
}

bool any_fits(const std::vector<std::string>& patterns, const std::string& name) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return fits(pattern, name); });
}

bool holds(const api::LabelSelectorRequirement& wanted, const std::map<std::string, std::string>& labels) {
  const auto found = labels.find(wanted.key);
  const bool there = found != labels.end();
  const bool among = there && std::ranges::count(wanted.values, found->second) > 0;
  if (wanted.op == "In") return among;
  if (wanted.op == "NotIn") return !among;
  if (wanted.op == "Exists") return there;
  return wanted.op == "DoesNotExist" && !there;
}

bool selects(const api::LabelSelector& selector, const std::map<std::string, std::string>& labels) {
  for (const auto& [key, value] : selector.match_labels) {
    const auto found = labels.find(key);
    if (found == labels.end() || found->second != value) return false;
  }
  return std::ranges::all_of(selector.match_expressions, [&](const auto& wanted) { return holds(wanted, labels); });
}

}  // namespace

Result<std::vector<Namespace>> list_namespaces(const Context& context, kube::Client& client) {
  std::vector<Namespace> found;
  for (const Json& object : TRY(client.list_all(context, kube::types::name_space(), ""))) {
    if (!json_string(object, {"metadata", "deletionTimestamp"}).empty()) continue;
    Namespace each;
    each.name = json_string(object, {"metadata", "name"});
    const Json labels = json_at(object, {"metadata"}).value("labels", Json::object());
    for (const auto& [label, value] : labels.items()) {
      if (value.is_string()) each.labels[label] = value.get<std::string>();
    }
    found.push_back(std::move(each));
  }
  return found;
}

std::vector<std::string> chosen_namespaces(const api::PolicyApplications& applications,
                                           const std::vector<Namespace>& namespaces,
                                           const std::string& system_namespace) {
  const bool everything = applications.namespaces.empty() && !applications.namespace_selector;
  std::vector<std::string> chosen;
  for (const Namespace& each : namespaces) {
    if (any_fits(applications.excluded, each.name)) continue;
    const bool named = any_fits(applications.namespaces, each.name);
    const bool selected = applications.namespace_selector && selects(*applications.namespace_selector, each.labels);
    const bool own = each.name == system_namespace || each.name.starts_with("kube-");
    if (named || selected || (everything && !own)) chosen.push_back(each.name);
  }
  std::ranges::sort(chosen);
  return chosen;
}

}  // namespace tranship::controller
