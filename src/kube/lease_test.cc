#include "kube/lease.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "kube/event.h"
#include "kube/testing/api_server.h"
#include "kube/testing/forwarder.h"

namespace tranship::kube {
namespace {

using namespace std::chrono_literals;
using testing::ApiServer;
using testing::Forwarder;

LeaseOptions options_of(const ApiServer& server, const std::string& identity) {
  return {.name_space = server.name_space,
          .name = "leader",
          .identity = identity,
          .duration = 2000ms,
          .renew_deadline = 1200ms,
          .retry_period = 100ms};
}

TEST(Lease, is_taken_over_only_after_it_stood_still_for_its_duration) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  const Context context = ApiServer::context();
  std::chrono::steady_clock::time_point now{};
  LeaseClock clock;
  clock.steady = [&] { return now; };
  LeaseCandidate first(*server.client, options_of(server, "first"), clock);
  LeaseCandidate second(*server.client, options_of(server, "second"), clock);
  EXPECT_EQ(first.try_hold(context), true);
  EXPECT_EQ(second.try_hold(context), false);
  EXPECT_EQ(second.holder(), "first");
  now += 1900ms;
  EXPECT_EQ(first.try_hold(context), true);  // renewed: the second sees a change
  now += 1900ms;
  EXPECT_EQ(second.try_hold(context), false);
  now += 1900ms;
  EXPECT_EQ(second.try_hold(context), false);
  now += 200ms;
  EXPECT_EQ(second.try_hold(context), true);
  EXPECT_EQ(first.try_hold(context), false);
  const auto lease = server.client->get(context, types::lease(), server.name_space, "leader");
  ASSERT_TRUE(lease);
  EXPECT_EQ(json_integer(*lease, {"spec", "leaseTransitions"}), 1);
  // Given up, it is free at once.
  ASSERT_TRUE(second.release(context));
  EXPECT_EQ(first.try_hold(context), true);
}

TEST(Lease, one_leads_at_a_time_and_the_next_follows) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  std::atomic<int> leading = 0, most = 0, turns = 0;
  const auto lead = [&](const Context& context) -> Result<void> {
    most = std::max<int>(most, ++leading);
    (void)context.sleep(300ms);
    ++turns;
    --leading;
    return {};
  };
  {
    std::vector<std::jthread> candidates;
    for (const std::string identity : {"a", "b", "c"})
      candidates.emplace_back([&, identity] {
        const auto outcome =
            run_as_leader(ApiServer::context(), *server.client, options_of(server, identity), lead);
        EXPECT_TRUE(outcome) << outcome.error().text();
      });
  }
  EXPECT_EQ(turns, 3);
  EXPECT_EQ(most, 1);
}

TEST(Lease, a_leader_that_is_cut_off_stops_before_the_next_begins) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  Forwarder forwarder(server.access);
  const auto cut_off = ApiServer::connect(forwarder.access());
  std::atomic<bool> first_leads = false, second_began = false;
  std::jthread first([&] {
    const auto outcome = run_as_leader(ApiServer::context(), *cut_off, options_of(server, "first"),
                                       [&](const Context& context) -> Result<void> {
                                         first_leads = true;
                                         (void)context.sleep(30s);
                                         EXPECT_FALSE(second_began);
                                         first_leads = false;
                                         return {};
                                       });
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().fault(), Fault::retryable);
  });
  while (!first_leads) std::this_thread::sleep_for(10ms);
  forwarder.refuse(true);
  forwarder.cut();
  const auto outcome =
      run_as_leader(ApiServer::context(), *server.client, options_of(server, "second"),
                    [&](const Context&) -> Result<void> {
                      EXPECT_FALSE(first_leads);
                      second_began = true;
                      return {};
                    });
  EXPECT_TRUE(outcome) << outcome.error().text();
  EXPECT_TRUE(second_began);
}

TEST(Lease, refuses_durations_that_would_let_two_lead) {
  ClusterAccess nowhere{.server = "https://127.0.0.1:1"};
  const auto client = ApiServer::connect(nowhere);
  const LeaseOptions options{
      .name_space = "x", .name = "y", .identity = "z", .duration = 10s, .renew_deadline = 10s};
  const auto outcome =
      run_as_leader({}, *client, options, [](const Context&) -> Result<void> { return {}; });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().fault(), Fault::invalid);
}

TEST(Event, repeats_are_counted_and_floods_held_back) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiServer server(testing::variable("TRANSHIP_TEST_KUBECONFIG"));
  const Context context = ApiServer::context();
  const auto about =
      server.client->create(context, types::config_map(), server.config_map("it", "1"));
  ASSERT_TRUE(about);
  auto now = std::chrono::system_clock::now();
  EventRecorder recorder(*server.client, "tranship", [&] { return now; });
  const EventRecord started{*about, false, "MoverStarted", "volume data begins to move"};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(recorder.record(context, started));
  auto events = server.client->list_all(context, types::event(), server.name_space);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 1u);
  EXPECT_EQ(json_integer(events->front(), {"count"}), 3);
  EXPECT_EQ(json_string(events->front(), {"involvedObject", "uid"}),
            json_string(*about, {"metadata", "uid"}));
  // Deleted behind our back: made anew. A long message is cut, not refused.
  ASSERT_TRUE(server.client->remove(context, types::event(), server.name_space,
                                    json_string(events->front(), {"metadata", "name"})));
  ASSERT_TRUE(recorder.record(context, started));
  ASSERT_TRUE(recorder.record(context, {*about, true, "Long", std::string(2000, 'x')}));
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(recorder.record(context, {*about, true, "Loop", "try " + std::to_string(i)}));
  events = server.client->list_all(context, types::event(), server.name_space);
  ASSERT_TRUE(events);
  EXPECT_EQ(events->size(), 25u);
  now += 11min;
  ASSERT_TRUE(recorder.record(context, {*about, true, "Loop", "try again"}));
  EXPECT_EQ(server.client->list_all(context, types::event(), server.name_space)->size(), 26u);
}

}  // namespace
}  // namespace tranship::kube
