#include "base/yaml.h"

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

TEST(Yaml, reads_several_documents) {
  EXPECT_EQ(parse_yaml("a: 1\n---\nb: 2\n").value().size(), 2u);
  EXPECT_EQ(parse_yaml_document("a: 1\n---\nb: 2\n").error().fault(), Fault::invalid);
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
