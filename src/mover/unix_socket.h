#pragma once
// Unix stream sockets by path.

#include <string>

#include "base/error.h"

namespace tranship::mover {

// A listening socket that only this user may connect to; a file that is there already is replaced. The caller
// closes it.
Result<int> listen_at(const std::string& path);
// Fault::not_found when nobody listens there (yet). The caller closes it.
Result<int> connect_to(const std::string& path);

}  // namespace tranship::mover
