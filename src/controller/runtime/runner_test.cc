// Goal: so many at once, each stopped by itself, and nothing left at the end.

#include "controller/runtime/runner.h"

#include <gtest/gtest.h>

namespace tranship::controller {
namespace {

using namespace std::chrono_literals;

void wait_for_stop(const ActionRunner::Run& run) {
  (void)run.context.sleep(30s);
}

TEST(ActionRunner, OneOfEachAndAtMostSoMany) {
  ActionRunner runner({}, 2);
  EXPECT_EQ(runner.start("a", wait_for_stop, [] {}), ActionRunner::Started::yes);
  EXPECT_EQ(runner.start("a", wait_for_stop, [] {}), ActionRunner::Started::runs_already);
  EXPECT_EQ(runner.start("b", wait_for_stop, [] {}), ActionRunner::Started::yes);
  std::atomic<int> room = 0;
  EXPECT_EQ(runner.start("c", wait_for_stop, [&] { ++room; }), ActionRunner::Started::no_room);
  EXPECT_EQ(runner.running_count(), 2u);
  runner.cancel("a");
  while (room == 0) std::this_thread::sleep_for(1ms);
  EXPECT_FALSE(runner.running("a"));
  EXPECT_EQ(runner.start("c", wait_for_stop, [] {}), ActionRunner::Started::yes);
  runner.stop();
  EXPECT_EQ(runner.running_count(), 0u);
  EXPECT_EQ(room, 1);
  EXPECT_EQ(runner.start("d", wait_for_stop, [] {}), ActionRunner::Started::no_room);
}

TEST(ActionRunner, TellsAWishToEndFromTheEndOfItAll) {
  std::stop_source leading;
  ActionRunner runner(Context(leading.get_token()), 2);
  std::atomic<int> cancelled = 0, stopped = 0;
  const auto work = [&](const ActionRunner::Run& run) {
    wait_for_stop(run);
    EXPECT_TRUE(run.context.stopped());
    ++(run.cancelled ? cancelled : stopped);
  };
  runner.start("a", work, [] {});
  runner.start("b", work, [] {});
  runner.cancel("a");
  runner.cancel("none");
  while (runner.running("a")) std::this_thread::sleep_for(1ms);
  leading.request_stop();
  while (runner.running("b")) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(cancelled, 1);
  EXPECT_EQ(stopped, 1);
}

TEST(ActionRunner, ManyShortOnesEndByThemselves) {
  ActionRunner runner({}, 4);
  std::atomic<int> done = 0;
  for (int i = 0; i < 200; ++i) {
    while (runner.start(
               std::to_string(i), [&](const auto&) { ++done; }, [] {}) != ActionRunner::Started::yes) {
      std::this_thread::yield();
    }
  }
  runner.stop();
  EXPECT_EQ(done, 200);
}

}  // namespace
}  // namespace tranship::controller
