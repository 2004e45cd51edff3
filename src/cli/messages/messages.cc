#include "cli/messages/messages.h"

#include <cstdlib>
#include <unordered_map>

#include "cli/messages/action.h"
#include "cli/messages/controller.h"
#include "cli/messages/location.h"
#include "cli/messages/migrate.h"
#include "cli/messages/repository.h"
#include "cli/messages/token.h"

namespace tranship::cli {
namespace {

const std::unordered_map<std::string_view, const Message*>& all_messages() {
  static const auto messages = [] {
    std::unordered_map<std::string_view, const Message*> map;
    for (const auto table : message_tables()) {
      for (const Message& entry : table) map.emplace(entry.key, &entry);
    }
    return map;
  }();
  return messages;
}

}  // namespace

std::vector<std::span<const Message>> message_tables() {
  std::vector<std::span<const Message>> tables = {common_messages(), migrate_messages(), location_messages(),
                                                 controller_messages(), action_messages(), token_messages()};
  for (const auto table : repository_messages()) tables.push_back(table);
  return tables;
}

bool has_message(std::string_view key) { return all_messages().contains(key); }

std::string message_with(Language language, std::string_view key, fmt::format_args arguments) {
  const auto found = all_messages().find(key);
  if (found == all_messages().end()) return std::string(key);
  const Message& entry = *found->second;
  const std::string_view text = language == Language::chinese ? entry.chinese : entry.english;
  try {
    return fmt::vformat(fmt::string_view(text.data(), text.size()), arguments);
  } catch (const fmt::format_error&) {
    return std::string(text);
  }
}

std::string_view language_name(Language language) { return language == Language::chinese ? "zh-CN" : "en"; }

std::optional<Language> parse_language(std::string_view name) {
  const std::string_view base = name.substr(0, name.find_first_of("_-.@"));
  if (base == "zh") return Language::chinese;
  if (base == "en" || base == "C" || base == "POSIX") return Language::english;
  return std::nullopt;
}

Language language_of_environment() {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    return parse_language(value).value_or(Language::english);
  }
  return Language::english;
}

}  // namespace tranship::cli
