#pragma once
// A migration: one application of one cluster into another (or another namespace of the same), in one go: checks and
// plan first, then backup, restore, ready. The same request again goes on where an earlier run ended.

#include "migrate/backup.h"
#include "migrate/completed.h"
#include "migrate/restore.h"

namespace tranship::migrate {

struct MigrationRequest {
  BackupRequest backup;
  RestoreRequest restore;
  bool fresh = false;  // take a new restore point even when an unfinished restore could go on with its own
  bool check_rights = true;
};

struct MigrationOutcome {
  repo::Snapshot snapshot;
  app::RestorePoint point;
  bool resumed = false;  // went on with an earlier run's restore point
  BackupOutcome backup;  // empty when resumed
  RestoreOutcome restore;
};

// What the source has and what the target would become: only reads.
struct MigrationPlan {
  RestorePlan restore;
  std::vector<volume::Claim> claims;
  // An unfinished restore of this application is in the target namespace: its restore point, when it is still there.
  std::optional<repo::Snapshot> unfinished;
  // The same migration was completed before: there is nothing to run.
  std::optional<CompletedMigration> completed;
};

// Faults: auth, code "capture.rights", lists every right that is missing on either side; conflict: source and target
// are the same namespace of the same cluster. The request's target needs no repository yet: nothing was backed up
// there, then.
Result<MigrationPlan> plan_migration(const Context& context, const MigrationRequest& request, Reporter& reporter);

// Needs the target's repository.
Result<MigrationOutcome> run_migration(const Context& context, const MigrationRequest& request,
                                       const MigrationPlan& plan, Reporter& reporter);

}  // namespace tranship::migrate
