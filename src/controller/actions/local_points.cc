#include "controller/actions/local_points.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "controller/actions/export_retention.h"
#include "controller/location/locations.h"
#include "controller/location/restore_points.h"
#include "controller/policy/next_step.h"
#include "observe/log.h"
#include "volume/local_point.h"

namespace tranship::controller {
namespace {

constexpr std::size_t kNameDigits = 12;
constexpr const char* kPolicyNamespaceLabel = "tranship.io/policy-namespace";

std::string key_of(const api::RestorePoint& point) {
  const auto found = point.metadata.labels.find(std::string(volume::kPointLabel));
  return found == point.metadata.labels.end() ? std::string() : found->second;
}

std::string policy_of(const api::Metadata& metadata) {
  const auto label = metadata.labels.find(kPolicyLabel);
  return label == metadata.labels.end() ? std::string() : label->second;
}

bool is_over(const api::ActionStatus& status) {
  return status.phase == api::Phase::succeeded || status.phase == api::Phase::failed ||
         status.phase == api::Phase::cancelled;
}

template <class T>
bool names(const Services& services, const api::RestorePoint& point,
           const std::function<std::optional<api::NamespacedReference>(const T&)>& reference_of) {
  return std::ranges::any_of(services.stores.list(T::type()), [&](const Json& each) {
    const auto action = api::from_json<T>(each);
    if (!action || is_over(action->status)) return false;
    const auto reference = reference_of(*action);
    return reference && reference->name == point.metadata.name &&
           reference->name_space.value_or(action->metadata.name_space) == point.metadata.name_space;
  });
}

}  // namespace

std::string local_point_name(const std::string& application, const std::string& key) {
  return application + "-" + key.substr(0, kNameDigits);
}

api::RestorePoint local_point_view(const api::Backup& backup, const migrate::LocalBackup& made,
                                   const std::string& key) {
  api::RestorePoint view;
  show_point(view, made.point);
  view.metadata.name = local_point_name(made.point.application, key);
  view.metadata.name_space = made.point.name_space;
  view.metadata.labels[std::string(volume::kPointLabel)] = key;
  if (const std::string policy = policy_of(backup.metadata); !policy.empty()) {
    view.metadata.labels[kPolicyLabel] = policy;
    view.metadata.labels[kPolicyNamespaceLabel] = backup.metadata.name_space;
  }
  view.spec.id = made.id;
  view.spec.kind = api::RestorePointKind::local;
  if (const auto time = parse_time(made.point.finished_at)) {
    view.status.created_at = *time;
    if (backup.spec.expires_after) view.spec.expires_at = *time + *backup.spec.expires_after;
  }
  // Nobody has read the data: how much it is, is not known.
  view.status.bytes.reset();
  for (auto& volume : view.status.volumes) {
    volume.bytes.reset();
    volume.files.reset();
  }
  return view;
}

Result<api::RestorePoint> find_restore_point(const Context& context, const Services& services, const std::string& own,
                                             const api::NamespacedReference& reference) {
  const std::string where = reference.name_space.value_or(own);
  TRY(check_scope(own, where, services.settings.system_namespace));
  auto found = services.client.get(context, api::RestorePoint::type(), where, reference.name);
  if (found) return api::from_json<api::RestorePoint>(*found);
  if (found.error().fault() != Fault::not_found) return fail(std::move(found).error());
  return fail(
      Error(Fault::not_found, fmt::format("there is no restore point {} in namespace {}", reference.name, where))
          .with_code("restore-point.not_found")
          .with_fix("kubectl get restorepoints -A lists them"));
}

Result<migrate::LocalPoint> open_local_point(const Context& context, kube::Client& client,
                                             const api::RestorePoint& point) {
  return migrate::read_local_point(context, client, point.metadata.name_space, key_of(point), point.spec.id);
}

Result<void> check_local_source(const Context& context, kube::Client& client, const migrate::LocalPoint& point) {
  const auto& stored = point.stored.point;
  if (stored.name_space == point.name_space && TRY(cluster_id(context, client)) == stored.cluster_id) return {};
  return fail(Error(Fault::auth, fmt::format("the local restore point is of namespace {} of cluster {}, not of {} here",
                                             stored.name_space, stored.cluster, point.name_space))
                  .with_code("scope.restore-point")
                  .with_fix("Restore an exported restore point; a local one is of its own cluster and namespace"));
}

Result<void> adopt_local_point(const Context& context, kube::Client& client, const api::RestorePoint& point) {
  const Json owner = {{"apiVersion", std::string(api::kApiVersion)},
                      {"kind", api::RestorePoint::type().kind},
                      {"name", point.metadata.name},
                      {"uid", point.metadata.uid}};
  return volume::adopt_point(context, client, point.metadata.name_space, key_of(point), owner);
}

Result<void> remove_orphaned_points(const Context& context, const Services& services, const std::string& name_space) {
  std::set<std::string> spared;
  for (const Json& each : services.stores.list(api::Backup::type())) {
    const auto backup = api::from_json<api::Backup>(each);
    if (backup && !is_over(backup->status)) spared.insert(migrate::local_point_key(backup->metadata.uid));
  }
  for (const Json& each : TRY(services.client.list_all(context, api::RestorePoint::type(), name_space))) {
    spared.insert(key_of(TRY(api::from_json<api::RestorePoint>(each))));
  }
  for (const auto& key : TRY(volume::find_orphaned_points(context, services.client, name_space, spared))) {
    observe::log_info("What a Backup left that was killed is removed", {{"namespace", name_space}, {"point", key}});
    TRY(volume::remove_point(context, services.client, name_space, key));
  }
  return {};
}

bool is_in_use(const Services& services, const api::RestorePoint& point) {
  using Reference = std::optional<api::NamespacedReference>;
  return names<api::Export>(services, point, [](const auto& each) { return each.spec.restore_point; }) ||
         names<api::Restore>(services, point, [](const auto& each) { return Reference(each.spec.restore_point); });
}

Result<std::size_t> apply_local_retention(const Context& context, const Services& services, const api::Backup& backup) {
  const auto rule = TRY(retention_of_policy(services, backup.metadata, &api::Retention::local));
  if (!rule) return 0;
  kube::ListOptions options;
  options.label_selector = fmt::format("{}={},{}={}", kPolicyLabel, policy_of(backup.metadata), kPolicyNamespaceLabel,
                                       backup.metadata.name_space);
  std::vector<api::RestorePoint> points;
  std::vector<policy::Time> times;
  for (const Json& each : TRY(services.client.list_all(context, api::RestorePoint::type(),
                                                       backup.spec.application.name_space, options))) {
    auto point = TRY(api::from_json<api::RestorePoint>(each));
    if (point.spec.kind != api::RestorePointKind::local || point.metadata.deletion_timestamp) continue;
    times.push_back(point.status.created_at.value_or(point.metadata.creation_timestamp.value_or(api::Time{})));
    points.push_back(std::move(point));
  }
  const auto keep = policy::kept(times, rule->retention, services.clock.wall(), rule->zone);
  std::size_t removed = 0;
  for (std::size_t at = 0; at < points.size(); ++at) {
    const auto& metadata = points[at].metadata;
    if (keep[at] || is_in_use(services, points[at])) continue;
    TRY(remove_restore_point(context, services.client, metadata.name_space, metadata.name));
    observe::log_info("A local restore point was removed by its policy's retention",
                      {{"namespace", metadata.name_space}, {"restorePoint", metadata.name}});
    ++removed;
  }
  return removed;
}

}  // namespace tranship::controller
