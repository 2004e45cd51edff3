#include <fmt/format.h>

#include <mutex>

#include "base/parallel.h"
#include "kube/watch.h"
#include "volume/cleanup.h"
#include "volume/mover_run.h"
#include "volume/run.h"
#include "volume/run_scope.h"

namespace tranship::volume {
namespace {

using State = VolumeProgress::State;

constexpr std::string_view kStateAnnotation = "tranship.io/volume-state";
constexpr std::string_view kRestorePointAnnotation = "tranship.io/restore-point";
constexpr std::chrono::seconds kCleanUpMax{180};

std::string annotation(const Json& object, std::string_view key) {
  return json_string(json_at(object, {"metadata", "annotations"}), {key});
}

class RestoreRun {
 public:
  RestoreRun(const Context& context, kube::Client& client, const Transport& transport,
             const MoverSettings& settings, const RestoreVolumesOptions& options,
             const OnVolume& on_volume)
      : context_(context.with_stop(failed_.get_token())),
        client_(client),
        transport_(transport),
        settings_(settings),
        options_(options),
        on_volume_(on_volume) {}

  Result<std::vector<RestoredVolume>> run(const std::vector<VolumeRestore>& volumes) {
    std::vector<RestoredVolume> restored(volumes.size());
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      restored[i].claim = json_string(volumes[i].claim, {"metadata", "name"});
      report(restored[i].claim, State::waiting);
    }
    // All claims first: one that is in the way is told before anything is written anywhere.
    for (std::size_t i = 0; i < volumes.size(); ++i)
      restored[i].kept = TRY(prepare(volumes[i], restored[i].claim));
    std::mutex mutex;
    std::optional<Error> first;
    parallel_for(volumes.size(), settings_.volumes_at_once, [&](std::size_t i) {
      if (context_.stopped() && first) return;
      auto filled = restored[i].kept ? Result<void>() : fill(volumes[i], restored[i]);
      const RestoredVolume& done = restored[i];
      const mover::ProgressLine counts{done.files, done.files, done.bytes, done.bytes, 0, true};
      report(done.claim, filled ? State::done : State::failed,
             filled ? counts : mover::ProgressLine{}, filled ? "" : filled.error().text());
      if (filled) return;
      std::lock_guard lock(mutex);
      if (!first) first = std::move(filled).error().in("filling claim " + done.claim);
      failed_.request_stop();
    });
    if (first) return fail(std::move(*first));
    return restored;
  }

 private:
  void report(const std::string& claim, State state, mover::ProgressLine bytes = {},
              std::string detail = {}) const {
    if (on_volume_) on_volume_({claim, state, bytes, std::move(detail)});
  }

  // Makes the claim, or finds the one an earlier run of this restore made: true when that is
  // complete.
  Result<bool> prepare(const VolumeRestore& volume, const std::string& name) {
    const Json claim = new_claim(volume.claim, options_.restore_point);
    auto created = client_.create(context_, kube::types::persistent_volume_claim(), claim);
    if (created) return false;
    if (!kube::has_reason(created.error(), "AlreadyExists"))
      return std::unexpected(std::move(created).error().in("making claim " + name));
    return check_existing(json_string(claim, {"metadata", "namespace"}), name, volume.update);
  }

  Result<bool> check_existing(const std::string& name_space, const std::string& name, bool update) {
    const Json claim =
        TRY(client_.get(context_, kube::types::persistent_volume_claim(), name_space, name));
    const auto [state, point] = volume_state(claim);
    if (state.empty() && !update) return fail(claim_exists(name_space, name, ""));
    if (!update && point != options_.restore_point)
      return fail(claim_exists(name_space, name, ", filled from restore point " + point.substr(0, 8)));
    if (!json_at(claim, {"metadata", "deletionTimestamp"}).is_null())
      return fail(claim_exists(name_space, name, " and is being deleted"));
    if (json_string(claim, {"status", "phase"}) == "Lost")
      return fail(claim_exists(name_space, name, " and its volume is lost"));
    if (state == "complete" && !update) return true;
    TRY(end_earlier_movers(name_space, name));
    return false;
  }

  // Two writers in one volume would be the end of it: what an interrupted run left goes first; a
  // run that lives wins.
  Result<void> end_earlier_movers(const std::string& name_space, const std::string& name) {
    const auto pods = TRY(client_.list_all(context_, kube::types::pod(), name_space,
                                           {.label_selector = temporary_selector()}));
    std::vector<std::string> runs;
    for (const Json& pod : pods)
      if (uses(pod, name))
        runs.push_back(json_string(json_at(pod, {"metadata", "labels"}), {kRunLabel}));
    if (runs.empty()) return {};
    std::vector<Leftover> earlier;
    for (const Leftover& leftover : TRY(find_leftovers(context_, client_, name_space))) {
      if (std::ranges::find(runs, leftover.run) == runs.end() || leftover.run == settings_.run)
        continue;
      if (leftover.alive)
        return fail(
            Error(Fault::conflict,
                  fmt::format("claim {} is being filled by another run ({})", name, leftover.run))
                .with_code("volume.busy")
                .with_fix("Wait until it is done, or stop it."));
      earlier.push_back(leftover);
    }
    return remove_leftovers(context_, client_, earlier);
  }

  static bool uses(const Json& pod, const std::string& claim) {
    const Json& volumes = json_at(pod, {"spec", "volumes"});
    if (!volumes.is_array()) return false;
    return std::ranges::any_of(volumes, [&](const Json& volume) {
      return json_string(volume, {"persistentVolumeClaim", "claimName"}) == claim;
    });
  }

