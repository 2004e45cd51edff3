#include "restore/claim_room.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "base/units.h"
#include "restore/refusal.h"

namespace tranship::restore {
namespace {

constexpr std::string_view kOfClass = ".storageclass.storage.k8s.io/";

const kube::ResourceType& resource_quota() {
  static const kube::ResourceType type{
      .group = "", .version = "v1", .kind = "ResourceQuota", .plural = "resourcequotas", .namespaced = true};
  return type;
}

// What quotas count a claim as; the number stays what the claim asks for.
std::map<std::string, std::uint64_t> counted(const Json& claim) {
  const auto bytes = parse_quantity(json_string(claim, {"spec", "resources", "requests", "storage"}, "0"));
  std::map<std::string, std::uint64_t> counts{{"persistentvolumeclaims", 1},
                                              {"count/persistentvolumeclaims", 1},
                                              {"requests.storage", bytes ? *bytes : 0}};
  const std::string storage_class = json_string(claim, {"spec", "storageClassName"});
  if (storage_class.empty()) return counts;
  counts[storage_class + std::string(kOfClass) + "persistentvolumeclaims"] = 1;
  counts[storage_class + std::string(kOfClass) + "requests.storage"] = bytes ? *bytes : 0;
  return counts;
}

std::string amount(const std::string& resource, std::uint64_t value) {
  return resource.ends_with("storage") ? format_bytes(value) : std::to_string(value);
}

// What is left of each resource that some quota limits; the tightest counts.
class Room {
 public:
  void add(const Json& quota) {
    if (!json_at(quota, {"spec", "scopes"}).empty() || !json_at(quota, {"spec", "scopeSelector"}).empty()) return;
    const Json& limits = json_at(quota, {"spec", "hard"});
    for (const auto& [resource, limit] : limits.items()) {
      const auto hard = limit.is_string() ? parse_quantity(limit.get<std::string>()) : 0;
      const auto used = parse_quantity(json_string(quota, {"status", "used", resource}, "0"));
      if (!hard || !used) continue;
      const std::uint64_t left = *hard > *used ? *hard - *used : 0;
      const auto known = left_.find(resource);
      if (known != left_.end() && known->second.left <= left) continue;
      left_[resource] = {left, json_string(quota, {"metadata", "name"})};
    }
  }

  // Takes the claim's part, or says what is missing and takes nothing.
  std::optional<std::string> take(const Json& claim) {
    const auto counts = counted(claim);
    for (const auto& [resource, count] : counts) {
      const auto found = left_.find(resource);
      if (found == left_.end() || found->second.left >= count) continue;
      return fmt::format("quota {} of the namespace has {} of {} left for it, and it needs {}", found->second.quota,
                         amount(resource, found->second.left), resource, amount(resource, count));
    }
    for (const auto& [resource, count] : counts) {
      if (const auto found = left_.find(resource); found != left_.end()) found->second.left -= count;
    }
    return std::nullopt;
  }

 private:
  struct Left {
    std::uint64_t left = 0;
    std::string quota;
  };
  std::map<std::string, Left> left_;
};

// The server's own word, for what no look can foresee. Lacking rights are told elsewhere.
std::optional<Error> refusal_of(const Context& context, kube::Client& client, const std::string& name_space,
                                Json claim) {
  claim["metadata"]["namespace"] = name_space;
  claim["metadata"].erase("uid");
  const auto admitted = client.create(context, kube::types::persistent_volume_claim(), claim, {.dry_run = true});
  if (admitted || passes(admitted.error())) return std::nullopt;
  const bool of_rights = admitted.error().what().find("cannot create resource") != std::string::npos;
  const bool decided = admitted.error().fault() == Fault::auth || is_invalid(admitted.error());
  if (of_rights || !decided) return std::nullopt;
  return admitted.error();
}

}  // namespace

Result<std::vector<RefusedClaim>> refused_claims(const Context& context, kube::Client& client,
                                                 const std::string& name_space, const std::vector<Json>& claims) {
  std::vector<RefusedClaim> refused;
  if (claims.empty()) return refused;
  const auto there = client.get(context, kube::types::name_space(), "", name_space);
  if (!there && there.error().fault() == Fault::not_found) return refused;
  Room room;
  const auto quotas = client.list_all(context, resource_quota(), name_space);
  if (!quotas && quotas.error().fault() != Fault::auth) return fail(quotas.error());
  if (quotas) {
    for (const Json& quota : *quotas) room.add(quota);
  }
  for (const Json& claim : claims) {
    const std::string name = json_string(claim, {"metadata", "name"});
    if (auto missing = room.take(claim)) {
      refused.push_back({name, std::move(*missing),
                         "Raise the namespace's ResourceQuota, or restore into another namespace: --namespace NAME"});
    } else if (const auto refusal = refusal_of(context, client, name_space, claim)) {
      refused.push_back({name, refusal->what(), fix_for(*refusal)});
    }
  }
  return refused;
}

}  // namespace tranship::restore
