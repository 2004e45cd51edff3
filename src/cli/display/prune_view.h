#pragma once
// A prune with its progress shown, and what came of it.

#include "cli/session.h"
#include "repo/prune/prune.h"

namespace tranship::cli {

Result<repo::PruneResult> prune_with_progress(Session& session, repo::Repository& repository,
                                              const repo::PruneOptions& options);
Json prune_json(const repo::PruneResult& result);
void print_prune(Session& session, const repo::PruneResult& result);

}  // namespace tranship::cli
