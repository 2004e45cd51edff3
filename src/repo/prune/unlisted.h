#pragma once
// Packs in the store that no index file lists: of writers that died, or of a prune that was cut off after it had taken
// them out of the index. What is in them is read from their headers, so that they are treated as marked packs are: kept
// for a while, and looked at again.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/context.h"
#include "repo/repository.h"

namespace tranship::repo {

struct UnlistedPacks {
  std::vector<Id> unreadable;  // files without a valid header
};

// Adds those of `there` (the packs in the store, with their sizes) that the index does not know to it.
Result<UnlistedPacks> add_unlisted_packs(const Context& context, Repository& repository,
                                         const std::unordered_map<Id, std::uint64_t>& there);

}  // namespace tranship::repo
