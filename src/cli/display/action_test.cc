// Goal: what the controller does is shown as what this program does itself. Method: statuses as an API server has them,
// on string streams.

#include "cli/display/action.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/command.h"

namespace tranship::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Action : public testing::Test {
 protected:
  Json action(const std::string& kind, Json status) const {
    return {{"kind", kind},
            {"metadata", {{"name", "first"}, {"namespace", "tranship"}}},
            {"spec", {{"location", {{"name", "depot"}}}}},
            {"status", std::move(status)}};
  }

  std::ostringstream out_, error_;
  Session session_{{}, Streams{out_, error_}, {}};
};

TEST_F(Action, StepsAndVolumesAreToldOnce) {
  ActionDisplay display(session_);
  const auto follower = display.follower();
  const Json running = action("Export", {{"phase", "Running"},
                                         {"step", "volumes-out"},
                                         {"progress", {{"volumes", {{{"name", "data"}, {"state", "Running"}}}}}}});
  follower.changed(action("Export", Json::object()));
  follower.changed(running);
  follower.changed(running);
  Json done = running;
  done["status"]["progress"]["volumes"][0] = {{"name", "data"}, {"state", "Done"}, {"bytesDone", 1048576}};
  follower.changed(done);
  follower.changed(done);
  display.done();
  const std::string told = error_.str();
  EXPECT_THAT(told, HasSubstr("Export first\nReading volumes ...\n  data: 1.0 MiB in "));
  EXPECT_EQ(told.find("Reading volumes"), told.rfind("Reading volumes"));
  EXPECT_EQ(told.find("1.0 MiB"), told.rfind("1.0 MiB"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Action, WhatItWaitsForIsSaid) {
  ActionDisplay display(session_);
  display.show(action("Restore", {{"phase", "Running"},
                                  {"step", "ready"},
                                  {"conditions",
                                   {{{"type", "Complete"},
                                     {"status", "False"},
                                     {"reason", "Waiting"},
                                     {"message", "Deployment shop/web: no image"},
                                     {"lastTransitionTime", "2026-01-01T00:00:00Z"}}}}}));
  EXPECT_THAT(error_.str(), HasSubstr("Not ready yet: Deployment shop/web: no image"));
}

TEST_F(Action, OutcomesInALine) {
  print_action(session_, action("Export", {{"phase", "Succeeded"},
                                           {"bytesStored", 2097152},
                                           {"restorePoint", {{"name", "shop-1"}, {"namespace", "shop"}}}}));
  EXPECT_EQ(out_.str(), "Restore point shop-1 is in location depot; 2.0 MiB were new there\n");
  out_.str("");
  const std::vector<Json> failed{action("Restore", {{"phase", "Failed"},
                                                    {"warnings", {"mind this"}},
                                                    {"error", {{"code", "plan.blocked"}, {"message", "no room"}}}})};
  print_action(session_, failed[0]);
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(conclude(session_, failed), kExitBlocked);
  EXPECT_THAT(error_.str(), HasSubstr("mind this"));
  EXPECT_THAT(error_.str(), HasSubstr("error: Restore first: no room. [plan.blocked]"));
  EXPECT_EQ(conclude(session_, {action("Import", {{"phase", "Succeeded"}})}), kExitSuccess);
  EXPECT_EQ(action_json(failed[0])["error"]["code"], "plan.blocked");
  EXPECT_THAT(action_json(failed[0]).dump(), Not(HasSubstr("bytesStored")));
}

}  // namespace
}  // namespace tranship::cli
