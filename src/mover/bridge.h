#pragma once
// `tranship mover relay`: joins the stream of an exec session (standard input and output) to the mover's relay
// socket.

#include <chrono>
#include <string>

#include "base/context.h"

namespace tranship::mover {

// Until either end closes. The mover may not listen yet when exec is there: waits for it up to `patience`, then
// Fault::not_found. The descriptors stay the caller's.
Result<void> bridge_relay(const Context& context, const std::string& socket_path, int input, int output,
                          std::chrono::milliseconds patience = std::chrono::seconds(30));

}  // namespace tranship::mover
