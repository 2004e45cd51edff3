// Goal: schedules as people type them become those of a Policy, or are refused with what is accepted.

#include "cli/options/controller.h"

#include <gtest/gtest.h>

namespace tranship::cli {
namespace {

TEST(ParseSchedule, WhatPeopleType) {
  EXPECT_EQ(parse_schedule("").value(), Json());
  EXPECT_EQ(parse_schedule("daily").value(), (Json{{"frequency", "Daily"}}));
  EXPECT_EQ(parse_schedule("monthly").value(), (Json{{"frequency", "Monthly"}}));
  EXPECT_EQ(parse_schedule("15m").value(), (Json{{"every", "15m"}}));
  EXPECT_EQ(parse_schedule("90m").value(), (Json{{"every", "1h30m"}}));
  EXPECT_EQ(parse_schedule("1w").value(), (Json{{"every", "7d"}}));
  EXPECT_EQ(parse_schedule("cron:0 3 * * 1-5").value(), (Json{{"cron", "0 3 * * 1-5"}}));
}

TEST(ParseSchedule, WhatIsNoneIsRefusedBeforeAnyClusterIsAsked) {
  for (const char* text : {"sometimes", "Daily", "30s", "90s", "15", "-1h", "0m"}) {
    const auto parsed = parse_schedule(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), "usage") << text;
    EXPECT_NE(parsed.error().fix().find("15m"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace tranship::cli
