#include "volume/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/parallel.h"
#include "base/units.h"
#include "volume/local_point.h"
#include "volume/mover_pod.h"
#include "volume/removal.h"
#include "volume/run_scope.h"

namespace tranship::volume {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kCreatesAtOnce = 32;
constexpr std::chrono::minutes kInstantMax{10};
constexpr std::chrono::hours kReadyMax{6};
// Snapshot controllers report conflicts and busy storage as errors and succeed at the next try.
constexpr std::chrono::seconds kErrorPatience{60};
constexpr milliseconds kLookFirst{200};
constexpr milliseconds kLookMax{2000};

// Watches one snapshot's error text: a failure that lasts is given up on.
class ErrorPatience {
 public:
  // True when the same object has said "error" for too long.
  bool exhausted(const Json& snapshot) {
    const std::string message = json_string(snapshot, {"status", "error", "message"});
    if (message.empty()) {
      since_.reset();
      return false;
    }
    if (!since_) since_ = Context::Clock::now();
    return Context::Clock::now() - *since_ > kErrorPatience;
  }

 private:
  std::optional<Context::Clock::time_point> since_;
};

Error snapshot_error(const std::string& claim, const std::string& what) {
  return Error(Fault::permanent, fmt::format("the snapshot of claim {} failed: {}", claim, what))
      .with_code("volume.snapshot")
      .with_fix(
          "Look at the VolumeSnapshot's class and driver, or read the volumes without snapshots "
          "(--no-snapshots).");
}

Result<void> ask_for_snapshot(const Context& context, kube::Client& client, const Claim& claim,
                              Json metadata) {
  const Json snapshot = {{"apiVersion", "snapshot.storage.k8s.io/v1"},
                         {"kind", "VolumeSnapshot"},
                         {"metadata", std::move(metadata)},
                         {"spec",
                          {{"volumeSnapshotClassName", *claim.snapshot_class},
                           {"source", {{"persistentVolumeClaimName", claim.name}}}}}};
  TRY_IN("asking for a snapshot of claim " + claim.name,
         client.create(context, kube::types::volume_snapshot(), snapshot));
  return {};
}

// A class may keep contents when their snapshots go; ours are temporary.
Result<void> let_content_go(const Context& context, kube::Client& client,
                            const std::string& content) {
  const Json object = TRY(client.get(context, kube::types::volume_snapshot_content(), "", content));
  if (json_string(object, {"spec", "deletionPolicy"}) == "Delete") return {};
  const Json patch = {{"spec", {{"deletionPolicy", "Delete"}}}};
  TRY_IN("marking snapshot content " + content + " as temporary",
         client.patch(context, kube::types::volume_snapshot_content(), "", content,
                      kube::PatchKind::merge, patch));
  return {};
}

// The snapshots that were asked for, until each has its instant.
class Taking {
 public:
  Taking(kube::Client& client, const std::vector<const Claim*>& claims,
         std::vector<TakenSnapshot>& taken, std::string selector,
         const OnSnapshotDetail& on_detail)
      : client_(client),
        claims_(claims),
        taken_(taken),
        selector_(std::move(selector)),
        on_detail_(on_detail),
        patience_(claims.size()),
        bound_(claims.size(), false) {}

  // True when all are done.
  Result<bool> look(const Context& context) {
    const auto objects =
        TRY(client_.list_all(context, kube::types::volume_snapshot(), claims_.front()->name_space,
                             {.label_selector = selector_}));
    std::map<std::string, const Json*> by_name;
    for (const Json& object : objects) by_name[json_string(object, {"metadata", "name"})] = &object;
    bool all = true;
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      const auto found = by_name.find(taken_[i].name);
      if (found == by_name.end())
        return fail(snapshot_error(claims_[i]->name, "the VolumeSnapshot was deleted"));
      TRY(take(context, i, *found->second));
      all = all && !taken_[i].taken_at.empty() && bound_[i];
    }
    return all;
  }

  // Of the first that has no instant yet.
  std::string missing() const {
    for (std::size_t i = 0; i < claims_.size(); ++i)
      if (taken_[i].taken_at.empty() || !bound_[i]) return claims_[i]->name;
    return {};
  }

