#pragma once
// Counts what a backup has to do while it is under way already.

#include "base/context.h"
#include "repo/progress.h"

namespace tranship::repo {

// Adds the regular files below the open directory and their bytes to the totals; leaves `scanned` to the caller.
void scan_directory(const Context& context, int directory, bool one_file_system, Progress& progress);

}  // namespace tranship::repo
