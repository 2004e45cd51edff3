#pragma once
// The texts of the commands that move applications.

#include <span>

#include "cli/messages/messages.h"

namespace tranship::cli {

std::span<const Message> migrate_messages();

}  // namespace tranship::cli
