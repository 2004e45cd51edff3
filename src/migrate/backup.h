#pragma once
// Backing an application up: claims, snapshots, manifests, volumes, and the snapshot file that makes it a restore
// point, last.

#include <optional>

#include "capture/capture.h"
#include "migrate/local_point.h"
#include "migrate/location_catalog.h"
#include "migrate/reporter.h"

namespace tranship::migrate {

struct BackupRequest {
  kube::Client& client;
  const kube::Discovery& discovery;
  app::Application application;
  ApplicationRepository& target;
  bool relayed = false;  // movers reach the store through the Kubernetes API (always for directories)
  volume::MoverSettings movers;
  capture::CaptureOptions capture;
  bool snapshots = true;
  // Beside those that every restore point has: what a later run of the same action finds its restore point by.
  std::vector<std::string> tags = {};
  // Data and manifests are those of this local restore point, which stays as it is; the new restore point has its time.
  const LocalPoint* local = nullptr;
};

struct BackupOutcome {
  repo::Snapshot snapshot;
  app::RestorePoint point;
  std::uint64_t bytes_stored = 0;             // new in the repository
  std::uint64_t mover_peak_memory_bytes = 0;  // the largest
};

// All or nothing: no restore point is written when a volume or a kind could not be read. What packs are there already
// stays and is found again by the next run. Temporary objects are removed, also when stopped.
Result<BackupOutcome> back_up(const Context& context, const BackupRequest& request, Reporter& reporter);

// The tag that tells restore points from other snapshots.
inline constexpr std::string_view kRestorePointTag = "tranship";

// Newest first, of the repository's restore points.
Result<std::vector<std::pair<repo::Snapshot, app::RestorePoint>>> list_restore_points(const Context& context,
                                                                                      repo::Repository& repository);
// "latest" or an id's beginning, among the restore points only.
Result<repo::Snapshot> find_restore_point(const Context& context, repo::Repository& repository, std::string_view name);

}  // namespace tranship::migrate
