#pragma once
// From arguments to a command with its options filled. The only place with CLI11.

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/catalog.h"

namespace tranship::cli {

struct ParsedLine {
  std::string words;             // command or group named: "repository backup", "repository", ""
  CatalogEntry* entry = nullptr;  // null: `words` is a group or empty, or only help was asked for
  CommonOptions common;
};

// `arguments` without the program's name. Fault::invalid, code "usage", with what is wrong and a near match.
// With --help or --version nothing else is required.
Result<ParsedLine> parse_line(Catalog& catalog, std::vector<std::string> arguments, Language language);
// --language of a line that need not be right, for the texts of its errors.
Language language_of(const std::vector<std::string>& arguments);

}  // namespace tranship::cli