  Result<void> fill(const VolumeRestore& volume, RestoredVolume& restored) {
    MoverPod pod{.name_space = json_string(volume.claim, {"metadata", "namespace"}),
                 .claim = restored.claim,
                 .read_only = false};
    mover::Task& task = pod.task;
    task.id = settings_.run + "/" + restored.claim;
    task.direction = mover::Direction::restore;
    task.block = volume.block;
    task.path = volume.block ? "/dev/volume" : "/volume";
    task.master_key = transport_.repository.master_key();
    task.location = transport_.location;
    TRY(say_what_to_write(task, volume));
    const auto on_event = [&](const MoverEvent& event) {
      report(restored.claim, event.state, event.bytes, event.detail);
    };
    const auto result =
        TRY(run_mover(context_, client_, transport_, pod, settings_, restored.claim, on_event));
    if (!result.failed.empty()) return fail(not_whole(result));
    restored.files = result.files;
    restored.files_unchanged = result.files_unchanged;
    restored.bytes = result.bytes;
    restored.peak_memory_bytes = result.peak_memory_bytes;
    return complete_claim(context_, client_, pod.name_space, restored.claim);
  }

  Result<void> say_what_to_write(mover::Task& task, const VolumeRestore& volume) {
    if (!volume.block || volume.node.content.size() <= mover::kNodeBlobsMax) {
      task.tree = volume.node.subtree;
      task.node = volume.node;
    } else if (!volume.tree.empty()) {
      task.tree = volume.tree;
      task.tree_name = volume.tree_name;
    } else {
      task.tree = TRY(save_node_tree(context_, transport_.repository, volume.node));
      task.tree_name = kNodeName;
    }
    return {};
  }

  static Error not_whole(const mover::ResultLine& result) {
    std::string some;
    for (std::size_t i = 0; i < std::min<std::size_t>(result.failed.size(), 5); ++i)
      some += (i ? "; " : "") + result.failed[i];
    return Error(Fault::permanent,
                 fmt::format("{} files could not be written: {}", result.failed.size(), some))
        .with_code("volume.not-whole")
        .with_fix(
            "Mend the reason and run the same command again: what is written already is kept.");
  }

  std::stop_source failed_;
  const Context context_;
  kube::Client& client_;
  const Transport& transport_;
  const MoverSettings& settings_;
  const RestoreVolumesOptions& options_;
  const OnVolume& on_volume_;
};

}  // namespace

VolumeState volume_state(const Json& claim) {
  return {annotation(claim, kStateAnnotation), annotation(claim, kRestorePointAnnotation)};
}

Result<void> begin_updates(const Context& context, kube::Client& client, const std::string& name_space,
                           const std::vector<std::string>& claims, const std::string& restore_point) {
  const Json patch = {{"metadata",
                       {{"annotations",
                         {{std::string(kStateAnnotation), "updating"},
                          {std::string(kRestorePointAnnotation), restore_point}}}}}};
  for (const std::string& claim : claims)
    TRY_IN("marking claim " + claim + " as being updated",
           client.patch(context, kube::types::persistent_volume_claim(), name_space, claim,
                        kube::PatchKind::merge, patch));
  return {};
}

Json new_claim(Json claim, const std::string& restore_point) {
  json_erase(claim, {"spec", "volumeName"});
  json_erase(claim, {"status"});
  Json& annotations = claim["metadata"]["annotations"];
  for (const char* bound :
       {"pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller",
        "volume.kubernetes.io/selected-node", "volume.kubernetes.io/storage-provisioner",
        "volume.beta.kubernetes.io/storage-provisioner"})
    if (annotations.is_object()) annotations.erase(bound);
  annotations[std::string(kStateAnnotation)] = "filling";
  annotations[std::string(kRestorePointAnnotation)] = restore_point;
  return claim;
}

Result<void> complete_claim(const Context& context, kube::Client& client,
                            const std::string& name_space, const std::string& claim) {
  const Json complete = {
      {"metadata", {{"annotations", {{std::string(kStateAnnotation), "complete"}}}}}};
  TRY_IN("marking claim " + claim + " complete",
         client.patch(context, kube::types::persistent_volume_claim(), name_space, claim,
                      kube::PatchKind::merge, complete));
  return {};
}

Error claim_exists(const std::string& name_space, const std::string& claim,
                   const std::string& why) {
  return Error(Fault::conflict,
               fmt::format("claim {} exists in {} already{}", claim, name_space, why))
      .with_code("volume.exists")
      .with_fix(
          "Restore into another namespace, or delete the claim when its data is not needed any "
          "more.");
}

Result<std::vector<RestoredVolume>> restore_volumes(const Context& context, kube::Client& client,
                                                    const Transport& transport,
                                                    std::vector<VolumeRestore> volumes,
                                                    const MoverSettings& settings,
                                                    const RestoreVolumesOptions& options,
                                                    const OnVolume& on_volume) {
  if (volumes.empty()) return std::vector<RestoredVolume>{};
  const std::string name_space = json_string(volumes.front().claim, {"metadata", "namespace"});
  auto scope = TRY(RunScope::begin(context, client, name_space, settings.run));
  auto restored = RestoreRun(context, client, transport, settings, options, on_volume).run(volumes);
  scope.reset();
  auto cleaned =
      clean_up_run(Context().with_timeout(kCleanUpMax), client, name_space, settings.run);
  // An earlier run that was killed could not clean up after itself.
  if (restored && cleaned) cleaned = clean_up_dead_runs(context.with_timeout(kCleanUpMax), client, name_space);
  if (restored && !cleaned) restored->front().warnings.push_back(cleaned.error().text());
  return restored;
}

}  // namespace tranship::volume
