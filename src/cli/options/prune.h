#pragma once
// How a prune is asked for: `repository prune` and `repository forget --prune`.

#include <cstdint>
#include <string>

#include "cli/options.h"
#include "repo/prune/prune.h"

namespace tranship::cli {

struct PruneChoice {
  std::string grace;
  std::int64_t unused_percent_max = 5;

  void add(Options& options);  // --grace, --max-unused
  // Fault::invalid (code "usage").
  Result<repo::PruneOptions> checked(bool dry_run) const;
};

}  // namespace tranship::cli
