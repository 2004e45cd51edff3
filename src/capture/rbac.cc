#include "capture/rbac.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>

#include "base/parallel.h"
#include "capture/capture.h"

namespace tranship::capture {
namespace {

struct Grant {
  std::string_view verbs;  // separated by blanks
  std::string_view group;
  std::string_view resource;  // "pods/exec" with a subresource
};

// Cluster-scoped kinds of the closure: collections that must be looked through, and objects fetched by name.
constexpr std::array<Grant, 17> kClosure = {{
    {"list", "apiextensions.k8s.io", "customresourcedefinitions"},
    {"list", "apiregistration.k8s.io", "apiservices"},
    {"list", "admissionregistration.k8s.io", "mutatingwebhookconfigurations"},
    {"list", "admissionregistration.k8s.io", "validatingwebhookconfigurations"},
    {"list", "rbac.authorization.k8s.io", "clusterrolebindings"},
    {"list", "snapshot.storage.k8s.io", "volumesnapshotclasses"},
    {"get", "rbac.authorization.k8s.io", "clusterroles"},
    {"get", "storage.k8s.io", "storageclasses"},
    {"get", "storage.k8s.io", "volumeattributesclasses"},
    {"get", "", "persistentvolumes"},
    {"get", "scheduling.k8s.io", "priorityclasses"},
    {"get", "networking.k8s.io", "ingressclasses"},
    {"get", "node.k8s.io", "runtimeclasses"},
    {"get", "resource.k8s.io", "deviceclasses"},
    {"get", "gateway.networking.k8s.io", "gatewayclasses"},
    {"get", "", "namespaces"},
    {"get", "snapshot.storage.k8s.io", "volumesnapshotclasses"},
}};

constexpr std::array<Grant, 12> kBackup = {{
    {"get list watch create delete", "", "pods"},
    {"get", "", "pods/log"},
    {"get create", "", "pods/exec"},
    {"get list create patch delete", "", "persistentvolumeclaims"},
    {"get list create patch delete", "", "secrets"},
    {"get list watch create delete", "snapshot.storage.k8s.io", "volumesnapshots"},
    {"list", "", "events"},
    {"patch", "apps", "deployments/scale"},
    {"patch", "apps", "statefulsets/scale"},
    {"patch", "apps", "replicasets/scale"},
    {"get patch", "batch", "cronjobs"},
    {"get patch", "apps", "daemonsets"},
}};

constexpr std::array<Grant, 4> kBackupCluster = {{
    {"get list create patch delete", "snapshot.storage.k8s.io", "volumesnapshotcontents"},
    {"list", "storage.k8s.io", "storageclasses"},
    {"get list", "", "nodes"},
    {"get", "storage.k8s.io", "csidrivers"},
}};

constexpr std::array<Grant, 5> kRestore = {{
    {"get list watch create delete", "", "pods"},
    {"get", "", "pods/log"},
    {"get create", "", "pods/exec"},
    {"list", "", "events"},
    {"list watch", "apps", "replicasets"},
}};

template <std::size_t N>
void add_grants(std::vector<Right>& rights, const std::array<Grant, N>& grants, const std::string& name_space,
                const auto& served) {
  for (const auto& grant : grants) {
    const std::size_t slash = grant.resource.find('/');
    const std::string resource(grant.resource.substr(0, slash));
    const std::string subresource(slash == std::string_view::npos ? "" : grant.resource.substr(slash + 1));
    if (!served(grant.group, resource)) continue;
    for (std::size_t at = 0; at < grant.verbs.size();) {
      const std::size_t end = std::min(grant.verbs.find(' ', at), grant.verbs.size());
      rights.push_back({std::string(grant.verbs.substr(at, end - at)), std::string(grant.group), resource,
                        subresource, name_space});
      at = end + 1;
    }
  }
}

// A right on a kind that the cluster does not serve need not be asked for.
auto served_by(const kube::Discovery& discovery) {
  std::set<std::pair<std::string, std::string>> served;
  for (const auto& type : discovery.types()) served.emplace(type.group, type.plural);
  return [served = std::move(served)](std::string_view group, const std::string& resource) {
    return served.contains({std::string(group), resource});
  };
}

void sort_unique(std::vector<Right>& rights) {
  std::ranges::sort(rights);
  const auto same = std::ranges::unique(rights);
  rights.erase(same.begin(), same.end());
}

std::string resource_of(const Right& right) {
  return right.subresource.empty() ? right.resource : right.resource + "/" + right.subresource;
}

bool has(const Json& list, std::string_view value) {
  return list.is_array() &&
         std::ranges::any_of(list, [&](const Json& item) { return item == "*" || item == Json(value); });
}

bool allows(const Json& rule, const Right& right) {
  if (!json_at(rule, {"resourceNames"}).empty()) return false;
  const Json& resources = json_at(rule, {"resources"});
  const bool all_subresources = !right.subresource.empty() && has(resources, "*/" + right.subresource);
  return has(json_at(rule, {"verbs"}), right.verb) && has(json_at(rule, {"apiGroups"}), right.group) &&
         (all_subresources || has(resources, resource_of(right)));
}

Result<bool> is_allowed(const Context& context, kube::Client& client, const Right& right) {
  Json attributes = {{"verb", right.verb}, {"group", right.group}, {"resource", right.resource}};
  if (!right.subresource.empty()) attributes["subresource"] = right.subresource;
  if (!right.name_space.empty()) attributes["namespace"] = right.name_space;
  const Json review = {{"apiVersion", "authorization.k8s.io/v1"},
                       {"kind", "SelfSubjectAccessReview"},
                       {"spec", {{"resourceAttributes", std::move(attributes)}}}};
  const Json answer = TRY_IN(
      "asking for the right to " + right.to_string(),
      client.request(context, "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", &review));
  return json_bool(answer, {"status", "allowed"});
}

}  // namespace

std::string Right::to_string() const {
  std::string text = verb + " " + resource;
  if (!group.empty()) text += "." + group;
  if (!subresource.empty()) text += "/" + subresource;
  if (!name_space.empty()) text += " in namespace " + name_space;
  return text;
}

std::vector<Right> capture_rights(const kube::Discovery& discovery, const std::string& name_space) {
  std::vector<Right> rights;
  for (const auto& type : discovery.types()) {
    if (is_captured_kind(type)) rights.push_back({"list", type.group, type.plural, "", name_space});
  }
  add_grants(rights, kClosure, "", served_by(discovery));
  sort_unique(rights);
  return rights;
}

std::vector<Right> backup_rights(const kube::Discovery& discovery, const std::string& name_space) {
  auto rights = capture_rights(discovery, name_space);
  const auto served = served_by(discovery);
  add_grants(rights, kBackup, name_space, served);
  add_grants(rights, kBackupCluster, "", served);
  sort_unique(rights);
  return rights;
}

std::vector<Right> restore_rights(const std::vector<kube::ResourceType>& types,
                                  const std::string& name_space) {
  std::vector<Right> rights;
  for (const auto& type : types) {
    const std::string in = type.namespaced ? name_space : std::string();
    for (const char* verb : {"get", "list", "watch", "create", "patch", "delete"}) {
      rights.push_back({verb, type.group, type.plural, "", in});
    }
    if (type.has_subresource("status") && type.group.find('.') != std::string::npos &&
        !type.group.ends_with(".k8s.io")) {
      rights.push_back({"patch", type.group, type.plural, "status", in});
    }
    if (type.group == "rbac.authorization.k8s.io" && type.plural.ends_with("roles")) {
      rights.push_back({"escalate", type.group, type.plural, "", in});
      rights.push_back({"bind", type.group, type.plural, "", in});
    }
  }
  const auto always = [](std::string_view, const std::string&) { return true; };
  add_grants(rights, kRestore, name_space, always);
  add_grants(rights,
             std::array<Grant, 2>{{{"get list create patch delete", "", "persistentvolumeclaims"},
                                   {"get list create patch delete", "", "secrets"}}},
             name_space, always);
  add_grants(rights,
             std::array<Grant, 4>{{{"get create patch", "", "namespaces"},
                                   {"get list", "storage.k8s.io", "storageclasses"},
                                   {"get list patch", "", "persistentvolumes"},
                                   {"get list", "", "nodes"}}},
             "", always);
  sort_unique(rights);
  return rights;
}

std::vector<kube::ResourceType> written_types(const std::vector<kube::ResourceType>& captured,
                                              const std::set<std::string>& carry) {
  std::vector<kube::ResourceType> written;
  for (const auto& type : captured) {
    const bool all = carry.contains("*") && type.kind != "PersistentVolume";
    if (type.namespaced || all || carry.contains(type.kind)) written.push_back(type);
  }
  return written;
}

Json cluster_role(const std::string& name, const std::vector<Right>& rights) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> verbs;  // group, resource -> verbs
  for (const auto& right : rights) verbs[{right.group, resource_of(right)}].insert(right.verb);
  std::map<std::pair<std::string, std::set<std::string>>, Json> rules;  // group, verbs -> resources
  for (const auto& [resource, wanted] : verbs) {
    auto& resources = rules.try_emplace({resource.first, wanted}, Json::array()).first->second;
    resources.push_back(resource.second);
  }
  Json role = {{"apiVersion", "rbac.authorization.k8s.io/v1"},
               {"kind", "ClusterRole"},
               {"metadata", {{"name", name}, {"labels", {{"app.kubernetes.io/name", "tranship"}}}}},
               {"rules", Json::array()}};
  for (const auto& [key, resources] : rules) {
    role["rules"].push_back({{"apiGroups", {key.first}}, {"resources", resources}, {"verbs", key.second}});
  }
  return role;
}

