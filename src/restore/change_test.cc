// Goal: a change is told by where it is and what it was, and a Secret's values by nobody.

#include "restore/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tranship::restore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> texts(const Json& before, const Json& after) {
  std::vector<std::string> result;
  for (const Change& change : changes_between(before, after)) result.push_back(change.to_string());
  return result;
}

TEST(Change, tells_what_was_and_what_will_be) {
  const Json before = {{"spec", {{"replicas", 1}, {"paused", true}, {"same", "x"}}}};
  const Json after = {{"spec", {{"replicas", 2}, {"host", "a.example"}, {"same", "x"}}}};
  EXPECT_THAT(texts(before, after), ElementsAre("spec.host: (none) -> \"a.example\"", "spec.replicas: 1 -> 2",
                                                "spec.paused: true -> (none)"));
}

TEST(Change, finds_items_of_lists_by_their_names) {
  const Json before = {{"containers", {{{"name", "log"}, {"image", "l:1"}}, {{"name", "web"}, {"image", "w:1"}}}}};
  const Json after = {{"containers", {{{"name", "web"}, {"image", "w:2"}}, {{"name", "log"}, {"image", "l:1"}}}}};
  EXPECT_THAT(texts(before, after), ElementsAre("containers[web].image: \"w:1\" -> \"w:2\""));
}

TEST(Change, takes_lists_without_names_as_a_whole) {
  EXPECT_THAT(texts({{"args", {"a", "b"}}}, {{"args", {"a"}}}), ElementsAre("args: [\"a\",\"b\"] -> [\"a\"]"));
  const Json twice = {{"env", {{{"name", "A"}, {"value", "1"}}, {{"name", "A"}, {"value", "2"}}}}};
  EXPECT_EQ(texts(twice, {{"env", Json::array()}}).size(), 1u);
}

TEST(Change, never_shows_what_a_secret_holds) {
  const auto secret = [](const std::string& value) {
    return Json{{"apiVersion", "v1"},
                {"kind", "Secret"},
                {"metadata", {{"annotations", {{"last-applied", "{\"data\": \"" + value + "\"}"}}}}},
                {"data", {{"password", value}}}};
  };
  EXPECT_THAT(texts(secret("old"), secret("new")),
              ElementsAre("data.password: changed", "metadata.annotations.last-applied: changed"));
}

TEST(Change, shortens_long_values_between_characters_and_long_lists) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "船";
  const auto shortened = texts({{"a", text}}, {{"a", "b"}});
  EXPECT_THAT(shortened, ElementsAre(HasSubstr("船...")));
  EXPECT_LT(shortened[0].size(), 100u);
  Json before, after;
  for (int i = 0; i < 50; ++i) after["key" + std::to_string(i)] = i;
  EXPECT_EQ(changes_between(before = Json::object(), after).size(), 20u);
}

}  // namespace
}  // namespace tranship::restore
