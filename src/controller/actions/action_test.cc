// Goal: an action's life and what engines report become its status. Method: the functions that know no kind, and a
// reporter whose status is kept in memory.

#include "controller/actions/action.h"

#include <gtest/gtest.h>

#include "controller/actions/action_reconciler.h"

namespace tranship::controller {
namespace {

using namespace std::chrono_literals;
using action::decide;
using action::Decision;

api::ActionStatus in_phase(std::optional<api::Phase> phase) {
  api::ActionStatus status;
  status.phase = phase;
  return status;
}

TEST(ActionLife, WhatIsToBeDoneFollowsFromWhatIsThere) {
  for (const auto phase :
       {std::optional<api::Phase>(), std::optional(api::Phase::pending), std::optional(api::Phase::running)}) {
    EXPECT_EQ(decide(in_phase(phase), false, false, false), Decision::start);
    EXPECT_EQ(decide(in_phase(phase), true, false, false), Decision::cancel_before_start);
    EXPECT_EQ(decide(in_phase(phase), false, true, false), Decision::nothing);
  }
  for (const auto phase : {api::Phase::succeeded, api::Phase::failed, api::Phase::cancelled}) {
    EXPECT_EQ(decide(in_phase(phase), false, false, false), Decision::nothing);
    EXPECT_EQ(decide(in_phase(phase), true, false, false), Decision::nothing);
  }
  EXPECT_EQ(decide(in_phase(api::Phase::running), false, false, true), Decision::nothing);
  EXPECT_EQ(decide(in_phase(api::Phase::running), true, false, true), Decision::cancel_run);
  EXPECT_EQ(decide(in_phase(api::Phase::running), false, true, true), Decision::cancel_run);
}

TEST(ActionLife, EndsSayWhatHappened) {
  const api::Time start{}, now = start + 1h;
  const auto ended = [&](const Result<void>& outcome, bool cancelled) {
    api::ActionStatus status;
    action::begin(status, 1, start);
    action::end(status, outcome, cancelled, 1, now);
    EXPECT_EQ(status.start_time, start);
    EXPECT_EQ(status.completion_time, now);
    return status;
  };
  EXPECT_EQ(ended({}, false).phase, api::Phase::succeeded);
  EXPECT_EQ(ended({}, true).phase, api::Phase::succeeded);  // it was done when the wish came
  EXPECT_EQ(ended(fail(Fault::cancelled, "stopped"), true).phase, api::Phase::cancelled);
  const auto failed = ended(fail(Error(Fault::auth, "no").with_code("x.y").with_fix("do")), false);
  EXPECT_EQ(failed.phase, api::Phase::failed);
  EXPECT_EQ(failed.error->code, "x.y");
  EXPECT_EQ(find_condition(failed.conditions, "Complete")->reason, "Failed");
}

class KeptReporter : public ActionReporter {
 public:
  using ActionReporter::ActionReporter;
  api::ActionStatus status;

 private:
  void change_common(const Change& change) override { change(status); }
};

TEST(ActionReporter, VolumesAddUpAndTheRateIsThatOfTheLastSeconds) {
  std::chrono::steady_clock::time_point now{};
  KeptReporter reporter({.steady = [&] { return now; }});
  reporter.phase_begin(migrate::Phase::volumes_out);
  EXPECT_EQ(reporter.status.step, api::Step::volumes_out);
  using State = volume::VolumeProgress::State;
  const auto report = [&](const std::string& claim, std::uint64_t done, std::uint64_t stored) {
    reporter.volume(migrate::Phase::volumes_out,
                    {.claim = claim,
                     .state = State::running,
                     .bytes = {.bytes_done = done, .bytes_total = 1000, .bytes_stored = stored}});
  };
  report("a", 0, 0);
  report("b", 0, 0);
  for (int i = 1; i <= 10; ++i) {
    now += 1s;
    report("a", static_cast<std::uint64_t>(i) * 100, static_cast<std::uint64_t>(i) * 10);
  }
  now += 1s;
  report("b", 500, 50);
  const api::Progress& progress = *reporter.status.progress;
  EXPECT_EQ(progress.bytes_done, 1500);
  EXPECT_EQ(progress.bytes_total, 2000);
  EXPECT_EQ(progress.bytes_stored, 150);
  ASSERT_EQ(progress.volumes.size(), 2u);
  EXPECT_EQ(progress.volumes[0].state, api::VolumeState::running);
  EXPECT_GT(progress.rate, 100);
  EXPECT_LT(progress.rate, 300);
  reporter.objects(3, 7);
  EXPECT_EQ(progress.objects_total, 7);
}

}  // namespace
}  // namespace tranship::controller
