#include <set>

#include "transform/kinds.h"

namespace tranship::transform {
namespace {

constexpr std::string_view kTokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

// The volume that the ServiceAccount admission plug-in adds: projected since 1.21, a Secret before.
bool is_token_volume(const Json& volume, const std::string& account) {
  if (json_string(volume, {"name"}).starts_with("kube-api-access-")) {
    for (const auto& source : json_at(volume, {"projected", "sources"})) {
      if (!json_at(source, {"serviceAccountToken"}).is_null()) return true;
    }
  }
  return json_string(volume, {"secret", "secretName"}).starts_with(account + "-token-");
}

// Removes the items of spec[list] for which `drop` holds; the list too when nothing is left.
template <class Drop>
void remove_items(Json& spec, const char* list, const Drop& drop) {
  if (!json_at(spec, {list}).is_array()) return;
  Json kept = Json::array();
  for (auto& item : spec[list]) {
    if (!drop(item)) kept.push_back(std::move(item));
  }
  if (kept.empty()) {
    spec.erase(list);
  } else {
    spec[list] = std::move(kept);
  }
}

void drop_token_volume(Json& spec) {
  const std::string account = json_string(spec, {"serviceAccountName"}, "default");
  std::set<std::string> dropped;
  remove_items(spec, "volumes", [&](const Json& volume) {
    if (!is_token_volume(volume, account)) return false;
    dropped.insert(json_string(volume, {"name"}));
    return true;
  });
  if (dropped.empty()) return;
  for (const char* list : {"containers", "initContainers"}) {
    if (!json_at(spec, {list}).is_array()) continue;
    for (auto& container : spec[list]) {
      if (!container.is_object()) continue;
      remove_items(container, "volumeMounts", [&](const Json& mount) {
        return dropped.contains(json_string(mount, {"name"})) ||
               json_string(mount, {"mountPath"}) == kTokenPath;
      });
    }
  }
}

bool is_default_toleration(const Json& toleration) {
  const std::string key = json_string(toleration, {"key"});
  return (key == "node.kubernetes.io/not-ready" || key == "node.kubernetes.io/unreachable") &&
         json_string(toleration, {"operator"}) == "Exists" &&
         json_integer(toleration, {"tolerationSeconds"}) == 300;
}

}  // namespace

// A pod that no controller made. What scheduler and admission of the source decided is decided again; a pod
// with ephemeral containers, or with a priority that differs from its class, would be refused.
void change_pod(const Json&, Json& object, const KindContext&) {
  if (!json_at(object, {"spec"}).is_object()) return;
  Json& spec = object["spec"];
  for (const char* field : {"nodeName", "priority", "preemptionPolicy", "overhead", "ephemeralContainers"}) {
    spec.erase(field);
  }
  if (json_at(spec, {"serviceAccountName"}).is_string()) spec.erase("serviceAccount");
  drop_token_volume(spec);
  remove_items(spec, "tolerations", is_default_toleration);
}

}  // namespace tranship::transform
