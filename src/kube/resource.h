#pragma once
// Plain types that name kinds and objects.

#include <compare>
#include <string>
#include <vector>

#include "base/json.h"

namespace tranship::kube {

struct GroupVersionKind {
  std::string group;  // empty: core
  std::string version;
  std::string kind;
  auto operator<=>(const GroupVersionKind&) const = default;
  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
  static GroupVersionKind of(const Json& object);  // from apiVersion and kind
};

// A kind as one API server serves it.
struct ResourceType {
  std::string group;
  std::string version;
  std::string kind;
  std::string plural;
  bool namespaced = false;
  std::vector<std::string> verbs;         // "list", "create", ...
  std::vector<std::string> subresources;  // "status", "scale", "log" ...
  std::vector<std::string> versions;      // every served version of the group's kind, preferred first

  bool can(std::string_view verb) const;
  bool has_subresource(std::string_view name) const;
  GroupVersionKind gvk() const { return {group, version, kind}; }
  std::string api_version() const { return gvk().api_version(); }
  // "deployments.apps", "pods": how people and RBAC write it.
  std::string qualified_plural() const { return group.empty() ? plural : plural + "." + group; }
  // "/apis/apps/v1/namespaces/shop/deployments/web/status"; pieces that are empty are left out.
  std::string path(std::string_view name_space, std::string_view name = {},
                   std::string_view subresource = {}) const;
};

// One object, for messages and maps. to_string: "Deployment shop/web".
struct ObjectReference {
  GroupVersionKind type;
  std::string name_space;  // empty: cluster scoped
  std::string name;
  auto operator<=>(const ObjectReference&) const = default;
  std::string to_string() const;
  static ObjectReference of(const Json& object);
};

// The well-known types that the program itself uses, so that nothing needs discovery to touch a Pod.
namespace types {
const ResourceType& pod();
const ResourceType& node();
const ResourceType& name_space();
const ResourceType& secret();
const ResourceType& config_map();
const ResourceType& service();
const ResourceType& event();
const ResourceType& deployment();
const ResourceType& stateful_set();
const ResourceType& daemon_set();
const ResourceType& ingress();
const ResourceType& service_account();
const ResourceType& persistent_volume_claim();
const ResourceType& persistent_volume();
const ResourceType& storage_class();
const ResourceType& custom_resource_definition();
const ResourceType& volume_snapshot();
const ResourceType& volume_snapshot_content();
const ResourceType& volume_snapshot_class();
const ResourceType& lease();
}  // namespace types

}  // namespace tranship::kube
