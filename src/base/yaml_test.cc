#include "base/yaml.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tranship {
namespace {

TEST(Yaml, types_plain_scalars_and_keeps_quoted_ones_text) {
  const Json value =
      parse_yaml_document("a: 1\nb: '1'\nc: true\nd: \"true\"\ne: ~\nf: 1.5\ng: yes\nh: 0x10\ni:\n").value();
  EXPECT_EQ(value["a"], 1);
  EXPECT_EQ(value["b"], "1");
  EXPECT_EQ(value["c"], true);
  EXPECT_EQ(value["d"], "true");
  EXPECT_TRUE(value["e"].is_null());
  EXPECT_EQ(value["f"], 1.5);
  EXPECT_EQ(value["g"], "yes");
  EXPECT_EQ(value["h"], 16);
  EXPECT_TRUE(value["i"].is_null());
}

TEST(Yaml, says_where_it_is_wrong) {
  const auto wrong = parse_yaml("a: [1, 2\nb: }");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().fault(), Fault::invalid);
  EXPECT_NE(wrong.error().what().find("line"), std::string::npos) << wrong.error().what();
}

TEST(Yaml, aliases_do_not_make_a_small_text_huge) {
  std::string text = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1), own = "a" + std::to_string(i);
    text += own + ": &" + own + " [" + before + ", " + before + "]\n";
  }
  EXPECT_EQ(parse_yaml(text).error().fault(), Fault::invalid);
  const std::string long_text = "a: &a \"" + std::string(10'000, 'x') + "\"\nb: [";
  std::string many = long_text;
  for (int i = 0; i < 3000; ++i) many += "*a,";
  EXPECT_EQ(parse_yaml(many + "*a]").error().fault(), Fault::invalid);
  EXPECT_TRUE(parse_yaml(long_text + "*a, *a, *a]"));
}

TEST(Yaml, ends_where_no_document_begins) {
  // The parser finds a document at such a comma again and again.
  for (const char* text : {", a", ", user: u", ",", "- a\n, b: c", "--- {}\n,"}) {
    EXPECT_EQ(parse_yaml(text).error().fault(), Fault::invalid) << text;
  }
}

TEST(Yaml, anchors_and_aliases) {
  EXPECT_EQ(parse_yaml_document("a: &x {n: [1, two]}\nb: *x\n").value(),
            Json::parse(R"({"a":{"n":[1,"two"]},"b":{"n":[1,"two"]}})"));
  EXPECT_EQ(parse_yaml_document("&k key: 1\nother: *k\n").value(), Json::parse(R"({"key":1,"other":"key"})"));
  EXPECT_EQ(parse_yaml("a: &x [*x]").error().fault(), Fault::invalid);
  EXPECT_EQ(parse_yaml("[1]: 2").error().fault(), Fault::invalid);
  EXPECT_EQ(parse_yaml(": 2").error().fault(), Fault::invalid);
}

TEST(Yaml, refuses_deep_nesting) {
  EXPECT_EQ(parse_yaml(std::string(300, '[') + std::string(300, ']')).error().fault(), Fault::invalid);
  std::string text = "- &a0 []\n";
  for (int i = 1; i < 300; ++i) text += fmt::format("- &a{} [*a{}]\n", i, i - 1);
  EXPECT_EQ(parse_yaml(text).error().fault(), Fault::invalid);
}

TEST(Yaml, reads_several_documents) {
  EXPECT_EQ(parse_yaml("a: 1\n---\nb: 2\n").value().size(), 2u);
  EXPECT_EQ(parse_yaml_document("a: 1\n---\nb: 2\n").error().fault(), Fault::invalid);
}

TEST(Yaml, long_keys_come_back) {
  const std::string key(2000, 'k');
  const Json value = {{key, Json::array({1, {{key, {{"a", key}}}, {"b", 2}}})}, {"c", {{key, Json::array({key})}}}};
  EXPECT_EQ(parse_yaml_document(to_yaml(value)).value(), value);
}

TEST(Yaml, comes_back_as_it_went) {
  const Json value =
      Json::parse(R"({"text":["yes","on","0123","1e5","1.10","null","~","","a: b","# c","-","web","x\ny"],
    "number":[0,-1,2.5],"empty":{},"none":[],"nested":[{"a":[[1,2],{"b":null}]},{"c":true}],"key with: colon":1})");
  const std::string text = to_yaml(value);
  EXPECT_EQ(parse_yaml_document(text).value(), value) << text;
}

}  // namespace
}  // namespace tranship
