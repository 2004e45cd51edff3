#include "policy/retention.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/units.h"

namespace tranship::policy {
namespace {

using namespace std::chrono_literals;

Time at(const std::string& text) {
  return parse_time(text).value();
}

// The kept ones of these, as text.
std::vector<std::string> kept_of(const std::vector<Time>& times, const Retention& retention, Time now,
                                 std::string_view zone = "") {
  const auto keep = kept(times, retention, now, zone);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (keep[i]) found.push_back(format_time(times[i]));
  }
  return found;
}
using Names = std::vector<std::string>;

TEST(Retention, NothingSaidKeepsEverything) {
  EXPECT_EQ(kept({at("2020-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z")}, {}, at("2026-03-01T00:00:00Z"), ""),
            (std::vector<bool>{true, true}));
}

TEST(Retention, TheNewestOfEachDay) {
  const std::vector<Time> times = {at("2026-03-01T01:00:00Z"), at("2026-03-01T20:00:00Z"), at("2026-03-02T01:00:00Z"),
                                   at("2026-03-04T01:00:00Z"), at("2026-03-04T02:00:00Z")};
  EXPECT_EQ(kept_of(times, {.daily = 2}, at("2026-03-05T00:00:00Z")),
            (Names{"2026-03-02T01:00:00Z", "2026-03-04T02:00:00Z"}));
  // In Shanghai 20:00 UTC is the next day.
  EXPECT_EQ(kept_of(times, {.daily = 3}, at("2026-03-05T00:00:00Z"), "Asia/Shanghai"),
            (Names{"2026-03-01T01:00:00Z", "2026-03-02T01:00:00Z", "2026-03-04T02:00:00Z"}));
}

TEST(Retention, AgeWinsButForTheNewest) {
  const std::vector<Time> times = {at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z")};
  EXPECT_EQ(kept_of(times, {.latest = 2, .max_age = 24h * 40}, at("2026-03-01T00:00:00Z")),
            (Names{"2026-02-01T00:00:00Z"}));
  EXPECT_EQ(kept_of(times, {.max_age = 24h * 70}, at("2026-03-01T00:00:00Z")).size(), 2u);
  EXPECT_EQ(kept_of(times, {.max_age = 1h}, at("2027-03-01T00:00:00Z")), (Names{"2026-02-01T00:00:00Z"}));
}

// Three years of hourly restore points under 24 hours, 7 days, 4 weeks, 12 months, 7 years, thinned after every run as
// a policy does: what stays is bounded, and reaches back as far as it should.
TEST(Retention, YearsOfThinning) {
  const Retention retention{.hourly = 24, .daily = 7, .weekly = 4, .monthly = 12, .yearly = 7};
  std::vector<Time> times;
  Time now = at("2023-01-01T00:00:00Z");
  for (int hours = 0; hours < 3 * 365 * 24; ++hours, now += 1h) {
    times.push_back(now);
    const auto keep = kept(times, retention, now, "");
    std::vector<Time> stay;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (keep[i]) stay.push_back(times[i]);
    }
    times = std::move(stay);
    ASSERT_LE(times.size(), 24u + 7 + 4 + 12 + 7);
  }
  EXPECT_EQ(times.front(), at("2023-12-31T23:00:00Z"));
  EXPECT_GE(times.size(), 24u + 5 + 3 + 10);
  // The last hours, days and months are all there.
  for (int back = 1; back <= 24; ++back) EXPECT_TRUE(std::ranges::count(times, now - back * 1h)) << back;
  EXPECT_TRUE(std::ranges::count(times, at("2025-06-30T23:00:00Z")));
}

}  // namespace
}  // namespace tranship::policy