 private:
  Result<void> take(const Context& context, std::size_t i, const Json& object) {
    if (const std::string content =
            json_string(object, {"status", "boundVolumeSnapshotContentName"});
        !content.empty() && !bound_[i]) {
      TRY(let_content_go(context, client_, content));
      bound_[i] = true;
    }
    const std::string message = json_string(object, {"status", "error", "message"});
    if (patience_[i].exhausted(object)) return fail(snapshot_error(claims_[i]->name, message));
    if (!message.empty()) on_detail_(claims_[i]->name, message);
    taken_[i].taken_at = json_string(object, {"status", "creationTime"});
    // Old drivers report no time; readiness then says at least that it was taken before now.
    if (taken_[i].taken_at.empty() && json_bool(object, {"status", "readyToUse"}))
      taken_[i].taken_at =
          format_time(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    return {};
  }

  kube::Client& client_;
  const std::vector<const Claim*>& claims_;
  std::vector<TakenSnapshot>& taken_;
  const std::string selector_;
  const OnSnapshotDetail& on_detail_;
  std::vector<ErrorPatience> patience_;
  std::vector<bool> bound_;
};

// Looks again and again, at growing intervals, until `look` is true; `late` makes the error when
// the time is over.
Result<void> look_until(const Context& context, milliseconds at_most,
                        const std::function<Result<bool>(const Context&)>& look,
                        const std::function<Error()>& late) {
  const auto until = Context::Clock::now() + at_most;
  for (milliseconds wait = kLookFirst;; wait = std::min(wait * 3 / 2, kLookMax)) {
    auto done = look(context);
    if (!done && done.error().fault() != Fault::retryable)
      return std::unexpected(std::move(done).error());
    if (done && *done) return {};
    if (Context::Clock::now() > until) return fail(late());
    TRY(context.sleep(wait));
  }
}

Json clone_manifest(const Claim& claim, const TakenSnapshot& snapshot, const std::string& run,
                    const std::string& name, const std::string& size) {
  Json modes = json_at(claim.object, {"spec", "accessModes"});
  // The clone has one user, which gets by with the mode that every driver knows.
  for (const char* wanted : {"ReadWriteOnce", "ReadWriteMany"})
    if (std::ranges::count(claim.access_modes, wanted)) {
      modes = Json::array({wanted});
      break;
    }
  Json spec = {{"accessModes", modes},
               {"volumeMode", claim.block ? "Block" : "Filesystem"},
               {"dataSource",
                {{"apiGroup", "snapshot.storage.k8s.io"},
                 {"kind", "VolumeSnapshot"},
                 {"name", snapshot.name}}},
               {"resources", {{"requests", {{"storage", size}}}}}};
  if (!claim.storage_class.empty()) spec["storageClassName"] = claim.storage_class;
  return {{"apiVersion", "v1"},
          {"kind", "PersistentVolumeClaim"},
          {"metadata", temporary_metadata(claim.name_space, name, run, "clone")},
          {"spec", std::move(spec)}};
}

// Snapshots with this metadata, of each claim one, found by the selector.
Result<std::vector<TakenSnapshot>> take(const Context& context, kube::Client& client,
                                        const std::vector<const Claim*>& claims,
                                        const std::function<Json(const Claim&)>& metadata,
                                        const std::string& selector,
                                        const OnSnapshotDetail& on_detail) {
  std::vector<TakenSnapshot> taken(claims.size());
  if (claims.empty()) return taken;
  std::vector<Result<void>> asked(claims.size());
  // All in flight together: the instants should lie as close to each other as the storage allows.
  parallel_for(claims.size(), kCreatesAtOnce, [&](std::size_t i) {
    Json own = metadata(*claims[i]);
    taken[i].name = json_string(own, {"name"});
    asked[i] = ask_for_snapshot(context, client, *claims[i], std::move(own));
  });
  for (const auto& each : asked) TRY(each);
  Taking taking(client, claims, taken, selector, on_detail);
  TRY(look_until(
      context, kInstantMax, [&](const Context& looking) { return taking.look(looking); },
      [&] { return snapshot_error(taking.missing(), "it was not taken within ten minutes"); }));
  return taken;
}

constexpr std::string_view kRollbackRole = "rollback";

}  // namespace

Result<std::vector<TakenSnapshot>> take_snapshots(const Context& context, kube::Client& client,
                                                  const std::vector<const Claim*>& claims,
                                                  const std::string& run,
                                                  const OnSnapshotDetail& on_detail) {
  const auto metadata = [&](const Claim& claim) {
    return temporary_metadata(claim.name_space, temporary_name("snapshot", claim.name, run), run,
                              "snapshot");
  };
  return take(context, client, claims, metadata, temporary_selector(run), on_detail);
}

