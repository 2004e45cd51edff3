// Goal: a key is worked on once at a time, comes again when it has to, and not sooner. Method: a clock that stands
// still.

#include "controller/runtime/work_queue.h"

#include <gtest/gtest.h>

#include <thread>

namespace tranship::controller {
namespace {

using namespace std::chrono_literals;

class WorkQueueTest : public ::testing::Test {
 protected:
  Clock clock() {
    return {.steady = [this] { return now_; }};
  }
  std::chrono::steady_clock::time_point now_{};
  WorkQueue queue_{{.first = 1s, .max = 10s}, clock()};
  const Key a_{"shop", "a"}, b_{"shop", "b"};
};

TEST_F(WorkQueueTest, KeysAreUniqueAndInOrder) {
  queue_.add(a_);
  queue_.add(b_);
  queue_.add(a_);
  EXPECT_EQ(queue_.size(), 2u);
  EXPECT_EQ(queue_.try_take(), a_);
  EXPECT_EQ(queue_.try_take(), b_);
  EXPECT_EQ(queue_.try_take(), std::nullopt);
}

TEST_F(WorkQueueTest, WhatIsAddedWhileItIsWorkedOnComesAgainAfterwards) {
  queue_.add(a_);
  ASSERT_EQ(queue_.try_take(), a_);
  queue_.add(a_);
  EXPECT_EQ(queue_.try_take(), std::nullopt);
  queue_.done(a_);
  EXPECT_EQ(queue_.try_take(), a_);
  queue_.done(a_);
  EXPECT_EQ(queue_.try_take(), std::nullopt);
}

TEST_F(WorkQueueTest, DelayedKeysComeAtTheEarliestTime) {
  queue_.add_after(a_, 10s);
  queue_.add_after(a_, 5s);
  queue_.add_after(a_, 20s);
  now_ += 4s;
  EXPECT_EQ(queue_.try_take(), std::nullopt);
  now_ += 1s;
  EXPECT_EQ(queue_.try_take(), a_);
  queue_.done(a_);
  now_ += 1h;
  EXPECT_EQ(queue_.try_take(), std::nullopt);
}

TEST_F(WorkQueueTest, TakingForgetsTheTime) {
  queue_.add_after(a_, 5s);
  queue_.add(a_);
  EXPECT_EQ(queue_.try_take(), a_);
  queue_.done(a_);
  now_ += 10s;
  EXPECT_EQ(queue_.try_take(), std::nullopt);
}

TEST_F(WorkQueueTest, BackOffGrowsPerKeyAndIsForgottenBySuccess) {
  const auto fail_once = [&](const Key& key) {
    EXPECT_EQ(queue_.try_take(), key);
    const auto delay = queue_.failed(key);
    now_ += delay;
    return delay;
  };
  queue_.add(a_);
  EXPECT_EQ(fail_once(a_), 1s);
  EXPECT_EQ(fail_once(a_), 2s);
  EXPECT_EQ(fail_once(a_), 4s);
  EXPECT_EQ(fail_once(a_), 8s);
  EXPECT_EQ(fail_once(a_), 10s);
  for (int i = 0; i < 70; ++i) EXPECT_EQ(fail_once(a_), 10s);
  ASSERT_EQ(queue_.try_take(), a_);
  queue_.add(b_);
  EXPECT_EQ(fail_once(b_), 1s);
  queue_.done(a_);
  queue_.add(a_);
  EXPECT_EQ(fail_once(a_), 1s);
}

TEST_F(WorkQueueTest, EventsDoNotShortenABackOff) {
  queue_.add(a_);
  ASSERT_EQ(queue_.try_take(), a_);
  queue_.add(a_);
  queue_.failed(a_);
  EXPECT_EQ(queue_.try_take(), std::nullopt);
  now_ += 1s;
  EXPECT_EQ(queue_.try_take(), a_);
}

TEST(WorkQueue, WaitingEndsWithAKeyATimeOrTheEnd) {
  WorkQueue queue;
  std::jthread later([&] {
    std::this_thread::sleep_for(20ms);
    queue.add({"x", "now"});
  });
  EXPECT_EQ(queue.take()->name, "now");
  queue.add_after({"x", "soon"}, 20ms);
  EXPECT_EQ(queue.take()->name, "soon");
  std::jthread closing([&] {
    std::this_thread::sleep_for(20ms);
    queue.close();
  });
  EXPECT_EQ(queue.take(), std::nullopt);
}

}  // namespace
}  // namespace tranship::controller
