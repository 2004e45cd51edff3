#include "kube/discovery_parse.h"

#include <algorithm>

namespace tranship::kube {
namespace {

std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> out;
  for (const auto& item : list) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

Error not_a(const char* kind) {
  return Error(Fault::corrupt, std::string("the API server's discovery document is not a proper ") + kind);
}

DiscoveredVersion parse_version(const Json& document) {
  DiscoveredVersion version;
  version.version = json_string(document, {"version"});
  version.available = json_string(document, {"freshness"}, "Current") != "Stale";
  for (const auto& item : json_at(document, {"resources"})) {
    DiscoveredResource resource;
    resource.plural = json_string(item, {"resource"});
    resource.kind = json_string(item, {"responseKind", "kind"});
    resource.namespaced = json_string(item, {"scope"}) == "Namespaced";
    resource.verbs = texts(json_at(item, {"verbs"}));
    resource.short_names = texts(json_at(item, {"shortNames"}));
    for (const auto& sub : json_at(item, {"subresources"})) {
      resource.subresources.push_back(json_string(sub, {"subresource"}));
    }
    // Only subresources of it are served (v2beta1 lists such a parent without a kind).
    if (resource.plural.empty() || resource.kind.empty() || resource.verbs.empty()) continue;
    version.resources.push_back(std::move(resource));
  }
  return version;
}

}  // namespace

bool is_aggregated(const Json& document) { return json_string(document, {"kind"}) == "APIGroupDiscoveryList"; }

Result<std::vector<DiscoveredGroup>> parse_aggregated(const Json& document) {
  const Json& items = json_at(document, {"items"});
  if (!is_aggregated(document) || !items.is_array()) return fail(not_a("APIGroupDiscoveryList"));
  std::vector<DiscoveredGroup> groups;
  for (const auto& item : items) {
    DiscoveredGroup group;
    group.name = json_string(item, {"metadata", "name"});
    for (const auto& version : json_at(item, {"versions"})) {
      group.versions.push_back(parse_version(version));
      if (group.versions.back().version.empty()) return fail(not_a("APIGroupDiscoveryList"));
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

Result<std::vector<DiscoveredGroup>> parse_group_list(const Json& document) {
  std::vector<DiscoveredGroup> groups;
  if (const Json& versions = json_at(document, {"versions"}); versions.is_array()) {
    DiscoveredGroup core;
    for (auto& version : texts(versions)) {
      if (version.empty()) return fail(not_a("APIVersions"));
      core.versions.push_back({std::move(version), true, {}});
    }
    groups.push_back(std::move(core));
    return groups;
  }
  const Json& list = json_at(document, {"groups"});
  if (!list.is_array()) return fail(not_a("APIGroupList"));
  for (const auto& item : list) {
    DiscoveredGroup group;
    group.name = json_string(item, {"name"});
    const std::string preferred = json_string(item, {"preferredVersion", "version"});
    for (const auto& version : json_at(item, {"versions"})) {
      group.versions.push_back({json_string(version, {"version"}), true, {}});
      if (group.versions.back().version.empty()) return fail(not_a("APIGroupList"));
    }
    std::stable_partition(group.versions.begin(), group.versions.end(),
                          [&](const DiscoveredVersion& version) { return version.version == preferred; });
    groups.push_back(std::move(group));
  }
  return groups;
}

Result<std::vector<DiscoveredResource>> parse_resource_list(const Json& document) {
  const Json& list = json_at(document, {"resources"});
  if (!list.is_array()) return fail(not_a("APIResourceList"));
  std::vector<DiscoveredResource> resources;
  for (const auto& item : list) {
    const std::string name = json_string(item, {"name"});
    if (name.empty()) return fail(not_a("APIResourceList"));
    if (name.find('/') != std::string::npos) continue;
    DiscoveredResource resource;
    resource.plural = name;
    resource.kind = json_string(item, {"kind"});
    resource.namespaced = json_bool(item, {"namespaced"});
    resource.verbs = texts(json_at(item, {"verbs"}));
    resource.short_names = texts(json_at(item, {"shortNames"}));
    resources.push_back(std::move(resource));
  }
  for (const auto& item : list) {
    const std::string name = json_string(item, {"name"});
    const auto slash = name.find('/');
    if (slash == std::string::npos) continue;
    const auto parent =
        std::find_if(resources.begin(), resources.end(), [&](const DiscoveredResource& resource) {
          return resource.plural == std::string_view(name).substr(0, slash);
        });
    if (parent != resources.end()) parent->subresources.push_back(name.substr(slash + 1));
  }
  return resources;
}

}  // namespace tranship::kube
