#pragma once
// What becomes of each pack. Pure.

#include <optional>
#include <vector>

#include "repo/lock.h"
#include "repo/prune/pack_table.h"
#include "repo/prune/prune.h"

namespace tranship::repo {

// Whoever else works on the repository, by their locks.
struct OtherWriters {
  bool unknown = false;                      // locks that do not say since when they are held
  std::optional<std::int64_t> oldest_began;  // of the others, in nanoseconds since 1970
  bool any() const { return unknown || oldest_began.has_value(); }
};

OtherWriters other_writers(const std::vector<LockFile>& locks);

// Whether all who wrote this index file are done, so that what nothing needs of it is not just about to be needed.
bool settled(const IndexNotes& notes, const OtherWriters& others, std::chrono::milliseconds margin);

// Fills in every pack's fate.
void plan_prune(std::vector<PackState>& packs, const OtherWriters& others, const PruneOptions& options);

}  // namespace tranship::repo
