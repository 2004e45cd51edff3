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

struct Old {
  std::size_t found = 0;
  std::vector<Id> gone;
};

Result<Old> find_old(const Context& context, const Services& services, repo::Repository& repository,
                     const PolicyRetention& rule, const std::string& tag) {
  std::vector<Id> ids;
  std::vector<policy::Time> times;
  for (const auto& snapshot : TRY(repository.list_snapshots(context))) {
    if (std::ranges::find(snapshot.tags, tag) == snapshot.tags.end()) continue;
    times.push_back(TRY_IN("snapshot " + snapshot.id.brief(), parse_time(snapshot.time)));
    ids.push_back(snapshot.id);
  }
  const auto keep = policy::kept(times, rule.retention, services.clock.wall(), rule.zone);
  Old old{ids.size(), {}};
  for (std::size_t at = 0; at < ids.size(); ++at) {
    if (!keep[at]) old.gone.push_back(ids[at]);
  }
  return old;
}

}  // namespace

Result<std::optional<PolicyRetention>> retention_in(const api::Policy& policy, RetentionMember member) {
  const auto& retention = policy.spec.retention;
  if (!retention || !((*retention).*member)) return std::optional<PolicyRetention>();
  PolicyRetention found{retention_of(*((*retention).*member)), {}};
  if (found.retention.empty()) return std::optional<PolicyRetention>();
  if (policy.spec.schedule) {
    TRY(schedule_of(*policy.spec.schedule));  // its time zone is known
    found.zone = policy.spec.schedule->time_zone.value_or("");
  }
  return std::optional(std::move(found));
}

Result<std::optional<PolicyRetention>> retention_of_policy(const Services& services, const api::Metadata& action,
                                                           RetentionMember member) {
  if (policy_of(action).empty()) return std::optional<PolicyRetention>();
  for (const Json& each : services.stores.list(api::Policy::type())) {
    const auto found = TRY(api::from_json<api::Policy>(each));
    if (found.metadata.name_space != action.name_space) continue;
    if (policy_label(found.metadata.name) == policy_of(action)) return retention_in(found, member);
  }
  return std::optional<PolicyRetention>();
}

std::string policy_tag(const std::string& name_space, const std::string& label, const std::string& cluster_id) {
  return fmt::format("policy={}/{}@{}", name_space, label, cluster_id);
}

Result<std::string> policy_tag(const Context& context, const Services& services, const api::Export& object) {
  const std::string label = policy_of(object.metadata);
  if (label.empty()) return std::string();
  return policy_tag(object.metadata.name_space, label, TRY(cluster_id(context, services.client)));
}

Result<Thinned> thin_repository(const Context& context, const Services& services,
                                migrate::ApplicationRepository& repository, const PolicyRetention& rule,
                                const std::string& tag) {
  repo::Repository& opened = *repository.repository;
  const Old seen = TRY(find_old(context, services, opened, rule, tag));
  if (seen.gone.empty()) return Thinned{seen.found, 0};
  const auto lock = TRY(repo::RepositoryLock::acquire(context, opened));
  const Context guarded = lock->guard(context);
  // Others may have forgotten some while the lock was waited for: the newest that is left must stay.
  const Old old = TRY(find_old(guarded, services, opened, rule, tag));
  for (const Id& id : old.gone) {
    TRY(opened.remove_snapshot(guarded, id));
    TRY(remove_views(guarded, services, id.hex()));
    observe::log_info("A restore point was forgotten by its policy's retention",
                      {{"application", repository.folder}, {"restorePoint", id.hex()}});
  }
  TRY(lock->release(context));
  return Thinned{old.found, old.gone.size()};
}

Result<std::size_t> apply_retention(const Context& context, const Services& services, const api::Export& object,
                                    migrate::ApplicationRepository& repository, const std::string& tag) {
  const auto rule = TRY(retention_of_policy(services, object.metadata, &api::Retention::exported));
  if (tag.empty() || !rule) return 0;
  return TRY(thin_repository(context, services, repository, *rule, tag)).forgotten;
}

}  // namespace tranship::controller
