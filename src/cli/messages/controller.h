#pragma once
// The texts of the commands that concern the controller: install, uninstall, controller.

#include <span>

#include "cli/messages/messages.h"

namespace tranship::cli {

std::span<const Message> controller_messages();

}  // namespace tranship::cli
