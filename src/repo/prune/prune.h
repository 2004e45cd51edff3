#pragma once
// Frees what no snapshot needs, beside writers and readers that go on (docs/format/repository.md, "Prune"). One run
// does both phases: packs that an earlier run marked, long enough ago and with nobody left who might know them
// unmarked, are removed; and what nothing needs now is marked. Packs of which only a part is needed are copied first,
// as they are sealed.
//
// Cut off anywhere it leaves a whole repository, and the next run ends what it began.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "repo/progress.h"
#include "repo/repository.h"

namespace tranship::repo {

struct PruneOptions {
  // How long a pack stays marked before it is removed: longer than anybody reads a restore point. 0: everything at
  // once, under the exclusive lock of restic; nobody may then be reading.
  std::chrono::milliseconds grace = std::chrono::hours(24);
  // Up to this much of the repository may be what nothing needs, rather than being copied about; 0 to 99.
  int unused_percent_max = 5;
  // Packs smaller than a quarter of this are put together when there are many.
  std::uint32_t pack_bytes = 16u << 20;
  // Nothing is written. Open the repository on a store::DryRunStore, so that no lock is written either.
  bool dry_run = false;
  // By how much the clocks of those who work on the repository may differ.
  std::chrono::milliseconds clock_margin = std::chrono::hours(1);
  std::chrono::milliseconds lock_wait{0};    // as LockOptions
  std::chrono::milliseconds lock_settle{200};
  std::function<std::chrono::system_clock::time_point()> now = [] { return std::chrono::system_clock::now(); };
};

struct PackTotal {
  std::uint64_t packs = 0, bytes = 0;
  void add(std::uint64_t pack_bytes) { ++packs, bytes += pack_bytes; }
};

struct PruneResult {
  std::uint64_t snapshots = 0;
  PackTotal before;              // all packs there were
  std::uint64_t bytes_used = 0;  // of blobs that snapshots need, each once
  PackTotal removed;             // now gone
  PackTotal marked;              // will be removed by a later run; those that were copied from too
  PackTotal waiting;             // marked by earlier runs, not removed yet
  PackTotal revived;             // had been marked and are needed again
  PackTotal copied;              // packs that were copied from
  std::uint64_t bytes_copied = 0;  // what came of them
  PackTotal busy;                // nothing needs them, but a backup under way may have just written them
  // When the first of `waiting` and `marked` may be removed.
  std::optional<std::chrono::system_clock::time_point> next;
  std::vector<std::string> holders;  // of the locks for which `waiting` or `busy` wait
  std::vector<std::string> hints;    // what else was met
};

// Fault::conflict (code "repository.locked"): another prune runs, or somebody holds an exclusive lock (with grace 0:
// any lock). Fault::corrupt (code "repository.damaged"): something that snapshots need is missing; nothing was
// changed. `progress`: files are trees that were followed, bytes are copied ones.
Result<PruneResult> prune(const Context& context, Repository& repository, const PruneOptions& options,
                          Progress& progress);

}  // namespace tranship::repo
