#include "policy/schedule.h"

#include <gtest/gtest.h>

#include "base/units.h"

namespace tranship::policy {
namespace {

using namespace std::chrono_literals;

Time at(const std::string& text) {
  return parse_time(text).value();
}

// The next runs after a time, in UTC.
std::vector<std::string> runs(const Result<Schedule>& schedule, const std::string& after, int count) {
  std::vector<std::string> found;
  if (!schedule) return {schedule.error().text()};
  Time time = at(after);
  for (int i = 0; i < count; ++i) found.push_back(format_time(time = schedule->next_after(time)));
  return found;
}
using Runs = std::vector<std::string>;

TEST(Schedule, EveryFewMinutes) {
  EXPECT_EQ(runs(Schedule::every(5min), "2026-03-01T10:02:00Z", 2),
            (Runs{"2026-03-01T10:05:00Z", "2026-03-01T10:10:00Z"}));
  EXPECT_EQ(runs(Schedule::every(1min), "2026-03-01T10:02:00Z", 1), (Runs{"2026-03-01T10:03:00Z"}));
  EXPECT_FALSE(Schedule::every(59s));
  EXPECT_FALSE(Schedule::every(-1min));
}

TEST(Schedule, ByFrequency) {
  const auto hourly = Schedule::by_frequency(Frequency::hourly, {.minute = 15}, "");
  EXPECT_EQ(runs(hourly, "2026-03-01T10:15:00Z", 2), (Runs{"2026-03-01T11:15:00Z", "2026-03-01T12:15:00Z"}));
  const auto daily = Schedule::by_frequency(Frequency::daily, {.minute = 30, .hour = 2}, "Asia/Shanghai");
  EXPECT_EQ(runs(daily, "2026-03-01T10:15:00Z", 2), (Runs{"2026-03-01T18:30:00Z", "2026-03-02T18:30:00Z"}));
  const auto weekly = Schedule::by_frequency(Frequency::weekly, {.weekday = 0}, "");
  EXPECT_EQ(runs(weekly, "2026-03-01T00:00:00Z", 1), (Runs{"2026-03-08T00:00:00Z"}));
  const auto monthly = Schedule::by_frequency(Frequency::monthly, {.day = 31}, "");
  EXPECT_EQ(runs(monthly, "2028-01-31T00:00:00Z", 4),
            (Runs{"2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z", "2028-04-30T00:00:00Z", "2028-05-31T00:00:00Z"}));
}

TEST(Schedule, ByCron) {
  EXPECT_EQ(runs(Schedule::by_cron("30 2 * * mon-fri", ""), "2026-03-06T02:30:00Z", 2),
            (Runs{"2026-03-09T02:30:00Z", "2026-03-10T02:30:00Z"}));
  EXPECT_EQ(runs(Schedule::by_cron("*/20 8-9 1,15 * *", ""), "2026-03-01T09:30:00Z", 3),
            (Runs{"2026-03-01T09:40:00Z", "2026-03-15T08:00:00Z", "2026-03-15T08:20:00Z"}));
  // Both day fields given: either suffices.
  EXPECT_EQ(runs(Schedule::by_cron("0 0 13 * fri", ""), "2026-03-12T00:00:00Z", 3),
            (Runs{"2026-03-13T00:00:00Z", "2026-03-20T00:00:00Z", "2026-03-27T00:00:00Z"}));
  EXPECT_EQ(runs(Schedule::by_cron("0 12 29 2 *", ""), "2026-03-01T00:00:00Z", 2),
            (Runs{"2028-02-29T12:00:00Z", "2032-02-29T12:00:00Z"}));
  EXPECT_EQ(runs(Schedule::by_cron("@weekly", ""), "2026-03-02T00:00:00Z", 1), (Runs{"2026-03-08T00:00:00Z"}));
  EXPECT_EQ(runs(Schedule::by_cron("0 0 * * 7", ""), "2026-03-02T00:00:00Z", 1), (Runs{"2026-03-08T00:00:00Z"}));
}

TEST(Schedule, ClocksAreSetForward) {
  // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
  EXPECT_EQ(runs(Schedule::by_cron("30 2 * * *", "Europe/Berlin"), "2026-03-28T12:00:00Z", 2),
            (Runs{"2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"}));
  EXPECT_EQ(runs(Schedule::by_cron("30 * * * *", "Europe/Berlin"), "2026-03-29T00:00:00Z", 3),
            (Runs{"2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z"}));
}

TEST(Schedule, ClocksAreSetBack) {
  // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
  EXPECT_EQ(runs(Schedule::by_cron("30 2 * * *", "Europe/Berlin"), "2026-10-24T12:00:00Z", 2),
            (Runs{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}));
  EXPECT_EQ(runs(Schedule::by_cron("30 * * * *", "Europe/Berlin"), "2026-10-25T00:00:00Z", 3),
            (Runs{"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"}));
}

// A day at a time through ten years: each run is later than the last, on its hour, and one a day.
TEST(Schedule, YearsOfDays) {
  for (const char* zone : {"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai"}) {
    const auto schedule = Schedule::by_frequency(Frequency::daily, {.minute = 10, .hour = 2}, zone);
    ASSERT_TRUE(schedule);
    Time time = at("2020-01-01T00:00:00Z");
    int days = 0;
    for (; time < at("2030-01-01T00:00:00Z"); ++days) {
      const Time next = schedule->next_after(time);
      ASSERT_GT(next, time);
      ASSERT_LE(next - time, 25h) << format_time(time) << " " << zone;
      time = next;
    }
    EXPECT_NEAR(days, 3653, 1) << zone;
  }
}

TEST(Schedule, MissedRunsAreMadeUpForOnce) {
  const auto daily = Schedule::by_frequency(Frequency::daily, {.hour = 3}, "");
  ASSERT_TRUE(daily);
  EXPECT_EQ(daily->due(at("2026-03-01T03:00:00Z"), at("2026-03-02T02:59:59Z")), std::nullopt);
  EXPECT_EQ(daily->due(at("2026-03-01T03:00:00Z"), at("2026-03-02T03:00:00Z")), at("2026-03-02T03:00:00Z"));
  EXPECT_EQ(daily->due(at("2016-03-01T03:00:00Z"), at("2026-03-02T13:00:00Z")), at("2026-03-02T03:00:00Z"));
  EXPECT_EQ(Schedule::every(5min)->due(at("2026-03-01T00:00:00Z"), at("2026-03-01T01:07:00Z")),
            at("2026-03-01T01:05:00Z"));
}

TEST(Schedule, WhatIsNoScheduleIsSaid) {
  for (const char* line :
       {"", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *",
        "a * * * *", "1, * * * *", "0 0 31 4 *", "* * * * * *", "-1 * * * *"}) {
    const auto schedule = Schedule::by_cron(line, "");
    ASSERT_FALSE(schedule) << line;
    EXPECT_EQ(schedule.error().code(), "schedule.cron") << line;
  }
  EXPECT_EQ(Schedule::by_cron("0 0 * * *", "Europe/Nowhere").error().code(), "schedule.zone");
  EXPECT_EQ(Schedule::by_cron("0 0 * * *", "../../etc/passwd").error().code(), "schedule.zone");
  EXPECT_EQ(Schedule::by_frequency(Frequency::daily, {.hour = 24}, "").error().code(), "schedule.time");
}

}  // namespace
}  // namespace tranship::policy
