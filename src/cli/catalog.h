#pragma once
// The commands as the program knows them: each with its options declared, found by its words. Help, completion and
// parsing work on this.

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/messages/messages.h"

namespace tranship::cli {

// Options every command has.
struct CommonOptions {
  std::string output = "text";
  std::string language;
  bool quiet = false;
  bool help = false;
  bool version = false;
  void add_to(Options& options);
};

struct CatalogEntry {
  std::unique_ptr<Command> command;
  Options options;  // its own, without the common ones
  std::string name() const { return std::string(command->name()); }
};

struct Catalog {
  std::vector<CatalogEntry> entries;
  // Null when `name` ("repository backup") is not a command.
  CatalogEntry* find(std::string_view name);
  // "repository" for "repository backup": words that need another one. Message key of a group: "group.<name>".
  std::set<std::string> groups() const;
  // The next words that may follow `prefix` ("" or a group), in the order of the catalog.
  std::vector<std::string> words_after(std::string_view prefix) const;
};

Catalog make_catalog();

}  // namespace tranship::cli
