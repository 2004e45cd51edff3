// Lines of the log in both forms.
#include "observe/log.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace tranship::observe {
namespace {

TEST(LogTest, JsonLinesAreJsonWhateverTheValuesHold) {
  const auto line = format_line(Format::json, "2026-11-24T00:00:00Z", Level::warning, "volume \"slow\"",
                                {{"claim", "shop/data\n{}"}, {"bytes", 5}, {"done", false}, {"bad", "\xff"}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto parsed = parse_json(line);
  ASSERT_TRUE(parsed) << line;
  EXPECT_EQ(json_string(*parsed, {"level"}), "warning");
  EXPECT_EQ(json_string(*parsed, {"claim"}), "shop/data\n{}");
  EXPECT_EQ(json_integer(*parsed, {"bytes"}), 5);
  EXPECT_FALSE(json_bool(*parsed, {"done"}, true));
}

TEST(LogTest, TextLinesStayOneLine) {
  const auto line = format_line(Format::text, "T", Level::info, "backup finished",
                                {{"application", "shop"}, {"note", "two words\nand a line"}, {"empty", ""},
                                 {"error", Error(Fault::auth, "no right").with_fix("Ask")}});
  EXPECT_EQ(line,
            "T info backup finished application=shop note=\"two words\\nand a line\" empty=\"\" "
            "error=\"auth: no right. Ask\"");
}

TEST(LogTest, NamesOfLevelsAndFormats) {
  EXPECT_EQ(parse_level("debug").value(), Level::debug);
  EXPECT_FALSE(parse_level("loud"));
  EXPECT_EQ(parse_format("json").value(), Format::json);
  EXPECT_FALSE(parse_format("xml"));
}

TEST(LogTest, WritesToStandardErrorAboveTheLevel) {
  configure_log({.level = Level::warning, .format = Format::text});
  ::testing::internal::CaptureStderr();
  log_info("quiet");
  log_error("loud", {{"n", 1}});
  const std::string written = ::testing::internal::GetCapturedStderr();
  configure_log({});
  EXPECT_EQ(written.find("quiet"), std::string::npos);
  EXPECT_NE(written.find("Z error loud n=1\n"), std::string::npos) << written;
}

}  // namespace
}  // namespace tranship::observe
