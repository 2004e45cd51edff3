#include "volume/cleanup.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/units.h"
#include "volume/mover_pod.h"
#include "volume/removal.h"
#include "volume/run_scope.h"

namespace tranship::volume {
namespace {

// In the order of removal: who uses something goes before it; the sign of life (a Secret) last.
const std::vector<const kube::ResourceType*>& kinds() {
  static const std::vector<const kube::ResourceType*> all = {
      &kube::types::pod(), &kube::types::persistent_volume_claim(), &kube::types::volume_snapshot(),
      &kube::types::volume_snapshot_content(), &kube::types::secret()};
  return all;
}

constexpr std::chrono::minutes kOldHeartbeat{2};

// The namespace a temporary object is for: its own, or what it says when it lies outside of all.
std::string namespace_of(const Json& object) {
  const std::string own = json_string(object, {"metadata", "namespace"});
  return own.empty() ? json_string(json_at(object, {"metadata", "annotations"}), {kForAnnotation}) : own;
}

Result<std::vector<Json>> list_temporary(const Context& context, kube::Client& client,
                                         const kube::ResourceType& type,
                                         const std::string& name_space, const std::string& run) {
  auto items = client.list_all(context, type, type.namespaced ? name_space : "",
                               {.label_selector = temporary_selector(run)});
  // A cluster without the snapshot CRDs has no snapshots.
  if (!items && items.error().fault() == Fault::not_found) return std::vector<Json>{};
  if (type.namespaced) return items;
  // Who may not look at what lies outside of namespaces has made nothing there.
  if (!items && items.error().fault() == Fault::auth) return std::vector<Json>{};
  if (items && !name_space.empty())
    std::erase_if(*items, [&](const Json& item) { return namespace_of(item) != name_space; });
  return items;
}

std::string run_of(const Json& object) {
  const Json& labels = json_at(object, {"metadata", "labels"});
  return json_string(labels, {kRunLabel});
}

std::string heartbeat_of(const Json& object) {
  const Json& annotations = json_at(object, {"metadata", "annotations"});
  return json_string(annotations, {kHeartbeatAnnotation});
}

bool is_young(const std::string& heartbeat) {
  const auto time = parse_time(heartbeat);
  return time && std::chrono::system_clock::now() - *time < kOldHeartbeat;
}

// (namespace, run) -> heartbeat of the sign of life.
using Heartbeats = std::map<std::pair<std::string, std::string>, std::string>;

Heartbeats heartbeats_of(const std::vector<Json>& secrets) {
  Heartbeats found;
  for (const Json& secret : secrets)
    if (json_string(secret, {"type"}) == "tranship.io/run")
      found[{json_string(secret, {"metadata", "namespace"}), run_of(secret)}] =
          heartbeat_of(secret);
  return found;
}

const kube::ResourceType* kind_of(const kube::ObjectReference& object) {
  for (const kube::ResourceType* type : kinds())
    if (type->kind == object.type.kind) return type;
  return nullptr;
}

}  // namespace

Result<std::vector<Leftover>> find_leftovers(const Context& context, kube::Client& client,
                                             const std::string& name_space) {
  std::vector<Leftover> leftovers;
  Heartbeats heartbeats;
  for (const kube::ResourceType* type : kinds()) {
    const auto items = TRY(list_temporary(context, client, *type, name_space, {}));
    if (type->kind == "Secret") heartbeats = heartbeats_of(items);
    for (const Json& item : items)
      leftovers.push_back(
          {kube::ObjectReference::of(item), run_of(item), heartbeat_of(item), false, namespace_of(item)});
  }
  const bool some_young =
      std::ranges::any_of(heartbeats, [](const auto& entry) { return is_young(entry.second); });
  if (some_young) {
    // Clocks of machines differ, and a run that was killed just now has a young heartbeat too: only
    // one that moves shows life.
    TRY(context.sleep(kHeartbeatPatience));
    const auto later =
        heartbeats_of(TRY(list_temporary(context, client, kube::types::secret(), name_space, {})));
    for (auto& [key, heartbeat] : heartbeats) {
      const auto found = later.find(key);
      heartbeat = found != later.end() && found->second != heartbeat ? found->second : "";
    }
  } else {
    heartbeats.clear();
  }
  for (Leftover& leftover : leftovers) {
    const auto found = heartbeats.find({leftover.name_space, leftover.run});
    leftover.alive = found != heartbeats.end() && !found->second.empty();
    if (leftover.alive) leftover.heartbeat = found->second;
  }
  return leftovers;
}

Result<void> remove_leftovers(const Context& context, kube::Client& client,
                              const std::vector<Leftover>& leftovers) {
  std::string failed;
  std::optional<Error> first;
  for (const kube::ResourceType* type : kinds()) {
    for (const Leftover& leftover : leftovers) {
      if (kind_of(leftover.object) != type) continue;
      auto removed =
          remove_and_wait(context, client, *type, leftover.object.name_space, leftover.object.name);
      if (removed) continue;
      // One that resists does not keep the others here.
      failed += (failed.empty() ? "" : ", ") + leftover.object.to_string() + " (" +
                removed.error().what() + ")";
      if (!first) first = removed.error();
    }
  }
  if (!first) return {};
  return fail(Error(first->fault(), "temporary objects could not be removed: " + failed)
                  .with_fix("Run `tranship cleanup` once the reason is mended."));
}

Result<void> clean_up_dead_runs(const Context& context, kube::Client& client, const std::string& name_space) {
  auto leftovers = TRY(find_leftovers(context, client, name_space));
  std::erase_if(leftovers, [](const Leftover& leftover) { return leftover.alive; });
  return remove_leftovers(context, client, leftovers);
}

Result<void> clean_up_run(const Context& context, kube::Client& client,
                          const std::string& name_space, const std::string& run) {
  std::vector<Leftover> leftovers;
  for (const kube::ResourceType* type : kinds())
    for (const Json& item : TRY(list_temporary(context, client, *type, name_space, run)))
      leftovers.push_back({kube::ObjectReference::of(item), run, heartbeat_of(item), false, name_space});
  return remove_leftovers(context, client, leftovers);
}

}  // namespace tranship::volume
