#include "controller/install/rights.h"

#include <algorithm>

#include "base/yaml.h"
#include "capture/capture.h"

namespace tranship::controller::install {
namespace {

// Kinds outside of namespaces that a restore makes when it is asked to carry them.
constexpr std::pair<std::string_view, std::string_view> kCarried[] = {
    {"apiextensions.k8s.io", "customresourcedefinitions"},
    {"rbac.authorization.k8s.io", "clusterroles"},
    {"rbac.authorization.k8s.io", "clusterrolebindings"},
    {"scheduling.k8s.io", "priorityclasses"},
    {"networking.k8s.io", "ingressclasses"},
    {"node.k8s.io", "runtimeclasses"},
    {"storage.k8s.io", "storageclasses"},
    {"snapshot.storage.k8s.io", "volumesnapshotclasses"},
    {"admissionregistration.k8s.io", "mutatingwebhookconfigurations"},
    {"admissionregistration.k8s.io", "validatingwebhookconfigurations"}};

Manifest role(const Settings& settings, Json rules, std::string_view comment) {
  const Json object = {{"apiVersion", "rbac.authorization.k8s.io/v1"},
                       {"kind", "ClusterRole"},
                       {"metadata",
                        {{"name", "tranship-" + settings.name_space + "-applications"},
                         {"labels", {{"app.kubernetes.io/name", "tranship"}}}}},
                       {"rules", std::move(rules)}};
  return {"deploy/install/32-cluster-role-applications.yaml", std::string(comment) + to_yaml(object), object};
}

}  // namespace

Manifest role_for_served(const Settings& settings, const kube::Discovery& discovery) {
  auto rights = capture::backup_rights(discovery, "");
  std::vector<kube::ResourceType> written;
  for (const auto& type : discovery.types()) {
    const bool carried = std::ranges::find(kCarried, std::pair<std::string_view, std::string_view>(
                                                         type.group, type.plural)) != std::end(kCarried);
    if (capture::is_captured_kind(type) || carried) written.push_back(type);
  }
  const auto writing = capture::restore_rights(written, "");
  rights.insert(rights.end(), writing.begin(), writing.end());
  return role(
      settings, capture::cluster_role("", rights)["rules"],
      "# Backups read every kind the cluster serves, restores write it; Roles need escalate and bind, as\n"
      "# the API server refuses a Role that grants what its writer does not have. Computed for this cluster.\n");
}

Manifest role_for_any(const Settings& settings) {
  const Json any = Json::array({"*"});
  const Json rules = Json::array(
      {{{"apiGroups", any}, {"resources", any}, {"verbs", {"get", "list", "watch", "create", "patch", "delete"}}},
       {{"apiGroups", {"rbac.authorization.k8s.io"}},
        {"resources", {"roles", "clusterroles"}},
        {"verbs", {"escalate", "bind"}}}});
  return role(settings, rules,
              "# Every kind, also those that are added later: backups read them, restores write them. Without\n"
              "# --rights any, `tranship install` computes the kinds that a cluster serves instead.\n");
}

}  // namespace tranship::controller::install
