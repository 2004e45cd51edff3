#include "controller/actions/export_retention.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "controller/location/locations.h"
#include "controller/location/restore_points.h"
#include "controller/policy/next_step.h"
#include "controller/policy/schedule_of.h"
#include "observe/log.h"
#include "repo/lock.h"

namespace tranship::controller {
namespace {

std::string policy_of(const api::Metadata& action) {
  const auto label = action.labels.find(kPolicyLabel);
  return label == action.labels.end() ? std::string() : label->second;
}

Result<void> remove_views(const Context& context, const Services& services, const std::string& id) {
  for (const Json& each : services.stores.list(api::RestorePoint::type())) {
    if (json_string(each, {"spec", "id"}) != id) continue;
    TRY(remove_restore_point(context, services.client, json_string(each, {"metadata", "namespace"}),
                             json_string(each, {"metadata", "name"})));
  }
  return {};
}

}  // namespace

Result<std::optional<policy::Retention>> retention_of_policy(const Services& services, const api::Metadata& action,
                                                             std::optional<api::RetentionRule> api::Retention::*rule,
                                                             std::string& zone) {
  if (policy_of(action).empty()) return std::optional<policy::Retention>();
  for (const Json& each : services.stores.list(api::Policy::type())) {
    const auto found = TRY(api::from_json<api::Policy>(each));
    if (found.metadata.name_space != action.name_space) continue;
    if (policy_label(found.metadata.name) != policy_of(action)) continue;
    if (!found.spec.retention || !((*found.spec.retention).*rule)) break;
    if (found.spec.schedule) {
      TRY(schedule_of(*found.spec.schedule));  // its time zone is known
      zone = found.spec.schedule->time_zone.value_or("");
    }
    return std::optional(retention_of(*((*found.spec.retention).*rule)));
  }
  return std::optional<policy::Retention>();
}

Result<std::string> policy_tag(const Context& context, const Services& services, const api::Export& object) {
  if (policy_of(object.metadata).empty()) return std::string();
  return fmt::format("policy={}/{}@{}", object.metadata.name_space, policy_of(object.metadata),
                     TRY(cluster_id(context, services.client)));
}

Result<std::size_t> apply_retention(const Context& context, const Services& services, const api::Export& object,
                                    migrate::ApplicationRepository& repository, const std::string& tag) {
  std::string zone;
  const auto retention = TRY(retention_of_policy(services, object.metadata, &api::Retention::exported, zone));
  if (tag.empty() || !retention || retention->empty()) return 0;
  const auto lock = TRY(repo::RepositoryLock::acquire(context, *repository.repository));
  const Context guarded = lock->guard(context);
  std::vector<repo::Snapshot> snapshots;
  std::vector<policy::Time> times;
  for (auto& snapshot : TRY(repository.repository->list_snapshots(guarded))) {
    if (std::ranges::find(snapshot.tags, tag) == snapshot.tags.end()) continue;
    times.push_back(TRY_IN("snapshot " + snapshot.id.brief(), parse_time(snapshot.time)));
    snapshots.push_back(std::move(snapshot));
  }
  const auto keep = policy::kept(times, *retention, services.clock.wall(), zone);
  std::size_t forgotten = 0;
  for (std::size_t at = 0; at < snapshots.size(); ++at) {
    if (keep[at]) continue;
    TRY(repository.repository->remove_snapshot(guarded, snapshots[at].id));
    TRY(remove_views(guarded, services, snapshots[at].id.hex()));
    observe::log_info("A restore point was forgotten by its policy's retention",
                      {{"application", repository.folder}, {"restorePoint", snapshots[at].id.hex()}});
    ++forgotten;
  }
  TRY(lock->release(context));
  return forgotten;
}

}  // namespace tranship::controller
