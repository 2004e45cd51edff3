#pragma once
// A plan as people read it: what blocks it first, then what was decided automatically, then the counts.

#include "cli/session.h"
#include "migrate/restore.h"

namespace tranship::cli {

// `every_object`: a line for each object, not only for those that need attention.
void print_plan(Session& session, const migrate::RestorePlan& plan, bool every_object);
void print_outcome(Session& session, const migrate::RestoreOutcome& outcome, const std::string& target_namespace);
// "1.2 GiB in 3,400 files, volume-snapshot".
std::string format_volume(const app::VolumeRecord& volume);
Json outcome_json(const migrate::RestoreOutcome& outcome);

}  // namespace tranship::cli
