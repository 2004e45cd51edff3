#pragma once
// Turns how a transfer ended into an Error that says what happened and what to do. Private to the HTTP client.

#include "net/http_transfer.h"

namespace tranship::net {

// `host_was_reached`: this client talked to the host before, so a name that does not resolve now is an outage
// and not a spelling mistake.
Error transfer_error(const Transfer& transfer, const HttpOptions& options, bool host_was_reached);

}  // namespace tranship::net
