#pragma once
// Texts of location add, export, import and policy: what the controller is asked to do.

#include <span>

#include "cli/messages/messages.h"

namespace tranship::cli {

std::span<const Message> action_messages();

}  // namespace tranship::cli