Result<std::vector<Right>> missing_rights(const Context& context, kube::Client& client,
                                          const std::vector<Right>& rights, int requests_max) {
  std::string name_space = "default";
  for (const auto& right : rights) {
    if (!right.name_space.empty()) name_space = right.name_space;
  }
  const Json review = {{"apiVersion", "authorization.k8s.io/v1"},
                       {"kind", "SelfSubjectRulesReview"},
                       {"spec", {{"namespace", name_space}}}};
  const Json answer = TRY_IN(
      "asking which rights the credentials have",
      client.request(context, "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", &review));
  // The rules of the namespace hold what its bindings grant, which says nothing of other namespaces: only a
  // rule over everything, or a right inside that namespace, can be taken from here.
  std::vector<Right> open;
  for (const auto& right : rights) {
    bool granted = false;
    for (const auto& rule : json_at(answer, {"status", "resourceRules"})) {
      granted = granted || (right.name_space == name_space && allows(rule, right));
    }
    if (!granted) open.push_back(right);
  }
  std::vector<Right> missing;
  std::mutex mutex;
  TRY(try_parallel_for(context, open.size(), requests_max, [&](std::size_t index) -> Result<void> {
    if (TRY(is_allowed(context, client, open[index]))) return {};
    std::lock_guard lock(mutex);
    missing.push_back(open[index]);
    return {};
  }));
  sort_unique(missing);
  return missing;
}

Error missing_rights_error(const std::vector<Right>& missing, const std::string& cluster) {
  // verb and namespace -> kinds
  std::map<std::pair<std::string, std::string>, std::string> kinds;
  for (const auto& right : missing) {
    std::string& text = kinds[{right.name_space, right.verb}];
    std::string kind = right.resource + (right.group.empty() ? "" : "." + right.group);
    if (!right.subresource.empty()) kind += "/" + right.subresource;
    text += (text.empty() ? "" : ", ") + kind;
  }
  std::string what;
  for (const auto& [key, text] : kinds) {
    what += (what.empty() ? "" : "; ") + key.second + " " + text;
    what += key.first.empty() ? " (cluster-wide)" : " in namespace " + key.first;
  }
  return Error(Fault::auth, "the credentials for cluster " + cluster + " lack " +
                                std::to_string(missing.size()) +
                                (missing.size() == 1 ? " right: " : " rights: ") + what)
      .with_fix("Ask an administrator to bind the ClusterRole that the same command prints with --print-rbac")
      .with_code("capture.rights");
}

}  // namespace tranship::capture
