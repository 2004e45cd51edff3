#include "base/json.h"

#include <gtest/gtest.h>

namespace tranship {
namespace {

TEST(Json, refuses_what_is_not_json) {
  EXPECT_EQ(parse_json("{\"a\":").error().fault(), Fault::corrupt);
  EXPECT_EQ(parse_json("").error().fault(), Fault::corrupt);
}

TEST(Json, refuses_deep_nesting_before_it_exhausts_the_stack) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(parse_json(deep).error().fault(), Fault::corrupt);
}

TEST(Json, does_not_repeat_what_it_could_not_read) {
  const auto error = parse_json(R"({"masterKey":"c2VjcmV0" "x")").error().text();
  EXPECT_EQ(error.find("c2VjcmV0"), error.npos) << error;
  EXPECT_NE(error.find("column"), error.npos) << error;
}

TEST(Json, integers_are_the_nearest_that_64_bits_hold) {
  const auto read = [](const char* text) { return json_integer(parse_json(text).value(), {}); };
  EXPECT_EQ(read("18446744073709551615"), INT64_MAX);
  EXPECT_EQ(read("1e300"), INT64_MAX);
  EXPECT_EQ(read("-1e300"), INT64_MIN);
  EXPECT_EQ(read("9223372036854775808.0"), INT64_MAX);
  EXPECT_EQ(read("-2.7"), -2);
}

TEST(Json, reads_paths_without_throwing_on_other_shapes) {
  const Json value = parse_json(R"({"spec":{"name":"web","count":3,"on":true}})").value();
  EXPECT_EQ(json_string(value, {"spec", "name"}), "web");
  EXPECT_EQ(json_string(value, {"spec", "count"}, "none"), "none");
  EXPECT_EQ(json_integer(value, {"spec", "count"}), 3);
  EXPECT_EQ(json_integer(value, {"spec", "name", "deeper"}, -1), -1);
  EXPECT_TRUE(json_bool(value, {"spec", "on"}));
  EXPECT_TRUE(json_at(value, {"nothing", "here"}).is_null());
}

TEST(Json, erases_only_what_is_there) {
  Json value = parse_json(R"({"a":{"b":1,"c":2}})").value();
  EXPECT_TRUE(json_erase(value, {"a", "b"}));
  EXPECT_FALSE(json_erase(value, {"a", "b"}));
  EXPECT_FALSE(json_erase(value, {"x", "y"}));
  EXPECT_EQ(to_text(value), R"({"a":{"c":2}})");
}

TEST(Json, writes_bytes_that_are_not_utf8_without_throwing) {
  EXPECT_EQ(to_text(Json(std::string("a\xff"))), "\"a\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace tranship
