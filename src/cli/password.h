#pragma once
// The passphrase of a repository or location: from --password-file, TRANSHIP_PASSWORD, or a prompt without echo.

#include <string>

#include "base/context.h"
#include "base/error.h"
#include "base/secret.h"

namespace tranship::cli {

// Where one password comes from, and how it is asked for.
struct PasswordSource {
  std::string variable = "TRANSHIP_PASSWORD";
  std::string option = "--password-file";
  std::string question = "Password: ";
  std::string again = "Once more: ";
  bool confirm = false;  // asked for twice: for a password that is set
};

// True when one can be had without asking.
bool password_given(const std::string& password_file);

// The file wins over the environment; one line end after the password does not count. Fault::invalid when there is
// none and nobody to ask, or when it is empty. Ctrl-C at the prompt is Fault::cancelled.
Result<Secret> read_password(const Context& context, const std::string& password_file,
                             const PasswordSource& source = {});

}  // namespace tranship::cli
