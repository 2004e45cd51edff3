#pragma once
// The keys of a repository, printed: for "repository key list" and "repository list keys".

#include <vector>

#include "cli/session.h"
#include "repo/repository.h"

namespace tranship::cli {

void show_keys(Session& session, const std::vector<repo::KeyInfo>& keys);

}  // namespace tranship::cli
