#include "controller/location/restore_points.h"

#include <algorithm>

#include "base/units.h"
#include "controller/runtime/status.h"

namespace tranship::controller {
namespace {

constexpr std::size_t kWarningsMax = 256;

api::RestorePointVolume volume_view(const app::VolumeRecord& record) {
  api::RestorePointVolume volume;
  volume.name = record.claim;
  volume.consistency = api::parse_name<api::Consistency>(app::consistency_name(record.consistency));
  volume.bytes = static_cast<std::int64_t>(record.bytes);
  volume.files = static_cast<std::int64_t>(record.files);
  if (!record.capacity.empty()) volume.capacity = record.capacity;
  if (!record.storage_class.empty()) volume.storage_class = record.storage_class;
  return volume;
}

}  // namespace

std::string restore_point_name(const std::string& application, const repo::Snapshot& snapshot) {
  return application + "-" + snapshot.id.brief();
}

void show_point(api::RestorePoint& view, const app::RestorePoint& point) {
  // Names of applications are longer than labels may be only when a selector is part of them.
  view.metadata.labels[std::string(kApplicationLabel)] = point.application.substr(0, 63);
  view.spec.application = point.application;
  api::RestorePointStatus& status = view.status;
  status.source_cluster = point.cluster;
  status.source_namespace = point.name_space;
  status.kubernetes_version = point.kubernetes_version;
  std::int64_t bytes = 0;
  for (const auto& record : point.volumes) {
    status.volumes.push_back(volume_view(record));
    bytes += static_cast<std::int64_t>(record.bytes);
    // The enumeration goes from strong to weak.
    const auto& consistency = status.volumes.back().consistency;
    if (consistency) status.consistency = std::max(status.consistency.value_or(*consistency), *consistency);
  }
  status.bytes = bytes;
  status.images = static_cast<std::int64_t>(point.images.size());
  status.warnings = point.warnings;
  if (status.warnings.size() > kWarningsMax) status.warnings.resize(kWarningsMax);
}

api::RestorePoint restore_point_view(const repo::Snapshot& snapshot, const app::RestorePoint& point) {
  api::RestorePoint view;
  show_point(view, point);
  view.metadata.name = restore_point_name(point.application, snapshot);
  view.spec.id = snapshot.id.hex();
  view.spec.kind = api::RestorePointKind::exported;
  if (const auto time = parse_time(snapshot.time)) view.status.created_at = *time;
  return view;
}

Result<void> put_restore_point(const Context& context, kube::Client& client, const api::RestorePoint& view) {
  api::RestorePoint wish = view;
  wish.status = {};
  kube::WriteOptions options;
  options.force = true;
  const Json written = TRY(client.apply(context, api::RestorePoint::type(), api::to_json(wish), options));
  const auto there = TRY(api::from_json<api::RestorePoint>(written));
  TRY(write_status(context, client, api::RestorePoint::type(), there.metadata, api::to_json(there.status),
                   api::to_json(view.status), Precondition::same_object));
  return {};
}

Result<void> remove_restore_point(const Context& context, kube::Client& client, const std::string& name_space,
                                  const std::string& name) {
  const auto removed = client.remove(context, api::RestorePoint::type(), name_space, name);
  if (!removed && removed.error().fault() != Fault::not_found) return fail(removed.error());
  return {};
}

}  // namespace tranship::controller
