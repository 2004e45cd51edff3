#pragma once
// The texts of the token commands.

#include <span>

#include "cli/messages/messages.h"

namespace tranship::cli {

std::span<const Message> token_messages();

}  // namespace tranship::cli
