#include "controller/policy/next_step.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/units.h"

namespace tranship::controller {
namespace {

using namespace std::chrono_literals;

api::Time at(const std::string& text) {
  return parse_time(text).value();
}

// A policy lived through: its steps are carried out on a list of actions, which end when told to.
class Life : public testing::Test {
 protected:
  Life() {
    policy_.metadata.name = "nightly";
    policy_.metadata.name_space = "tranship";
    policy_.metadata.creation_timestamp = now_;
  }

  PolicyStep step() {
    const PolicyView view{policy_, "tranship", actions_,
                          [this] { return Result<std::vector<Namespace>>(namespaces_); }};
    auto next = next_step(view, now_);
    EXPECT_TRUE(next) << next.error().text();
    for (const Json& object : next->create) {
      PolicyAction made;
      made.kind = json_string(object, {"kind"});
      made.name = json_string(object, {"metadata", "name"});
      made.run = json_string(object, {"metadata", "labels", kRunLabel});
      made.created = now_;
      const bool there = std::ranges::any_of(
          actions_, [&](const auto& each) { return each.kind == made.kind && each.name == made.name; });
      if (!there) actions_.push_back(made), specs_[made.kind + "/" + made.name] = object["spec"];
    }
    for (const auto& gone : next->remove) {
      std::erase_if(actions_, [&](const auto& each) { return each.kind == gone.kind && each.name == gone.name; });
    }
    policy_.status = next->status;
    return std::move(*next);
  }
  void end_all(api::Phase phase = api::Phase::succeeded) {
    for (PolicyAction& each : actions_) {
      if (!each.ended()) each.phase = phase;
    }
  }
  void end_backups(api::Phase phase = api::Phase::succeeded) {
    for (PolicyAction& each : actions_) {
      if (each.kind != "Backup" || each.ended()) continue;
      each.phase = phase;
      if (phase == api::Phase::succeeded) each.restore_point = api::NamespacedReference{"of-" + each.name, "shop"};
    }
  }
  std::size_t count(const std::string& kind) const { return std::ranges::count(actions_, kind, &PolicyAction::kind); }
  std::string ready() const { return policy_.status.conditions.at(0).reason; }
  void daily() {
    policy_.spec.schedule = api::Schedule{.frequency = api::Frequency::daily, .hour = 3};
    policy_.spec.export_to = api::PolicyExport{{"backups"}};
  }

