#include "volume/local_point.h"

#include <algorithm>

#include "volume/mover_pod.h"
#include "volume/removal.h"

namespace tranship::volume {
namespace {

// Snapshots before Secrets: as long as a Secret is there, the point is found again.
const std::vector<const kube::ResourceType*>& kinds() {
  static const std::vector<const kube::ResourceType*> all = {&kube::types::volume_snapshot(), &kube::types::secret()};
  return all;
}

Result<std::vector<Json>> list_labelled(const Context& context, kube::Client& client, const kube::ResourceType& type,
                                        const std::string& name_space, const std::string& point) {
  const std::string selector =
      std::string(kManagedByLabel) + "=tranship," + std::string(kPointLabel) + (point.empty() ? "" : "=" + point);
  auto items = client.list_all(context, type, name_space, {.label_selector = selector});
  if (!items && items.error().fault() == Fault::not_found) return std::vector<Json>{};
  return items;
}

std::string label(const Json& object, std::string_view name) {
  return json_string(json_at(object, {"metadata", "labels"}), {name});
}

Result<void> patch_all(const Context& context, kube::Client& client, const std::string& name_space,
                       const std::string& point, const Json& metadata) {
  for (const kube::ResourceType* type : kinds()) {
    for (const Json& each : TRY(list_labelled(context, client, *type, name_space, point))) {
      const std::string name = json_string(each, {"metadata", "name"});
      TRY_IN(type->kind + " " + name, client.patch(context, *type, name_space, name, kube::PatchKind::merge,
                                                   {{"metadata", metadata}}));
    }
  }
  return {};
}

}  // namespace

Result<std::vector<PointSnapshot>> find_point_snapshots(const Context& context, kube::Client& client,
                                                        const std::string& name_space, const std::string& point) {
  std::vector<PointSnapshot> found;
  for (Json& each : TRY(list_labelled(context, client, kube::types::volume_snapshot(), name_space, point))) {
    found.push_back(
        {json_string(each, {"spec", "source", "persistentVolumeClaimName"}),
         {json_string(each, {"metadata", "name"}), json_string(each, {"status", "creationTime"})},
         std::move(each)});
  }
  std::ranges::sort(found, {}, &PointSnapshot::claim);
  return found;
}

Result<std::vector<Json>> find_point_secrets(const Context& context, kube::Client& client,
                                             const std::string& name_space, const std::string& point) {
  return list_labelled(context, client, kube::types::secret(), name_space, point);
}

Result<void> keep_point(const Context& context, kube::Client& client, const std::string& name_space,
                        const std::string& point) {
  return patch_all(context, client, name_space, point,
                   {{"labels", {{std::string(kRunLabel), nullptr}}},
                    {"annotations", {{std::string(kHeartbeatAnnotation), nullptr}}}});
}

Result<void> adopt_point(const Context& context, kube::Client& client, const std::string& name_space,
                         const std::string& point, const Json& owner) {
  return patch_all(context, client, name_space, point, {{"ownerReferences", Json::array({owner})}});
}

Result<void> remove_point(const Context& context, kube::Client& client, const std::string& name_space,
                          const std::string& point) {
  for (const kube::ResourceType* type : kinds()) {
    for (const Json& each : TRY(list_labelled(context, client, *type, name_space, point))) {
      TRY(remove_and_wait(context, client, *type, name_space, json_string(each, {"metadata", "name"})));
    }
  }
  return {};
}

Result<std::set<std::string>> find_orphaned_points(const Context& context, kube::Client& client,
                                                   const std::string& name_space, const std::set<std::string>& spared) {
  std::set<std::string> orphaned;
  for (const kube::ResourceType* type : kinds()) {
    for (const Json& each : TRY(list_labelled(context, client, *type, name_space, {}))) {
      const std::string point = label(each, kPointLabel);
      const bool owned = !json_at(each, {"metadata", "ownerReferences"}).empty();
      const bool temporary = !label(each, kRunLabel).empty();
      if (!owned && !temporary && !spared.contains(point)) orphaned.insert(point);
    }
  }
  return orphaned;
}

}  // namespace tranship::volume
