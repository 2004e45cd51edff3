#include "controller/actions/tenant_scope.h"

#include <algorithm>

namespace tranship::controller {
namespace {

constexpr const char* kRole = "admin";
constexpr std::string_view kRights = "rbac.authorization.k8s.io";

bool names(const Json& rule, const char* field, const std::string& wanted) {
  const Json& list = json_at(rule, {field});
  return list.is_array() && std::ranges::any_of(list, [&](const Json& each) {
           return each.is_string() && (each == "*" || each == wanted);
         });
}

bool may_create(const Json& role, const std::string& group, const std::string& plural) {
  const Json& rules = json_at(role, {"rules"});
  return rules.is_array() && std::ranges::any_of(rules, [&](const Json& rule) {
           return names(rule, "apiGroups", group) && names(rule, "resources", plural) &&
                  names(rule, "verbs", "create") && !rule.contains("resourceNames");
         });
}

bool is_namespace(const kube::GroupVersionKind& type) {
  return type.group.empty() && type.kind == "Namespace";
}

void strip(Json& object) {
  json_erase(object, {"metadata", "labels"});
  json_erase(object, {"metadata", "annotations"});
}

const kube::ResourceType& cluster_role() {
  static const kube::ResourceType type{
      std::string(kRights), "v1", "ClusterRole", "clusterroles", false, {}, {}, {"v1"}};
  return type;
}

}  // namespace

std::vector<std::string> keep_to_role(const Json& role, capture::StoredRestorePoint& stored) {
  std::vector<std::string> left_out;
  auto& captured = stored.captured;
  const auto allowed = [&](const Json& object) {
    const auto type = kube::GroupVersionKind::of(object);
    if (is_namespace(type)) return true;
    if (type.group == kRights) return false;
    const auto known = std::ranges::find_if(captured.types, [&](const kube::ResourceType& each) {
      return each.group == type.group && each.kind == type.kind;
    });
    return known != captured.types.end() && may_create(role, type.group, known->plural);
  };
  std::erase_if(captured.objects, [&](const Json& object) {
    if (allowed(object)) return false;
    left_out.push_back(kube::ObjectReference::of(object).to_string() +
                       " is left out: an administrator of a namespace may not create it");
    return true;
  });
  for (Json& object : captured.objects) {
    if (is_namespace(kube::GroupVersionKind::of(object))) strip(object);
  }
  strip(captured.application.namespace_object);
  return left_out;
}

Result<std::vector<std::string>> keep_to_admin(const Context& context, kube::Client& client,
                                               capture::StoredRestorePoint& stored) {
  const auto role = client.get(context, cluster_role(), "", kRole);
  if (role) return keep_to_role(*role, stored);
  if (role.error().fault() != Fault::not_found && role.error().fault() != Fault::auth) return fail(role.error());
  return fail(Error(Fault::auth,
                    "the ClusterRole admin cannot be read: it says what a restore outside of the system "
                    "namespace may write")
                  .with_code("scope.admin-role")
                  .with_fix("Have an administrator restore it in the system namespace, or run tranship install again"));
}

}  // namespace tranship::controller
