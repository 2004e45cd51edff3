#pragma once
// The pages that are part of the binary (src/web), as answers to requests.

#include "net/http_server.h"

namespace tranship::api {

net::ServerResponse static_page(const net::ServerRequest& request);

}  // namespace tranship::api
