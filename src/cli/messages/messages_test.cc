// Goal: every text that is asked for exists in both languages with the same placeholders. Method: walk the tables,
// and read the sources for keys.

#include "cli/messages/messages.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "cli/catalog.h"

namespace tranship::cli {
namespace {

std::multiset<std::string> placeholders(std::string_view text) {
  std::multiset<std::string> found;
  const std::string copy(text);
  static const std::regex pattern(R"(\{[^}]*\})");
  for (std::sregex_iterator at(copy.begin(), copy.end(), pattern), end; at != end; ++at) found.insert(at->str());
  return found;
}

TEST(Messages, EveryTextIsThereInBothLanguagesWithTheSamePlaceholders) {
  std::set<std::string_view> keys;
  for (const auto table : message_tables()) {
    for (const Message& entry : table) {
      EXPECT_TRUE(keys.insert(entry.key).second) << entry.key << " is there twice";
      EXPECT_FALSE(entry.english.empty()) << entry.key;
      EXPECT_FALSE(entry.chinese.empty()) << entry.key;
      EXPECT_EQ(placeholders(entry.english), placeholders(entry.chinese)) << entry.key;
    }
  }
  EXPECT_GT(keys.size(), 30u);
}

TEST(Messages, EveryKeyInTheSourcesHasAText) {
  static const std::regex call(R"re((?:text|message|tell)\((?:[\w.>-]+, )?"([a-z0-9_.-]+)")re");
  std::size_t calls = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(TRANSHIP_CLI_SOURCES)) {
    const std::string name = file.path().filename();
    if (!name.ends_with(".cc") || name.ends_with("_test.cc")) continue;
    std::stringstream content;
    content << std::ifstream(file.path()).rdbuf();
    const std::string source = content.str();
    for (std::sregex_iterator at(source.begin(), source.end(), call), end; at != end; ++at, ++calls) {
      const std::string key = (*at)[1];
      if (key.ends_with('.')) continue;  // the rest is put together at run time
      EXPECT_TRUE(has_message(key)) << name << " asks for " << key;
    }
  }
  EXPECT_GT(calls, 8u);
}

TEST(Messages, EveryCommandAndOptionHasItsTexts) {
  Catalog catalog = make_catalog();
  CommonOptions values;
  Options common;
  values.add_to(common);
  for (const Option& option : common.list()) EXPECT_TRUE(has_message(option.help)) << option.help;
  for (const std::string& group : catalog.groups()) EXPECT_TRUE(has_message("group." + group)) << group;
  for (const CatalogEntry& entry : catalog.entries) {
    const CommandHelp help = entry.command->help();
    EXPECT_TRUE(has_message(help.summary)) << entry.name();
    EXPECT_TRUE(help.description.empty() || has_message(help.description)) << entry.name();
    for (const Example& example : help.examples) EXPECT_TRUE(has_message(example.comment)) << example.comment;
    for (const auto& variable : help.environment) EXPECT_TRUE(has_message(variable.help)) << variable.help;
    for (const Option& option : entry.options.list()) EXPECT_TRUE(has_message(option.help)) << option.help;
  }
}

TEST(Messages, LanguageNames) {
  EXPECT_EQ(parse_language("zh_CN.UTF-8"), Language::chinese);
  EXPECT_EQ(parse_language("zh-CN"), Language::chinese);
  EXPECT_EQ(parse_language("en_GB"), Language::english);
  EXPECT_EQ(parse_language("C.UTF-8"), Language::english);
  EXPECT_EQ(parse_language("fr_FR"), std::nullopt);
  EXPECT_EQ(message(Language::english, "usage.required", "--x"), "--x is required");
  EXPECT_EQ(message(Language::chinese, "usage.required", "--x"), "缺少 --x");
  EXPECT_EQ(message(Language::english, "no.such.key"), "no.such.key");
}

}  // namespace
}  // namespace tranship::cli
