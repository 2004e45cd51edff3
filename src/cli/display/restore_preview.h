#pragma once
// What "repository restore --dry-run" tells: a walk of the snapshot beside the target, reading names and sizes only.

#include <cstdint>
#include <string>
#include <vector>

#include "base/context.h"
#include "base/error.h"
#include "repo/repository.h"

namespace tranship::cli {

struct RestorePreview {
  std::uint64_t files = 0, bytes = 0;      // of the snapshot
  std::uint64_t there = 0;                 // files of that name and size are in the target
  std::uint64_t others_count = 0;          // entries the snapshot does not have
  std::vector<std::string> others;         // the first thousand of them, relative to the target
  bool target_empty = true;
};

Result<RestorePreview> preview_restore(const Context& context, repo::Repository& repository, const Id& tree,
                                       const std::string& target);

}  // namespace tranship::cli
