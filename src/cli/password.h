#pragma once
// The passphrase of a repository or location: from --password-file, TRANSHIP_PASSWORD, or a prompt without echo.

#include <string>

#include "base/error.h"
#include "base/secret.h"

namespace tranship::cli {

// True when one can be had without asking.
bool password_given(const std::string& password_file);

// The file wins over the environment; one line end after the password does not count. Fault::invalid when there is
// none and nobody to ask, or when it is empty. `confirm`: asked for twice, for a password that is set.
Result<Secret> read_password(const std::string& password_file, bool confirm = false);

}  // namespace tranship::cli
