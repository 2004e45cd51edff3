#include "kube/discovery.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "kube/discovery_parse.h"

namespace tranship::kube {
namespace {

constexpr const char* kAccept =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
    "application/json";
constexpr std::size_t kRequestsAtOnce = 8;

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string path_of(const std::string& group, const std::string& version) {
  return group.empty() ? "/api/" + version : "/apis/" + group + "/" + version;
}

// One group version of a server that does not aggregate.
Result<void> fill_version(const Context& context, Client& client, const std::string& group,
                          DiscoveredVersion& version) {
  const auto document = client.request(context, "GET", path_of(group, version.version));
  if (!document) {
    const Fault fault = document.error().fault();
    if (fault == Fault::cancelled || fault == Fault::auth) return fail(document.error());
    version.available = false;
    return {};
  }
  version.resources = TRY_IN(path_of(group, version.version), parse_resource_list(*document));
  return {};
}

Result<void> fill_groups(const Context& context, Client& client, std::vector<DiscoveredGroup>& groups) {
  std::vector<std::pair<const std::string*, DiscoveredVersion*>> work;
  for (auto& group : groups) {
    for (auto& version : group.versions) work.emplace_back(&group.name, &version);
  }
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  Result<void> result;
  const auto run = [&] {
    for (std::size_t i = next++; i < work.size(); i = next++) {
      auto filled = fill_version(context, client, *work[i].first, *work[i].second);
      if (filled) continue;
      const std::lock_guard lock(mutex);
      if (result) result = std::move(filled);
      next = work.size();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(kRequestsAtOnce, work.size()); ++i) threads.emplace_back(run);
  }
  return result;
}

Result<std::vector<DiscoveredGroup>> fetch_groups(const Context& context, Client& client, const char* path) {
  const Json document = TRY(client.request(context, "GET", path, nullptr, {{"Accept", kAccept}}));
  if (is_aggregated(document)) return parse_aggregated(document);
  auto groups = TRY_IN(path, parse_group_list(document));
  TRY(fill_groups(context, client, groups));
  return groups;
}

ResourceType to_type(const DiscoveredGroup& group, const DiscoveredVersion& version,
                     const DiscoveredResource& resource) {
  ResourceType type;
  type.group = group.name;
  type.version = version.version;
  type.kind = resource.kind;
  type.plural = resource.plural;
  type.namespaced = resource.namespaced;
  type.verbs = resource.verbs;
  type.subresources = resource.subresources;
  for (const auto& other : group.versions) {
    const bool serves = other.available && std::any_of(other.resources.begin(), other.resources.end(),
                                                       [&](const DiscoveredResource& served) {
                                                         return served.plural == resource.plural;
                                                       });
    if (serves) type.versions.push_back(other.version);
  }
  return type;
}

}  // namespace

Result<Discovery> Discovery::fetch(const Context& context, Client& client) {
  auto groups = TRY(fetch_groups(context, client, "/api"));
  auto named = TRY(fetch_groups(context, client, "/apis"));
  groups.insert(groups.end(), std::make_move_iterator(named.begin()), std::make_move_iterator(named.end()));
  return of(groups);
}

Discovery Discovery::of(const std::vector<DiscoveredGroup>& groups) {
  Discovery discovery;
  for (const auto& group : groups) {
    std::vector<std::string_view> seen;
    for (const auto& version : group.versions) {
      if (!version.available) {
        discovery.unavailable_.push_back(group.name.empty() ? version.version : group.name + "/" + version.version);
        continue;
      }
      for (const auto& resource : version.resources) {
        if (std::find(seen.begin(), seen.end(), resource.plural) != seen.end()) continue;
        seen.push_back(resource.plural);
        discovery.types_.push_back(to_type(group, version, resource));
        discovery.short_names_.push_back(resource.short_names);
      }
    }
  }
  return discovery;
}

const ResourceType* Discovery::find(std::string_view group, std::string_view kind) const {
  const auto found = std::find_if(types_.begin(), types_.end(), [&](const ResourceType& type) {
    return type.group == group && type.kind == kind;
  });
  return found == types_.end() ? nullptr : &*found;
}

std::optional<ResourceType> Discovery::find(const GroupVersionKind& wanted) const {
  for (const auto& type : types_) {
    const bool fits = type.group == wanted.group && type.kind == wanted.kind &&
                      std::find(type.versions.begin(), type.versions.end(), wanted.version) != type.versions.end();
    if (!fits) continue;
    ResourceType exact = type;
    exact.version = wanted.version;
    return exact;
  }
  return std::nullopt;
}

const ResourceType* Discovery::find_name(std::string_view name) const {
  const auto first = [&](auto matches) -> const ResourceType* {
    for (std::size_t i = 0; i < types_.size(); ++i) {
      if (matches(types_[i], short_names_[i])) return &types_[i];
    }
    return nullptr;
  };
  using Names = std::vector<std::string>;
  // Plural names first: a short name of one kind may be the plural of another. Earlier groups (core) win.
  if (const auto* type = first([&](const ResourceType& candidate, const Names&) {
        return equal_without_case(candidate.plural, name) || equal_without_case(candidate.qualified_plural(), name);
      })) {
    return type;
  }
  if (const auto* type = first([&](const ResourceType&, const Names& short_names) {
        return std::any_of(short_names.begin(), short_names.end(),
                           [&](const std::string& one) { return equal_without_case(one, name); });
      })) {
    return type;
  }
  return first([&](const ResourceType& candidate, const Names&) {
    return equal_without_case(candidate.kind, name) ||
           (!candidate.group.empty() && equal_without_case(candidate.kind + "." + candidate.group, name));
  });
}

}  // namespace tranship::kube
