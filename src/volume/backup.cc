#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "base/parallel.h"
#include "base/units.h"
#include "mover/run.h"
#include "volume/cleanup.h"
#include "volume/mover_run.h"
#include "volume/run.h"
#include "volume/run_scope.h"
#include "volume/snapshot.h"

namespace tranship::volume {
namespace {

using State = VolumeProgress::State;

constexpr std::chrono::seconds kCleanUpMax{180};
constexpr std::size_t kWarningsMax = 1000;

std::string now() {
  return format_time(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

// One claim on its way: what it becomes, and what is there for it for the time being.
struct Work {
  const Claim* claim = nullptr;
  std::optional<TakenSnapshot> snapshot;
  bool kept = false;  // the snapshot was there before, and stays
  VolumeBackup backup;
};

class VolumesBackup {
 public:
  VolumesBackup(const Context& context, kube::Client& client, const Transport& transport,
            const MoverSettings& settings, const BackupVolumesOptions& options,
            const OnVolume& on_volume)
      : context_(context.with_stop(failed_.get_token())),
        client_(client),
        transport_(transport),
        settings_(settings),
        options_(options),
        on_volume_(on_volume) {}

  Result<std::vector<VolumeBackup>> run(const std::vector<Claim>& claims) {
    std::vector<Work> works;
    for (const Claim& claim : claims) {
      TRY(check_readable(claim));
      works.push_back({&claim, {}, false, begin_record(claim)});
      if (const auto kept = options_.kept_snapshots.find(claim.name); kept != options_.kept_snapshots.end()) {
        works.back().snapshot = kept->second;
        works.back().kept = true;
      }
      report(claim, State::waiting);
    }
    TRY(snapshot_all(works));
    if (options_.after_snapshots) TRY(options_.after_snapshots());
    TRY(read_all(works));
    std::vector<VolumeBackup> backups;
    for (Work& work : works) backups.push_back(std::move(work.backup));
    return backups;
  }

 private:
  void report(const Claim& claim, State state, mover::ProgressLine bytes = {},
              std::string detail = {}) const {
    if (on_volume_) on_volume_({claim.name, state, bytes, std::move(detail)});
  }

  bool is_snapshotted(const Claim& claim) const {
    return options_.snapshots && claim.snapshot_class && !options_.kept_snapshots.contains(claim.name);
  }

  Result<void> check_readable(const Claim& claim) const {
    if (claim.phase != "Bound")
      return fail(Fault::invalid,
                  fmt::format("claim {} is {}: it has no volume to read", claim.name, claim.phase));
    const bool exclusive = std::ranges::count(claim.access_modes, "ReadWriteOncePod") > 0;
    if (!exclusive || claim.mounts.empty() || is_snapshotted(claim)) return {};
    return fail(
        Error(
            Fault::invalid,
            fmt::format("claim {} is ReadWriteOncePod and pod {} has it: nothing else can read it",
                        claim.name, claim.mounts.front().pod))
            .with_code("volume.exclusive")
            .with_fix("Give its driver a VolumeSnapshotClass, or scale the workload to zero for "
                      "the backup."));
  }

  static VolumeBackup begin_record(const Claim& claim) {
    VolumeBackup backup;
    backup.record = {.claim = claim.name,
                     .block = claim.block,
                     .storage_class = claim.storage_class,
                     .provisioner = claim.provisioner,
                     .capacity = claim.capacity,
                     .access_modes = claim.access_modes};
    return backup;
  }

  Result<void> snapshot_all(std::vector<Work>& works) {
    std::vector<const Claim*> claims;
    for (const Work& work : works)
      if (is_snapshotted(*work.claim)) {
        claims.push_back(work.claim);
        report(*work.claim, State::snapshot);
      }
    const auto taken = TRY(take_snapshots(context_, client_, claims, settings_.run,
                                          [&](const std::string& claim, const std::string& detail) {
                                            if (on_volume_)
                                              on_volume_({claim, State::snapshot, {}, detail});
                                          }));
    std::size_t next = 0;
    for (Work& work : works)
      if (is_snapshotted(*work.claim)) work.snapshot = taken[next++];
    return {};
  }

  Result<void> read_all(std::vector<Work>& works) {
    std::mutex mutex;
    std::optional<Error> first;
    parallel_for(works.size(), settings_.volumes_at_once, [&](std::size_t i) {
      if (context_.stopped() && first) return;
      auto read = read_one(works[i]);
      report(*works[i].claim, read ? State::done : State::failed,
             read ? *read : mover::ProgressLine{}, read ? "" : read.error().text());
      if (read) return;
      std::lock_guard lock(mutex);
      if (!first) first = std::move(read).error().in("reading claim " + works[i].claim->name);
      failed_.request_stop();  // all claims or an error: the others need not go on
    });
    if (first) return fail(std::move(*first));
    return {};
  }

  // The final counts, for the last report.
  Result<mover::ProgressLine> read_one(Work& work) {
    const Claim& claim = *work.claim;
    app::VolumeRecord& record = work.backup.record;
    MoverPod pod{.name_space = claim.name_space, .claim = claim.name, .read_only = true};
    if (work.snapshot) {
      report(claim, State::snapshot, {}, "cloning");
      pod.claim = TRY(clone_snapshot(context_, client_, claim, *work.snapshot, settings_.run,
                                     [&](const std::string&, const std::string& detail) {
                                       report(claim, State::snapshot, {}, detail);
                                     }));
      record.consistency = app::Consistency::volume_snapshot;
      record.taken_at = work.snapshot->taken_at;
    } else {
      if (!claim.mounts.empty()) pod.node = claim.mounts.front().node;
      record.consistency =
          claim.mounts.empty() ? app::Consistency::unmounted : app::Consistency::live;
      record.taken_at = now();
    }
    TRY(fill_task(pod.task, claim));
    const auto on_event = [&](const MoverEvent& event) {
      report(claim, event.state, event.bytes, event.detail);
    };
    const mover::ResultLine result =
        TRY(run_mover(context_, client_, transport_, pod, settings_, claim.name, on_event));
    TRY(take_result(work, result));
    if (!work.snapshot) TRY(look_again(claim, record));
    TRY(remove_temporaries(work, pod.claim));
    return mover::ProgressLine{result.files, result.files,        result.bytes,
                               result.bytes, result.bytes_stored, true};
  }

  Result<void> fill_task(mover::Task& task, const Claim& claim) {
    task.id = settings_.run + "/" + claim.name;
    task.direction = mover::Direction::backup;
    task.block = claim.block;
    task.path = claim.block ? "/dev/volume" : "/volume";
    task.master_key = transport_.repository.master_key();
    task.location = transport_.location;
    task.compression_level = settings_.compression_level;
    const auto parent = options_.parents.find(claim.name);
    if (parent == options_.parents.end()) return {};
    if (!claim.block) {
      task.parent_tree = parent->second.subtree;
    } else if (parent->second.content.size() <= mover::kNodeBlobsMax) {
      task.parent_node = parent->second;
    } else {
      task.parent_tree = TRY(save_node_tree(context_, transport_.repository, parent->second));
      task.tree_name = kNodeName;
    }
    return {};
  }

  Result<void> take_result(Work& work, const mover::ResultLine& result) {
    work.backup.node = TRY(mover::volume_node(context_, transport_.repository, result));
    work.backup.bytes_stored = result.bytes_stored;
    work.backup.peak_memory_bytes = result.peak_memory_bytes;
    work.backup.record.files = result.files;
    work.backup.record.bytes = result.bytes;
    auto& warnings = work.backup.record.warnings;
    const auto add = [&](const std::vector<std::string>& paths, const std::string& what) {
      for (const std::string& path : paths)
        if (warnings.size() < kWarningsMax) warnings.push_back(what + path);
    };
    add(result.unreadable, "not read: ");
    add(result.changed_while_read, "changed while it was read: ");
    return {};
  }

  // A pod may have come while the volume was read: then nothing better than "live" is known.
  Result<void> look_again(const Claim& claim, app::VolumeRecord& record) {
    if (record.consistency != app::Consistency::unmounted) return {};
    for (const Json& pod : TRY(client_.list_all(context_, kube::types::pod(), claim.name_space))) {
      if (json_at(pod, {"metadata", "labels"}).contains(std::string(kRunLabel)) ||
          json_string(pod, {"spec", "nodeName"}).empty())
        continue;
      const Json& volumes = json_at(pod, {"spec", "volumes"});
      if (!volumes.is_array()) continue;
      for (const Json& volume : volumes)
        if (json_string(volume, {"persistentVolumeClaim", "claimName"}) == claim.name)
          record.consistency = app::Consistency::live;
    }
    return {};
  }

  // As early as possible: a clone may cost as much space as its volume.
  Result<void> remove_temporaries(const Work& work, const std::string& clone) {
    if (!work.snapshot) return {};
    TRY(remove_clone(context_, client_, work.claim->name_space, clone));
    if (work.kept) return {};
    return remove_snapshot(context_, client_, work.claim->name_space, *work.snapshot);
  }

  std::stop_source failed_;
  const Context context_;
  kube::Client& client_;
  const Transport& transport_;
  const MoverSettings& settings_;
  const BackupVolumesOptions& options_;
  const OnVolume& on_volume_;
};

}  // namespace

Result<std::vector<VolumeBackup>> back_up_volumes(const Context& context, kube::Client& client,
                                                  const Transport& transport,
                                                  const std::vector<Claim>& claims,
                                                  const MoverSettings& settings,
                                                  const BackupVolumesOptions& options,
                                                  const OnVolume& on_volume) {
  if (claims.empty()) {
    if (options.after_snapshots) TRY(options.after_snapshots());
    return std::vector<VolumeBackup>{};
  }
  const std::string name_space = claims.front().name_space;
  auto scope = TRY(RunScope::begin(context, client, name_space, settings.run));
  auto backups = VolumesBackup(context, client, transport, settings, options, on_volume).run(claims);
  scope.reset();
  auto cleaned =
      clean_up_run(Context().with_timeout(kCleanUpMax), client, name_space, settings.run);
  // An earlier run that was killed could not clean up after itself.
  if (backups && cleaned) cleaned = clean_up_dead_runs(context.with_timeout(kCleanUpMax), client, name_space);
  // A backup that is whole stays whole, but nobody is left in the dark about what is lying around.
  if (backups && !cleaned) backups->front().record.warnings.push_back(cleaned.error().text());
  return backups;
}

}  // namespace tranship::volume
