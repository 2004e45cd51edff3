#include "cli/options/prune.h"

#include "base/units.h"

namespace tranship::cli {

void PruneChoice::add(Options& options) {
  options.value("--grace", "DURATION", grace, "repository.prune.grace");
  options.number("--max-unused", "PERCENT", unused_percent_max, "repository.prune.max_unused");
}

Result<repo::PruneOptions> PruneChoice::checked(bool dry_run) const {
  repo::PruneOptions options;
  options.dry_run = dry_run;
  if (unused_percent_max < 0 || unused_percent_max > 99) {
    return fail(Error(Fault::invalid, "--max-unused takes 0 to 99").with_code("usage"));
  }
  options.unused_percent_max = static_cast<int>(unused_percent_max);
  if (grace == "0") {
    options.grace = std::chrono::seconds(0);
  } else if (!grace.empty()) {
    options.grace = TRY_IN("--grace", parse_duration(grace));
  }
  return options;
}

}  // namespace tranship::cli
