#pragma once
// The documents in which API servers list what they serve, as plain values. Private to kube; pure functions.
// Formats: apidiscovery.k8s.io/v2 and v2beta1 (KEP-3352), and the older APIGroupList and APIResourceList of meta/v1.

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace tranship::kube {

struct DiscoveredResource {
  std::string plural;
  std::string kind;
  bool namespaced = false;
  std::vector<std::string> verbs;
  std::vector<std::string> short_names;
  std::vector<std::string> subresources;
};

struct DiscoveredVersion {
  std::string version;
  bool available = true;  // false: its aggregated API server does not answer
  std::vector<DiscoveredResource> resources;
};

struct DiscoveredGroup {
  std::string name;  // empty: core
  std::vector<DiscoveredVersion> versions;  // preferred first
};

// True for an APIGroupDiscoveryList; anything else is from a server that does not aggregate.
bool is_aggregated(const Json& document);
// Fault::corrupt when the document is not what it says it is.
Result<std::vector<DiscoveredGroup>> parse_aggregated(const Json& document);

// Groups and versions without resources: "/api" (APIVersions) and "/apis" (APIGroupList).
Result<std::vector<DiscoveredGroup>> parse_group_list(const Json& document);
// One group version (APIResourceList).
Result<std::vector<DiscoveredResource>> parse_resource_list(const Json& document);

}  // namespace tranship::kube
