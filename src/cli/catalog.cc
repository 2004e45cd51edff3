#include "cli/catalog.h"

#include <algorithm>

#include "cli/commands.h"

namespace tranship::cli {

void CommonOptions::add_to(Options& options) {
  options.value("--output,-o", "FORMAT", output, "option.output").choices({"text", "json"});
  options.value("--language", "LANGUAGE", language, "option.language").choices({"en", "zh-CN"});
  options.flag("--quiet,-q", quiet, "option.quiet");
  options.flag("--help,-h", help, "option.help");
  options.flag("--version", version, "option.version");
}

CatalogEntry* Catalog::find(std::string_view name) {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const CatalogEntry& entry) { return entry.command->name() == name; });
  return found == entries.end() ? nullptr : &*found;
}

std::set<std::string> Catalog::groups() const {
  std::set<std::string> groups;
  for (const CatalogEntry& entry : entries) {
    const std::string name = entry.name();
    for (std::size_t at = name.find(' '); at != std::string::npos; at = name.find(' ', at + 1)) {
      groups.insert(name.substr(0, at));
    }
  }
  return groups;
}

std::vector<std::string> Catalog::words_after(std::string_view prefix) const {
  const std::string start = prefix.empty() ? "" : std::string(prefix) + " ";
  std::vector<std::string> words;
  for (const CatalogEntry& entry : entries) {
    const std::string name = entry.name();
    if (entry.command->hidden() || !name.starts_with(start)) continue;
    const std::string word = name.substr(start.size(), name.find(' ', start.size()) - start.size());
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

Catalog make_catalog() {
  Catalog catalog;
  for (auto& command : all_commands()) {
    CatalogEntry& entry = catalog.entries.emplace_back();
    entry.command = std::move(command);
    entry.command->add_options(entry.options);
  }
  return catalog;
}

}  // namespace tranship::cli
