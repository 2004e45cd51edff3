#include "migrate/backup.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "capture/read.h"
#include "capture/write.h"
#include "repo/lock.h"
#include "repo/write/virtual_directory.h"
#include "repo/write/writer.h"

namespace tranship::migrate {
namespace {

bool is_restore_point(const repo::Snapshot& snapshot) {
  return std::find(snapshot.tags.begin(), snapshot.tags.end(), kRestorePointTag) != snapshot.tags.end();
}

std::string now() {
  return format_time(std::chrono::system_clock::now());
}

// The volumes of the newest restore point: what is unchanged since is not read again. Loads the index.
Result<std::map<std::string, repo::Node>> parent_volumes(const Context& context, repo::Repository& repository,
                                                         Id& parent) {
  auto latest = find_restore_point(context, repository, "latest");
  // After the list of snapshots: what a snapshot needs was indexed before it was written.
  TRY(repository.load_index(context));
  if (!latest) {
    if (latest.error().fault() == Fault::not_found) return std::map<std::string, repo::Node>{};
    return fail(std::move(latest).error());
  }
  auto stored = TRY(capture::read_captured(context, repository, *latest));
  parent = latest->id;
  return std::move(stored.volumes);
}

class ApplicationBackup {
 public:
  ApplicationBackup(const Context& context, const BackupRequest& request, Reporter& reporter)
      : context_(context), request_(request), reporter_(reporter), repository_(*request.target.repository) {}

  Result<BackupOutcome> run() {
    const auto lock = TRY(repo::RepositoryLock::acquire(context_, repository_));
    const Context guarded = lock->guard(context_);
    Id parent;
    auto parents = TRY(parent_volumes(guarded, repository_, parent));
    TRY(read_volumes(guarded, std::move(parents)));
    BackupOutcome outcome = TRY(save(guarded, *lock, parent));
    TRY(lock->release(context_));
    return outcome;
  }

 private:
  Result<void> capture_manifests(const Context& context) {
    const PhaseScope phase(reporter_, Phase::capture);
    captured_ = TRY(capture::capture_manifests(context, request_.client, request_.discovery, request_.application,
                                               request_.capture));
    return {};
  }

  Result<void> read_volumes(const Context& context, std::map<std::string, repo::Node> parents) {
    volume::BackupVolumesOptions options;
    options.parents = std::move(parents);
    if (request_.local != nullptr) return read_local(context, std::move(options));
    auto claims = TRY(volume::find_claims(context, request_.client, request_.application));
    std::erase_if(claims, [&](const volume::Claim& claim) {
      if (claim.phase != "Pending") return false;
      warnings_.push_back(
          fmt::format("claim {} is not bound yet and holds no data; its manifest alone is kept", claim.name));
      return true;
    });
    started_at_ = now();
    options.snapshots = request_.snapshots;
    options.after_snapshots = [&] { return capture_manifests(context); };
    return read_claims(context, claims, options);
  }

  Result<void> read_local(const Context& context, volume::BackupVolumesOptions options) {
    const LocalPoint& local = *request_.local;
    captured_ = local.stored.captured;
    for (const auto& each : local.snapshots) options.kept_snapshots[each.claim] = each.snapshot;
    return read_claims(context, TRY(claims_of(context, request_.client, local)), options);
  }

  Result<void> read_claims(const Context& context, const std::vector<volume::Claim>& claims,
                           const volume::BackupVolumesOptions& options) {
    const PhaseScope phase(reporter_, Phase::volumes_out);
    const volume::Transport transport{repository_,
                                      request_.relayed ? std::nullopt : std::optional(request_.target.location)};
    volumes_ = TRY(volume::back_up_volumes(
        context, request_.client, transport, claims, request_.movers, options,
        [&](const volume::VolumeProgress& progress) { reporter_.volume(Phase::volumes_out, progress); }));
    return {};
  }

  Result<BackupOutcome> save(const Context& context, const repo::RepositoryLock& lock, const Id& parent) {
    const PhaseScope phase(reporter_, Phase::save);
    BackupOutcome outcome;
    outcome.point = describe();
    repo::VirtualDirectory root;
    for (const volume::VolumeBackup& each : volumes_) {
      outcome.point.volumes.push_back(as_it_was(each.record));
      outcome.bytes_stored += each.bytes_stored;
      outcome.mover_peak_memory_bytes = std::max(outcome.mover_peak_memory_bytes, each.peak_memory_bytes);
      root.add_node(capture::volume_path(each.record.claim, each.record.block), each.node);
    }
    capture::write_captured(captured_, outcome.point, root);
    repo::Writer writer(repository_);
    outcome.snapshot.tree = TRY(root.save(context, writer, 0));
    TRY(writer.flush(context));
    outcome.bytes_stored += writer.statistics().stored_bytes;
    fill(outcome.snapshot, parent);
    // The snapshot file makes it a restore point: only under a lock that was kept to the end.
    TRY(lock.held());
    outcome.snapshot.id = TRY(repository_.save_snapshot(context, outcome.snapshot));
    return outcome;
  }

