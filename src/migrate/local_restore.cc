#include "migrate/local_restore.h"

#include <fmt/format.h>

#include <algorithm>

#include "volume/snapshot_restore.h"

namespace tranship::migrate {
namespace {

std::string names_of_driver(const std::vector<Json>& classes, const std::string& driver) {
  std::string names;
  for (const Json& each : classes) {
    if (json_string(each, {"provisioner"}) != driver) continue;
    names += (names.empty() ? "" : ", ") + json_string(each, {"metadata", "name"});
  }
  return names.empty() ? "none here" : names;
}

void block(VolumePlan& line, std::string reason, std::string fix) {
  line.action = "blocked";
  line.reason = std::move(reason);
  line.fix = std::move(fix);
}

// Statically made volumes name no class, but a claim made from a snapshot needs one.
void give_class(RestorePlan& plan, VolumePlan& line, const std::vector<Json>& classes, const std::string& driver) {
  if (!line.storage_class.empty()) return;
  line.storage_class = class_of_driver(classes, {}, driver);
  if (line.storage_class.empty()) return;
  plan.claims.at(line.claim)["spec"]["storageClassName"] = line.storage_class;
  plan.notes.push_back(fmt::format("claim {} names no StorageClass; {} is of its snapshot's driver", line.claim,
                                   line.storage_class));
}

void look_at_class(VolumePlan& line, const std::vector<Json>& classes, const app::VolumeRecord& record) {
  const std::string driver = provisioner_of(classes, line.storage_class);
  if (driver == record.provisioner) return;
  block(line,
        fmt::format("its snapshot is of driver {}, and StorageClass {} of {}: a snapshot becomes a volume of its own "
                    "driver alone",
                    record.provisioner, line.storage_class, driver.empty() ? "none" : driver),
        fmt::format("Choose a StorageClass of that driver ({}), or export this restore point and restore what was "
                    "exported",
                    names_of_driver(classes, record.provisioner)));
}

}  // namespace

Result<RestorePlan> plan_local_restore(const Context& context, const RestoreRequest& request, const LocalPoint& point) {
  const auto& stored = point.stored;
  auto plan = TRY(plan_restore(context, request, stored.captured, stored.point.volumes, point.id));
  const auto classes = TRY(request.client.list_all(context, kube::types::storage_class(), ""));
  for (VolumePlan& line : plan.volumes) {
    if (line.action == "blocked") continue;
    const auto record = std::ranges::find(stored.point.volumes, line.claim, &app::VolumeRecord::claim);
    if (record == stored.point.volumes.end()) continue;
    give_class(plan, line, classes, record->provisioner);
    look_at_class(line, classes, *record);
    if (line.action != "update") continue;
    line.reason =
        "it is made anew from the snapshot; its volume is kept aside until the restore has succeeded, and what uses it "
        "stands still meanwhile";
  }
  return plan;
}

Result<RestoreOutcome> run_local_restore(const Context& context, const RestoreRequest& request, const RestorePlan& plan,
                                         const LocalPoint& point, Reporter& reporter) {
  const auto fill = [&](const Context& filling) -> Result<std::vector<volume::RestoredVolume>> {
    std::vector<volume::ClaimFromSnapshot> volumes;
    for (const auto& line : plan.volumes) {
      volumes.push_back({plan.claims.at(line.claim), point.name_space, point.snapshot_of(line.claim)->snapshot.name,
                         line.action == "update"});
    }
    return volume::restore_from_snapshots(
        filling, request.client, volumes, request.movers, {.restore_point = point.id},
        [&](const volume::VolumeProgress& progress) { reporter.volume(Phase::volumes_in, progress); });
  };
  const RestoreOrigin origin{.id = point.id,
                             .application = point.stored.point.application,
                             .cluster_id = point.stored.point.cluster_id,
                             .fill_volumes = fill,
                             .claims_anew = true};
  return run_restore(context, request, plan, origin, reporter);
}

}  // namespace tranship::migrate
