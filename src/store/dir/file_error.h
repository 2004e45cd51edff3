#pragma once
// errno of a file of a directory store as an Error with what a person can do about it.

#include <string>

#include "base/error.h"

namespace tranship::store {

// `doing`: "write", "create" ...; `path`: the file. ENOSPC and EDQUOT carry the code "store.full".
Error file_error(std::string_view doing, const std::string& path, int error_number);

}  // namespace tranship::store
