#pragma once
// The texts of the repository commands, of passwords and of progress.

#include <span>
#include <vector>

#include "cli/messages/messages.h"

namespace tranship::cli {

std::vector<std::span<const Message>> repository_messages();

}  // namespace tranship::cli