  app::RestorePoint describe() const {
    if (request_.local != nullptr) {
      app::RestorePoint point = request_.local->stored.point;
      point.volumes.clear();
      return point;
    }
    app::RestorePoint point = capture::describe(captured_);
    point.started_at = started_at_;
    point.finished_at = now();
    for (const std::string& warning : warnings_) point.warnings.push_back(warning);
    return point;
  }

  // The instant and the class are those of the application's claim, not of a clone made later.
  app::VolumeRecord as_it_was(app::VolumeRecord record) const {
    if (request_.local == nullptr) return record;
    const auto& local = request_.local->stored.point.volumes;
    const auto found = std::ranges::find(local, record.claim, &app::VolumeRecord::claim);
    if (found == local.end()) return record;
    app::VolumeRecord was = *found;
    was.files = record.files;
    was.bytes = record.bytes;
    was.warnings.insert(was.warnings.end(), record.warnings.begin(), record.warnings.end());
    return was;
  }

  void fill(repo::Snapshot& snapshot, const Id& parent) const {
    snapshot.time = request_.local != nullptr ? request_.local->stored.point.finished_at : now();
    snapshot.parent = parent;
    snapshot.paths = {"/" + request_.application.name};
    snapshot.hostname = captured_.cluster;
    snapshot.username = "tranship";
    snapshot.tags = {std::string(kRestorePointTag), "application=" + request_.application.name};
    snapshot.tags.insert(snapshot.tags.end(), request_.tags.begin(), request_.tags.end());
    snapshot.program_version = "tranship " TRANSHIP_VERSION;
  }

  const Context& context_;
  const BackupRequest& request_;
  Reporter& reporter_;
  repo::Repository& repository_;
  capture::Captured captured_;
  std::vector<volume::VolumeBackup> volumes_;
  std::vector<std::string> warnings_;
  std::string started_at_;
};

}  // namespace

Result<BackupOutcome> back_up(const Context& context, const BackupRequest& request, Reporter& reporter) {
  return ApplicationBackup(context, request, reporter).run();
}

Result<std::vector<std::pair<repo::Snapshot, app::RestorePoint>>> list_restore_points(const Context& context,
                                                                                      repo::Repository& repository) {
  auto snapshots = TRY(repository.list_snapshots(context));
  TRY(repository.load_index(context));
  std::vector<std::pair<repo::Snapshot, app::RestorePoint>> points;
  for (auto snapshot = snapshots.rbegin(); snapshot != snapshots.rend(); ++snapshot) {
    if (!is_restore_point(*snapshot)) continue;
    auto point = TRY(capture::read_restore_point(context, repository, *snapshot));
    points.emplace_back(std::move(*snapshot), std::move(point));
  }
  return points;
}

Result<repo::Snapshot> find_restore_point(const Context& context, repo::Repository& repository, std::string_view name) {
  auto snapshots = TRY(repository.list_snapshots(context));
  std::erase_if(snapshots, [](const repo::Snapshot& snapshot) { return !is_restore_point(snapshot); });
  const auto none = [&](const std::string& what) {
    std::string ids;
    for (const auto& snapshot : snapshots) ids += (ids.empty() ? "" : ", ") + snapshot.id.brief();
    return fail(Error(Fault::not_found, what)
                    .with_code("restore-point.none")
                    .with_fix(ids.empty() ? "There is none yet: tranship backup makes one" : "There are: " + ids));
  };
  if (name == "latest" || name.empty()) {
    if (snapshots.empty()) return none("the repository holds no restore point");
    return snapshots.back();
  }
  std::erase_if(snapshots, [&](const repo::Snapshot& snapshot) { return !snapshot.id.hex().starts_with(name); });
  if (snapshots.size() == 1) return snapshots.front();
  if (snapshots.empty()) return none(fmt::format("there is no restore point {}", name));
  return fail(Error(Fault::invalid, fmt::format("{} is the beginning of {} restore points", name, snapshots.size()))
                  .with_fix("Give more of its digits"));
}

}  // namespace tranship::migrate
