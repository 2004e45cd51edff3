#pragma once
// Errors as clients get them.

#include "base/json.h"

namespace tranship::api {

// {"code": "store.no_bucket", "message": "...", "fix": "..."}.
Json error_json(const Error& error);

}  // namespace tranship::api
