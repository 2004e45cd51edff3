// Goal: a repository is pruned when there is something to free, and at most once a day.

#include "controller/actions/export_prune.h"

#include <gtest/gtest.h>

namespace tranship::controller {
namespace {

using std::chrono::hours;

TEST(PruneTimes, OnceADayWhenSomethingWasForgottenOrIsRipe) {
  PruneTimes times;
  const PruneTimes::Time begin{hours(500'000)};
  EXPECT_FALSE(times.take("a", false, {}, begin));
  EXPECT_TRUE(times.take("a", true, {}, begin));
  EXPECT_FALSE(times.take("a", true, {}, begin + hours(3)));
  EXPECT_TRUE(times.take("b", true, {}, begin + hours(3)));
  EXPECT_TRUE(times.take("a", false, {}, begin + hours(23))) << "what was forgotten at three o'clock";
  EXPECT_FALSE(times.take("a", false, {}, begin + hours(50)));
  EXPECT_FALSE(times.take("a", false, begin + hours(40), begin + hours(50)));
  EXPECT_TRUE(times.take("a", false, begin + hours(23), begin + hours(50)));
}

TEST(PruneTimes, WhatFailedIsTriedAgainTheNextDay) {
  PruneTimes times;
  const PruneTimes::Time begin{hours(500'000)};
  EXPECT_TRUE(times.take("a", true, {}, begin));
  times.failed("a");
  EXPECT_FALSE(times.take("a", false, {}, begin + hours(1)));
  EXPECT_TRUE(times.take("a", false, {}, begin + hours(24)));
}

}  // namespace
}  // namespace tranship::controller
