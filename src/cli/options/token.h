#pragma once
// Where a command gets a transfer token from (never an argument: others could read it), the keys of this target that
// sealed tokens are for, and the folder both and the user's own location live in.

#include <filesystem>
#include <optional>
#include <string>

#include "base/secret.h"
#include "crypto/box.h"

namespace tranship::cli {

// $XDG_DATA_HOME/tranship or ~/.local/share/tranship, made (0700) when it is not there.
Result<std::filesystem::path> data_folder();

// From the file ("-": standard input), else from TRANSHIP_TOKEN; nothing when neither is given.
Result<std::optional<Secret>> read_token(const std::string& file);

// The keys of this target (file target-key, 0600). Nothing when there are none yet and `make` is not set.
Result<std::optional<crypto::BoxKeyPair>> own_target_keys(bool make);

}  // namespace tranship::cli
