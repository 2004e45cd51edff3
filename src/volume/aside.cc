#include "volume/aside.h"

namespace tranship::volume {
namespace {

constexpr std::string_view kAsideLabel = "tranship.io/kept-aside";            // "true"
constexpr std::string_view kAsideAnnotation = "tranship.io/kept-aside-from";  // {"namespace", "claim", "policy"}

}  // namespace

Result<void> set_aside(const Context& context, kube::Client& client, const Json& claim) {
  const std::string volume = json_string(claim, {"spec", "volumeName"});
  if (volume.empty()) return {};
  const auto& type = kube::types::persistent_volume();
  const auto found = client.get(context, type, "", volume);
  if (!found && found.error().fault() == Fault::not_found) return {};
  if (!found) return fail(Error(found.error()).in("keeping volume " + volume + " aside"));
  // What an earlier run remembered is how it was before all of them.
  if (!json_string(*found, {"metadata", "annotations", kAsideAnnotation}).empty()) return {};
  const Json from = {{"namespace", json_string(claim, {"metadata", "namespace"})},
                     {"claim", json_string(claim, {"metadata", "name"})},
                     {"policy", json_string(*found, {"spec", "persistentVolumeReclaimPolicy"})}};
  const Json patch = {{"metadata",
                       {{"labels", {{std::string(kAsideLabel), "true"}}},
                        {"annotations", {{std::string(kAsideAnnotation), to_text(from)}}}}},
                      {"spec", {{"persistentVolumeReclaimPolicy", "Retain"}}}};
  TRY_IN("keeping volume " + volume + " aside", client.patch(context, type, "", volume, kube::PatchKind::merge, patch));
  return {};
}

Result<std::vector<AsideVolume>> find_aside(const Context& context, kube::Client& client, const std::string& name_space,
                                            const std::set<std::string>& claims) {
  std::vector<AsideVolume> volumes;
  for (const Json& each : TRY(client.list_all(context, kube::types::persistent_volume(), "",
                                              {.label_selector = std::string(kAsideLabel) + "=true"}))) {
    const auto from = parse_json(json_string(each, {"metadata", "annotations", kAsideAnnotation}));
    if (!from || json_string(*from, {"namespace"}) != name_space) continue;
    const std::string claim = json_string(*from, {"claim"});
    if (!claims.contains(claim)) continue;
    volumes.push_back({json_string(each, {"metadata", "name"}), claim, json_string(*from, {"policy"}, "Retain")});
  }
  return volumes;
}

Result<void> let_go(const Context& context, kube::Client& client, const AsideVolume& volume) {
  const Json patch = {{"metadata",
                       {{"labels", {{std::string(kAsideLabel), nullptr}}},
                        {"annotations", {{std::string(kAsideAnnotation), nullptr}}}}},
                      {"spec", {{"persistentVolumeReclaimPolicy", volume.reclaim_policy}}}};
  const auto done =
      client.patch(context, kube::types::persistent_volume(), "", volume.name, kube::PatchKind::merge, patch);
  if (done || done.error().fault() == Fault::not_found) return {};
  return fail(Error(done.error()).in("letting volume " + volume.name + " go"));
}

}  // namespace tranship::volume
