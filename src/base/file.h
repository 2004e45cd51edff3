#pragma once
// Small whole files: read with a limit, written so that a crash leaves the old or the new content.

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tranship {

// Fault::not_found, auth (no rights), invalid (larger than bytes_max) or permanent.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max = 16u << 20);
// Writes beside and renames, with fsync. `mode`: permission bits of the file, 0600 for secrets.
Result<void> write_file(const std::filesystem::path& path, std::string_view content,
                        unsigned mode = 0600);
// An Error for the current errno: "open /x: Permission denied".
Error system_error(std::string_view doing, int error_number);

}  // namespace tranship
