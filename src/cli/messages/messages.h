#pragma once
// The texts of the command line in English and 简体中文: tables compiled in, one <area>.cc for each group of
// commands. Placeholders are numbered ({0}, {1}) so that a translation may reorder them.

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tranship::cli {

enum class Language { english, chinese };

struct Message {
  std::string_view key;  // "repository.backup.summary"
  std::string_view english;
  std::string_view chinese;
};

// Every table; a new area adds its own here and in messages.cc.
std::vector<std::span<const Message>> message_tables();
std::span<const Message> common_messages();

// The text with its placeholders filled; the key itself when there is no such text (a test finds those).
std::string message_with(Language language, std::string_view key, fmt::format_args arguments);
template <class... Values>
std::string message(Language language, std::string_view key, const Values&... values) {
  return message_with(language, key, fmt::make_format_args(values...));
}
bool has_message(std::string_view key);

std::string_view language_name(Language language);  // "en", "zh-CN"
// "en", "en_GB.UTF-8", "zh_CN.UTF-8", "zh-CN" ...; nothing for a language there are no texts in.
std::optional<Language> parse_language(std::string_view name);
// By LC_ALL, LC_MESSAGES, LANG, in this order; English otherwise.
Language language_of_environment();

}  // namespace tranship::cli
