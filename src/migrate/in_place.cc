#include "migrate/in_place.h"

#include <fmt/format.h>

#include <algorithm>

#include "volume/snapshot.h"
#include "volume/standstill.h"

namespace tranship::migrate {
namespace {

// Pods may have long grace periods.
constexpr std::chrono::minutes kUnusedMax{10};
constexpr std::chrono::minutes kStartMax{2};

}  // namespace

InPlaceUpdate::InPlaceUpdate(const Context& context, kube::Client& client, const RestorePlan& plan,
                             std::string restore_point, Reporter& reporter, bool claims_anew)
    : context_(context),
      client_(client),
      plan_(plan),
      restore_point_(std::move(restore_point)),
      reporter_(reporter),
      claims_anew_(claims_anew) {}

std::set<std::string> InPlaceUpdate::claims() const {
  std::set<std::string> names;
  for (const auto& line : plan_.volumes) {
    if (line.in_place) names.insert(line.claim);
  }
  return names;
}

void InPlaceUpdate::tell(const std::string& claim, const std::string& detail) const {
  reporter_.volume(Phase::volumes_in, {claim, volume::VolumeProgress::State::waiting, {}, detail});
}

Result<void> InPlaceUpdate::begin() {
  if (!any()) return {};
  TRY(look());
  auto ready = stop();
  if (ready) ready = claims_anew_ ? set_volumes_aside() : take_snapshots();
  if (!ready && half_written_) return fail(explain(std::move(ready).error()));
  if (!ready) {
    // Nothing was written yet: the application goes on as it was, also when this run was stopped.
    const auto started =
        volume::start_workloads(Context().with_timeout(kStartMax), client_, plan_.target_namespace, {});
    if (!started) {
      return fail(std::move(ready).error().in("workloads stand still (" + started.error().what() + ")"));
    }
    return ready;
  }
  if (claims_anew_) return {};
  std::vector<std::string> updated;
  for (const auto& line : plan_.volumes) {
    if (line.in_place && line.action == "update") updated.push_back(line.claim);
  }
  return volume::begin_updates(context_, client_, plan_.target_namespace, updated, restore_point_);
}

Result<void> InPlaceUpdate::look() {
  found_ = TRY(volume::look_at_claims(context_, client_, plan_.target_namespace, claims()));
  half_written_ = std::ranges::any_of(
      found_, [](const auto& claim) { return volume::volume_state(claim.object).state == "updating"; });
  return {};
}

Result<void> InPlaceUpdate::stop() {
  const auto names = claims();
  const auto users = TRY(volume::find_users(context_, client_, plan_.target_namespace, names));
  TRY(volume::stop_workloads(context_, client_, users.workloads));
  return volume::wait_unused(context_, client_, plan_.target_namespace, names, kUnusedMax,
                             [&](const std::string& pods) { tell(*names.begin(), "waits for the end of " + pods); });
}

Result<void> InPlaceUpdate::take_snapshots() {
  std::vector<const volume::Claim*> wanted;
  for (const auto& claim : found_) {
    if (!claim.snapshot_class || claim.phase != "Bound") continue;
    // Of a claim that is half written the snapshot from before that is the one to go back to.
    if (volume::volume_state(claim.object).state != "updating") wanted.push_back(&claim);
  }
  const auto taken = volume::take_rollback_snapshots(
      context_, client_, wanted, [&](const std::string& claim, const std::string& detail) { tell(claim, detail); });
  if (!taken && taken.error().fault() == Fault::auth) {
    notes_.push_back("Without the right to make VolumeSnapshots there is no way back to the data from before");
    return {};
  }
  TRY(taken);
  for (const auto& claim : found_) {
    const auto there = client_.get(context_, kube::types::volume_snapshot(), plan_.target_namespace,
                                   volume::rollback_snapshot_name(claim.name));
    if (there) kept_.push_back(claim.name);
  }
  return {};
}

Result<void> InPlaceUpdate::set_volumes_aside() {
  for (const auto& claim : found_) TRY(volume::set_aside(context_, client_, claim.object));
  return {};
}

std::vector<volume::AsideVolume> InPlaceUpdate::aside() const {
  if (!claims_anew_) return {};
  std::set<std::string> all;
  for (const auto& line : plan_.volumes) all.insert(line.claim);
  const auto found =
      volume::find_aside(Context().with_timeout(kStartMax), client_, plan_.target_namespace, all);
  return found ? *found : std::vector<volume::AsideVolume>{};
}

std::vector<std::string> InPlaceUpdate::let_volumes_go() {
  std::vector<std::string> left;
  for (const auto& each : aside()) {
    const auto gone = volume::let_go(context_, client_, each);
    if (!gone) left.push_back(gone.error().text());
  }
  return left;
}

std::vector<std::string> InPlaceUpdate::way_back_notes() const {
  std::vector<std::string> notes = notes_;
  for (const auto& each : aside()) {
    notes.push_back(fmt::format("What claim {} held before is kept in PersistentVolume {}", each.claim, each.name));
  }
  for (const auto& claim : kept_) {
    notes.push_back(fmt::format("What claim {} held before is kept in VolumeSnapshot {}/{}", claim,
                                plan_.target_namespace, volume::rollback_snapshot_name(claim)));
  }
  return notes;
}

Error InPlaceUpdate::explain(Error error) const {
  if (!any() && aside().empty()) return error;
  std::string fix = error.fix().empty() ? "" : error.fix() + (error.fix().ends_with('.') ? " " : ". ");
  fix += "The workloads stand still until a restore has ended: restore again to go on";
  if (!kept_.empty()) {
    fix += "; or go back: make the claims anew from their data from before (VolumeSnapshots";
    for (const auto& claim : kept_) fix += " " + volume::rollback_snapshot_name(claim);
    fix += fmt::format(" in {}) and scale the workloads up (annotation {} says to what)", plan_.target_namespace,
                       volume::kStoppedAnnotation);
  }
  std::string volumes;
  for (const auto& each : aside()) volumes += fmt::format(" {} (claim {})", each.name, each.claim);
  if (!volumes.empty()) {
    fix += "; or go back: the volumes from before are kept aside, PersistentVolumes" + volumes +
           ": take spec.claimRef off, make the claims anew with spec.volumeName, and scale the workloads up";
  }
  const std::string code = error.code();
  return Error(error.fault(), error.what()).with_code(code).with_fix(fix);
}

Result<void> InPlaceUpdate::start(const restore::Plan& objects) {
  // Also without a claim to update: an earlier run of this restore may have ended before this.
  const bool existed = std::ranges::any_of(plan_.volumes, [](const auto& line) { return line.action != "create"; });
  // Of claims that are made anew there may have been none left.
  if (!existed && !claims_anew_) return {};
  std::map<std::string, Json> wanted;
  for (const auto& line : objects.items) {
    if (line.action == restore::Action::skip || line.action == restore::Action::conflict) continue;
    const auto reference = line.item.reference();
    if (reference.name_space == plan_.target_namespace) {
      wanted[reference.type.kind + " " + reference.name] = line.item.object;
    }
  }
  return volume::start_workloads(context_, client_, plan_.target_namespace, wanted);
}

std::vector<std::string> InPlaceUpdate::forget_way_back() {
  if (claims_anew_) return let_volumes_go();
  std::vector<std::string> left;
  for (const auto& line : plan_.volumes) {
    if (line.action == "create") continue;
    const auto removed = volume::remove_rollback_snapshot(context_, client_, plan_.target_namespace, line.claim);
    const bool there = !removed && removed.error().fault() != Fault::auth;
    if (there)
      left.push_back(fmt::format("VolumeSnapshot {} could not be removed: {}",
                                 volume::rollback_snapshot_name(line.claim), removed.error().what()));
  }
  kept_.clear();
  return left;
}

}  // namespace tranship::migrate
