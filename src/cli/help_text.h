#pragma once
// The text of --help, as complete as a manual page: usage, description, options, examples, environment, exit codes.

#include <string>
#include <string_view>

#include "cli/catalog.h"

namespace tranship::cli {

struct HelpStyle {
  Language language = Language::english;
  int columns = 80;
  bool colour = false;
};

std::string command_help(const CatalogEntry& entry, const HelpStyle& style);
// Of a group ("repository") or, with "", of the whole program.
std::string group_help(Catalog& catalog, std::string_view group, const HelpStyle& style);

}  // namespace tranship::cli
