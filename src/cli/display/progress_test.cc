// Goal: progress says what is known and never guesses. Method: states and times made by hand, and string streams.

#include "cli/display/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tranship::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using std::chrono::seconds;

constexpr std::uint64_t kMiB = 1 << 20;

class ProgressTexts : public ::testing::Test {
 protected:
  std::ostringstream out_, error_;
  Session session_{{}, Streams{out_, error_}, {}};
  ProgressRate rate_;
  ProgressRate::Clock::time_point start_ = ProgressRate::Clock::now();
};

TEST_F(ProgressTexts, KnownTotalsGivePercentRateAndTimeLeft) {
  rate_.add(start_, 0);
  rate_.add(start_ + seconds(2), 20 * kMiB);
  const repo::ProgressCounts state{1200, 50'000, 20 * kMiB, 100 * kMiB, 0, true};
  EXPECT_EQ(progress_text(session_, state, rate_),
            "20.0%  20.0 MiB of 100.0 MiB, 1,200 of 50,000 files, 10.0 MiB/s, 9.0 s left");
}

TEST_F(ProgressTexts, GrowingTotalsAreNotShown) {
  rate_.add(start_, 0);
  rate_.add(start_ + seconds(1), kMiB);
  const repo::ProgressCounts state{3, 4, kMiB, 2 * kMiB, 0, false};
  const std::string text = progress_text(session_, state, rate_);
  EXPECT_EQ(text, "1.0 MiB, 3 files, 1.0 MiB/s");
}

TEST_F(ProgressTexts, NothingYetAndNothingThatMoves) {
  EXPECT_EQ(progress_text(session_, {}, rate_), "Reading the index ...");
  rate_.add(start_, kMiB);
  rate_.add(start_ + seconds(5), kMiB);
  const std::string text = progress_text(session_, {0, 0, kMiB, 2 * kMiB, 0, true}, rate_);
  EXPECT_THAT(text, Not(HasSubstr("/s")));
  EXPECT_THAT(text, Not(HasSubstr("left")));
}

TEST_F(ProgressTexts, WhenAllIsReadItSaysSo) {
  const std::string text = progress_text(session_, {1, 1, kMiB, kMiB, 0, true}, rate_);
  EXPECT_EQ(text, "100.0%  1.0 MiB of 1.0 MiB, 1 of 1 files, finishing");
}

TEST_F(ProgressTexts, TheRateIsOfTheLastSeconds) {
  rate_.add(start_, 0);
  rate_.add(start_ + seconds(1), 1000 * kMiB);
  for (int i = 2; i <= 30; ++i) rate_.add(start_ + seconds(i), 1000 * kMiB + static_cast<std::uint64_t>(i) * kMiB);
  EXPECT_NEAR(rate_.bytes_per_second(), kMiB, kMiB / 10.0);
}

TEST_F(ProgressTexts, AShortStepShowsNothing) {
  repo::Progress progress;
  { const ProgressDisplay display(session_, progress); }
  EXPECT_EQ(error_.str(), "");
}

}  // namespace
}  // namespace tranship::cli
