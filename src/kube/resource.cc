#include "kube/resource.h"

#include <algorithm>

#include "net/url.h"

namespace tranship::kube {

GroupVersionKind GroupVersionKind::of(const Json& object) {
  GroupVersionKind type;
  type.kind = json_string(object, {"kind"});
  const std::string api_version = json_string(object, {"apiVersion"});
  const auto slash = api_version.find('/');
  if (slash == std::string::npos) {
    type.version = api_version;
  } else {
    type.group = api_version.substr(0, slash);
    type.version = api_version.substr(slash + 1);
  }
  return type;
}

bool ResourceType::can(std::string_view verb) const {
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

bool ResourceType::has_subresource(std::string_view name) const {
  return std::find(subresources.begin(), subresources.end(), name) != subresources.end();
}

std::string ResourceType::path(std::string_view name_space, std::string_view name,
                               std::string_view subresource) const {
  // Names of some kinds (RBAC) may hold a colon, which paths may too.
  const auto piece = [](std::string_view text) { return "/" + net::percent_encode(text, ":"); };
  std::string path = group.empty() ? "/api" + piece(version) : "/apis" + piece(group) + piece(version);
  if (!name_space.empty()) path += "/namespaces" + piece(name_space);
  path += piece(plural);
  if (!name.empty()) path += piece(name);
  // "proxy" and its like take a path behind them.
  if (!subresource.empty()) path += "/" + net::percent_encode(subresource, ":/");
  return path;
}

std::string ObjectReference::to_string() const {
  return type.kind + " " + (name_space.empty() ? name : name_space + "/" + name);
}

ObjectReference ObjectReference::of(const Json& object) {
  return {GroupVersionKind::of(object), json_string(object, {"metadata", "namespace"}),
          json_string(object, {"metadata", "name"})};
}

}  // namespace tranship::kube
