// Goal: a migration is called complete only when it is the same one and all its volumes are there; and what changed in
// the source since is named.

#include "migrate/completed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tranship::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Completed : public ::testing::Test {
 protected:
  Completed() {
    source_.application.name = "shop";
    source_.cluster_id = "u-1";
    plan_.volumes = {{.claim = "data", .holds = "4f2a"}, {.claim = "logs", .holds = "4f2a"}};
    choices_.storage_classes = {{"standard", "fast"}};
    mark_ = {"4f2a", "shop", "u-1", true, "2026-01-02T03:04:05Z", to_json(choices_)};
  }
  bool completed() const { return is_completed(mark_, source_, choices_, plan_); }

  capture::Captured source_;
  RestorePlan plan_;
  RestoreChoices choices_;
  RestoreMark mark_;
};

TEST_F(Completed, IsTheSameMigrationWithAllItsVolumes) {
  EXPECT_TRUE(completed());
  choices_.ready_timeout = std::chrono::seconds(7);  // nothing of what is restored
  EXPECT_TRUE(completed());
}

TEST_F(Completed, IsNotWhatDidNotEnd) {
  mark_.complete = false;
  EXPECT_FALSE(completed());
}

TEST_F(Completed, IsNotAnotherApplicationOrCluster) {
  source_.cluster_id = "u-2";
  EXPECT_FALSE(completed());
  source_.cluster_id = "u-1";
  source_.application.name = "blog";
  EXPECT_FALSE(completed());
}

TEST_F(Completed, IsNotWhatWasAskedForOtherwise) {
  choices_.carry = {"*"};
  EXPECT_FALSE(completed());
}

TEST_F(Completed, IsNotWhenAVolumeIsGoneOrOfAnotherRestorePoint) {
  plan_.volumes[1].holds = "";
  EXPECT_FALSE(completed());
  plan_.volumes[1].holds = "0000";
  EXPECT_FALSE(completed());
  plan_.volumes.clear();
  EXPECT_FALSE(completed());
}

TEST_F(Completed, MarksComeBackAsTheyWere) {
  const auto back = mark_from_json(to_json(mark_));
  EXPECT_EQ(back.restore_point, mark_.restore_point);
  EXPECT_EQ(back.completed_at, mark_.completed_at);
  EXPECT_EQ(back.choices, mark_.choices);
  EXPECT_TRUE(back.complete);
}

TEST_F(Completed, AMarkOfAnOlderProgramIsOfAnUnknownChoice) {
  mark_ = mark_from_json({{"restorePoint", "4f2a"}, {"application", "shop"}, {"cluster", "u-1"}, {"complete", true}});
  EXPECT_FALSE(completed());
}

Json object(const std::string& kind, const std::string& name, int replicas, const std::string& version = "1") {
  return {{"apiVersion", "v1"},
          {"kind", kind},
          {"metadata", {{"name", name}, {"resourceVersion", version}}},
          {"spec", {{"replicas", replicas}}},
          {"status", {{"ready", version}}}};
}

TEST(ChangedObjects, AreThoseThatPeopleChanged) {
  const std::vector<Json> then = {object("Thing", "same", 1), object("Thing", "scaled", 1), object("Thing", "old", 1)};
  const std::vector<Json> now = {object("Thing", "scaled", 2), object("Thing", "same", 1, "9"),
                                 object("Thing", "new", 1)};
  EXPECT_THAT(changed_objects(then, now),
              ElementsAre("Thing/new: new", "Thing/scaled: /spec/replicas", "Thing/old: gone"));
  EXPECT_THAT(changed_objects(then, then), IsEmpty());
}

}  // namespace
}  // namespace tranship::migrate