  api::Time now_ = at("2026-01-01T12:00:00Z");
  api::Policy policy_;
  std::vector<PolicyAction> actions_;
  std::map<std::string, Json> specs_;
  std::vector<Namespace> namespaces_ = {
      {"kube-system", {}}, {"tranship", {}}, {"shop", {{"tier", "gold"}}}, {"mail", {}}};
};

TEST_F(Life, RunsAtItsTimeForEveryNamespaceOfTheUsers) {
  daily();
  EXPECT_EQ(step().again, at("2026-01-02T03:00:00Z"));
  EXPECT_TRUE(actions_.empty());
  now_ = at("2026-01-02T03:00:00Z");
  step();
  ASSERT_EQ(actions_.size(), 2u);
  EXPECT_EQ(actions_[0].name, "nightly-mail-20260102-030000");
  EXPECT_EQ(specs_["Export/nightly-mail-20260102-030000"]["application"]["namespace"], "mail");
  EXPECT_EQ(policy_.status.active.size(), 0u) << "told at the next look";
  step();
  EXPECT_EQ(actions_.size(), 2u) << "looked at again, it is the same run";
  EXPECT_EQ(policy_.status.active.size(), 2u);
  end_all();
  step();
  EXPECT_EQ(policy_.status.last_successful_run_time, at("2026-01-02T03:00:00Z"));
  EXPECT_EQ(policy_.status.next_run_time, at("2026-01-03T03:00:00Z"));
}

TEST_F(Life, YearsOfNightsLeaveABoundedHistory) {
  daily();
  for (int day = 0; day < 3 * 365; ++day, now_ += 24h) {
    step(), end_all(), step();
    ASSERT_LE(actions_.size(), 2u * 21);
  }
  EXPECT_EQ(count("Export"), 2u * 20);
  EXPECT_EQ(policy_.status.last_successful_run_time, at("2028-12-30T12:00:00Z"));
}

TEST_F(Life, MissedRunsAreMadeUpForOnce) {
  daily();
  step();
  now_ = at("2026-03-01T12:00:00Z");
  step(), end_all(), step(), step();
  EXPECT_EQ(count("Export"), 2u);
}

TEST_F(Life, OneRunAtATime) {
  daily();
  now_ = at("2026-01-02T03:00:00Z");
  step();
  now_ = at("2026-01-04T09:00:00Z");  // the first run takes two days
  step();
  EXPECT_EQ(count("Export"), 2u);
  end_all();
  step();
  EXPECT_EQ(count("Export"), 4u) << "what came due meanwhile";
}

TEST_F(Life, RunsOnceForEachValueOfTheAnnotation) {
  policy_.spec.export_to = api::PolicyExport{{"backups"}};
  step();
  EXPECT_TRUE(actions_.empty());
  policy_.metadata.annotations[kRunAnnotation] = "now";
  step();
  ASSERT_EQ(count("Export"), 2u);
  end_all(), step(), step();
  EXPECT_EQ(count("Export"), 2u);
  policy_.metadata.annotations[kRunAnnotation] = "again";
  now_ += 1s;
  step();
  EXPECT_EQ(count("Export"), 4u);
}

TEST_F(Life, ARunThatWasBegunBeforeTheStatusWasWrittenIsNotBegunAgain) {
  policy_.spec.export_to = api::PolicyExport{{"backups"}};
  policy_.metadata.annotations[kRunAnnotation] = "now";
  const auto before = policy_.status;
  step();
  policy_.status = before;  // the controller died here
  end_all();
  now_ += 1min;
  step();
  EXPECT_EQ(count("Export"), 2u);
  EXPECT_EQ(policy_.status.last_run, "now");
}

TEST_F(Life, NothingRunsWhilePaused) {
  daily();
  policy_.spec.paused = true;
  policy_.metadata.annotations[kRunAnnotation] = "now";
  now_ += 24h * 10;
  EXPECT_FALSE(step().again);
  EXPECT_TRUE(actions_.empty());
  EXPECT_EQ(ready(), "Paused");
  policy_.spec.paused = false;
  step();
  EXPECT_EQ(count("Export"), 2u);
}

TEST_F(Life, AFailureIsToldUntilARunSucceeds) {
  daily();
  now_ = at("2026-01-02T03:00:00Z");
  step();
  actions_[0].phase = api::Phase::failed;
  actions_[0].error = api::Trouble{"store.denied", "no rights", "give some"};
  actions_[1].phase = api::Phase::succeeded;
  step();
  EXPECT_EQ(policy_.status.error->code, "store.denied");
  EXPECT_FALSE(policy_.status.last_successful_run_time);
  now_ += 24h;
  step(), end_all(), step();
  EXPECT_FALSE(policy_.status.error);
  EXPECT_EQ(policy_.status.last_successful_run_time, now_);
}

TEST_F(Life, WhatWasBackedUpIsExported) {
  daily();
  policy_.spec.backup.emplace();
  now_ = at("2026-01-02T03:00:00Z");
  step(), step();
  EXPECT_EQ(count("Backup"), 2u);
  EXPECT_EQ(count("Export"), 0u) << "there is nothing to export yet";
  actions_[0].phase = api::Phase::succeeded;
  actions_[0].restore_point = api::NamespacedReference{"mail-1", "mail"};
  step();
  ASSERT_EQ(count("Export"), 1u) << "the other is still being backed up";
  const std::string name = "nightly-mail-20260102-030000";
  EXPECT_EQ(specs_["Export/" + name]["restorePoint"], (Json{{"name", "mail-1"}, {"namespace", "mail"}}));
  EXPECT_FALSE(specs_["Export/" + name].contains("application"));
  end_backups(api::Phase::failed);
  step();
  EXPECT_EQ(count("Export"), 1u) << "of a backup that failed there is nothing";
}

TEST_F(Life, ARunIsOverWhenItsExportsAre) {
  policy_.spec.schedule = api::Schedule{.every = 1min};
  policy_.spec.backup.emplace();
  policy_.spec.export_to = api::PolicyExport{{"backups"}};
  now_ += 1min;
  step(), end_backups();
  now_ += 10min;
  step();
  EXPECT_EQ(count("Backup"), 2u) << "what comes due while a run is half done waits";
  EXPECT_EQ(count("Export"), 2u);
  EXPECT_FALSE(policy_.status.last_successful_run_time);
  step();
  EXPECT_EQ(count("Backup"), 2u);
  end_all();
  step();
  EXPECT_EQ(policy_.status.last_successful_run_time, at("2026-01-01T12:01:00Z")) << "and the next one has begun";
  EXPECT_EQ(count("Backup"), 4u);
}

TEST_F(Life, YearsOfBackupsAndExportsLeaveABoundedHistory) {
  daily();
  policy_.spec.backup.emplace();
  for (int day = 0; day < 3 * 365; ++day, now_ += 24h) {
    step(), end_backups(), step(), end_all(), step();
    ASSERT_LE(count("Backup"), 2u * 21);
    ASSERT_LE(count("Export"), 2u * 21);
  }
  EXPECT_EQ(count("Backup"), 2u * 20);
  EXPECT_EQ(count("Export"), 2u * 20);
}

TEST_F(Life, AnExportThatComesLaterDoesNotBeginWithThePast) {
  policy_.spec.schedule = api::Schedule{.every = 1min};
  policy_.spec.backup.emplace();
  for (int run = 0; run < 5; ++run) now_ += 1min, step(), end_backups(), step();
  EXPECT_EQ(count("Backup"), 10u);
  policy_.spec.export_to = api::PolicyExport{{"backups"}};
  policy_.spec.paused = true;
  step();
  EXPECT_EQ(count("Export"), 0u) << "paused is paused";
  policy_.spec.paused = false;
  step();
  EXPECT_EQ(count("Export"), 2u) << "of the newest run";
}

TEST_F(Life, WhatIsImportedIsRestoredOnce) {
  policy_.spec.schedule = api::Schedule{.every = 1min};
  policy_.spec.import_from = api::PolicyImport{{"backups"}, {"token"}};
  policy_.spec.restore =
      api::PolicyRestore{.target_namespace = "shop-replica", .storage_classes = {{"standard", "fast"}}};
  policy_.spec.restore->transforms = {{"for-tests"}};
  const auto import = [&](const std::string& newest) {
    now_ += 1min;
    step();
    for (PolicyAction& each : actions_) {
      if (each.kind == "Import" && !each.ended()) {
        each.phase = api::Phase::succeeded;
        each.newest = api::NamespacedReference{newest, {}};
      }
    }
    step();
  };
  import("shop-1");
  ASSERT_EQ(count("Restore"), 1u);
  EXPECT_EQ(specs_["Restore/nightly-shop-1"]["targetNamespace"], "shop-replica");
  EXPECT_EQ(specs_["Restore/nightly-shop-1"]["existing"], "Update");
  EXPECT_EQ(specs_["Restore/nightly-shop-1"]["transforms"], Json::array({{{"name", "for-tests"}}}));
  end_all();
  for (int minute = 0; minute < 100; ++minute) import("shop-1");
  EXPECT_EQ(count("Restore"), 1u);
  import("shop-2");
  EXPECT_EQ(count("Restore"), 2u);
}

TEST_F(Life, ATenantsPolicyIsAboutItsNamespaceAlone) {
  daily();
  policy_.metadata.name_space = "shop";
  policy_.metadata.annotations[kRunAnnotation] = "now";
  step();
  ASSERT_EQ(count("Export"), 1u);
  EXPECT_EQ(specs_.begin()->second["application"]["namespace"], "shop");
  end_all();
  policy_.metadata.annotations[kRunAnnotation] = "again";
  for (const auto& applications :
       {api::PolicyApplications{.namespaces = {"mail"}}, api::PolicyApplications{.namespaces = {"shop", "*"}},
        api::PolicyApplications{.namespace_selector = api::LabelSelector{}}}) {
    policy_.spec.applications = applications;
    step();
    EXPECT_EQ(count("Export"), 1u);
    EXPECT_EQ(policy_.status.error->code, "scope.namespace");
  }
}

TEST_F(Life, ABadScheduleIsSaid) {
  policy_.spec.schedule = api::Schedule{.cron = "61 * * * *"};
  step();
  EXPECT_EQ(policy_.status.error->code, "schedule.cron");
  policy_.spec.schedule = api::Schedule{.frequency = api::Frequency::daily, .time_zone = "Mars/Olympus"};
  step();
  EXPECT_EQ(policy_.status.error->code, "schedule.zone");
  policy_.spec.schedule->time_zone = "Asia/Shanghai";
  step();
  EXPECT_FALSE(policy_.status.error);
}

TEST_F(Life, NamesAreNeverTooLong) {
  policy_.metadata.name = std::string(60, 'p');
  namespaces_ = {{std::string(63, 'n'), {}}, {std::string(62, 'n') + "m", {}}};
  policy_.spec.export_to = api::PolicyExport{{"backups"}};
  policy_.metadata.annotations[kRunAnnotation] = "now";
  step();
  ASSERT_EQ(actions_.size(), 2u);
  EXPECT_LE(actions_[0].name.size(), 63u);
  EXPECT_NE(actions_[0].name, actions_[1].name);
}

TEST(ChosenNamespaces, ByNameBeginningAndLabel) {
  const std::vector<Namespace> all = {{"kube-system", {}},
                                      {"tranship", {}},
                                      {"team-a", {{"tier", "gold"}}},
                                      {"team-b", {}},
                                      {"shop", {{"tier", "gold"}}}};
  using Names = std::vector<std::string>;
  EXPECT_EQ(chosen_namespaces({}, all, "tranship"), (Names{"shop", "team-a", "team-b"}));
  EXPECT_EQ(chosen_namespaces({.namespaces = {"team-*", "kube-system"}, .excluded = {"team-b"}}, all, "tranship"),
            (Names{"kube-system", "team-a"}));
  api::PolicyApplications labelled;
  labelled.namespace_selector = api::LabelSelector{.match_labels = {{"tier", "gold"}}};
  EXPECT_EQ(chosen_namespaces(labelled, all, "tranship"), (Names{"shop", "team-a"}));
  labelled.namespace_selector =
      api::LabelSelector{.match_expressions = {{"tier", "NotIn", {"gold"}}, {"x", "DoesNotExist", {}}}};
  EXPECT_EQ(chosen_namespaces(labelled, all, "tranship"), (Names{"kube-system", "team-b", "tranship"}));
}

}  // namespace
}  // namespace tranship::controller
