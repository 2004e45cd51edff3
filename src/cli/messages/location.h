#pragma once
// The texts of the commands and options that concern locations.

#include <span>

#include "cli/messages/messages.h"

namespace tranship::cli {

std::span<const Message> location_messages();

}  // namespace tranship::cli
