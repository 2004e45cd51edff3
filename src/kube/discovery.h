#pragma once
// What an API server serves: aggregated discovery (apidiscovery.k8s.io/v2, v2beta1), or group by group on
// servers that lack it. A value after it was fetched; fetch again when CRDs were added.

#include <vector>

#include "kube/client.h"

namespace tranship::kube {

struct DiscoveredGroup;  // kube/discovery_parse.h

class Discovery {
 public:
  // A group whose aggregated API server is down is left out and named in unavailable(), not an error.
  static Result<Discovery> fetch(const Context& context, Client& client);

  // From groups as a server lists them, best version of each group first.
  static Discovery of(const std::vector<DiscoveredGroup>& groups);

  // Every kind once, by the group's preferred version (or the newest version that serves it).
  const std::vector<ResourceType>& types() const { return types_; }
  // By group and kind, whatever the version; the type's `version` is then the preferred one.
  const ResourceType* find(std::string_view group, std::string_view kind) const;
  // Exactly this version, when served.
  std::optional<ResourceType> find(const GroupVersionKind& type) const;
  // By what people type: "deploy", "deployments", "deployments.apps", "Deployment".
  const ResourceType* find_name(std::string_view name) const;
  const std::vector<std::string>& unavailable() const { return unavailable_; }

 private:
  std::vector<ResourceType> types_;
  std::vector<std::vector<std::string>> short_names_;  // parallel to types_
  std::vector<std::string> unavailable_;               // "group/version"
};

}  // namespace tranship::kube