std::string rollback_snapshot_name(const std::string& claim) {
  return temporary_name("before", claim, "update");
}

Result<void> take_rollback_snapshots(const Context& context, kube::Client& client,
                                     const std::vector<const Claim*>& claims,
                                     const OnSnapshotDetail& on_detail) {
  for (const Claim* claim : claims)
    TRY(remove_rollback_snapshot(context, client, claim->name_space, claim->name));
  const auto metadata = [&](const Claim& claim) -> Json {
    return {{"name", rollback_snapshot_name(claim.name)},
            {"namespace", claim.name_space},
            {"labels",
             {{std::string(kManagedByLabel), "tranship"},
              {std::string(kRoleLabel), std::string(kRollbackRole)}}}};
  };
  const std::string selector =
      fmt::format("{}=tranship,{}={}", kManagedByLabel, kRoleLabel, kRollbackRole);
  TRY(take(context, client, claims, metadata, selector, on_detail));
  return {};
}

Result<void> remove_rollback_snapshot(const Context& context, kube::Client& client,
                                      const std::string& name_space, const std::string& claim) {
  return remove_and_wait(context, client, kube::types::volume_snapshot(), name_space,
                         rollback_snapshot_name(claim));
}

Result<std::vector<TakenSnapshot>> take_point_snapshots(const Context& context,
                                                        kube::Client& client,
                                                        const std::vector<const Claim*>& claims,
                                                        const std::string& run,
                                                        const std::string& point,
                                                        const OnSnapshotDetail& on_detail) {
  const auto metadata = [&](const Claim& claim) {
    Json own = temporary_metadata(claim.name_space, temporary_name("point", claim.name, point), run,
                                  kPointRole);
    own["labels"][std::string(kPointLabel)] = point;
    return own;
  };
  return take(context, client, claims, metadata, temporary_selector(run), on_detail);
}

Result<Json> wait_snapshot_ready(const Context& context, kube::Client& client,
                                 const std::string& name_space, const std::string& claim,
                                 const TakenSnapshot& snapshot, const OnSnapshotDetail& on_detail) {
  Json ready;
  ErrorPatience patience;
  const auto look = [&](const Context& looking) -> Result<bool> {
    ready = TRY(client.get(looking, kube::types::volume_snapshot(), name_space, snapshot.name));
    const std::string message = json_string(ready, {"status", "error", "message"});
    if (patience.exhausted(ready)) return fail(snapshot_error(claim, message));
    if (!message.empty()) on_detail(claim, message);
    return json_bool(ready, {"status", "readyToUse"});
  };
  TRY(look_until(context, kReadyMax, look,
                 [&] { return snapshot_error(claim, "it was not ready within six hours"); }));
  return ready;
}

std::string size_for(const std::string& capacity, const Json& snapshot) {
  const std::string restore_size = json_string(snapshot, {"status", "restoreSize"});
  const auto needed = parse_quantity(restore_size);
  const auto known = parse_quantity(capacity);
  return needed && (!known || *needed > *known) ? restore_size : capacity;
}

Result<std::string> clone_snapshot(const Context& context, kube::Client& client, const Claim& claim,
                                   const TakenSnapshot& snapshot, const std::string& run,
                                   const OnSnapshotDetail& on_detail) {
  const Json ready = TRY(
      wait_snapshot_ready(context, client, claim.name_space, claim.name, snapshot, on_detail));
  const std::string name = temporary_name("clone", claim.name, run);
  const Json clone = clone_manifest(claim, snapshot, run, name, size_for(claim.capacity, ready));
  TRY_IN("cloning the snapshot of claim " + claim.name,
         client.create(context, kube::types::persistent_volume_claim(), clone));
  return name;
}

Result<void> remove_clone(const Context& context, kube::Client& client,
                          const std::string& name_space, const std::string& clone) {
  return remove_and_wait(context, client, kube::types::persistent_volume_claim(), name_space,
                         clone);
}

Result<void> remove_snapshot(const Context& context, kube::Client& client,
                             const std::string& name_space, const TakenSnapshot& snapshot) {
  return remove_and_wait(context, client, kube::types::volume_snapshot(), name_space,
                         snapshot.name);
}

}  // namespace tranship::volume
