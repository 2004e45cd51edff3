#pragma once
// Completion scripts for bash, zsh and fish: commands, options, their fixed values, files and directories.

#include <string>
#include <string_view>

#include "cli/catalog.h"

namespace tranship::cli {

// `shell`: "bash", "zsh" or "fish".
std::string completion_script(const Catalog& catalog, std::string_view shell, Language language);

}  // namespace tranship::cli
