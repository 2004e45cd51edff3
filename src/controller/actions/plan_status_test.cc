// Goal: a status shows of a plan what a person needs to decide, whatever its size.

#include "controller/actions/plan_status.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tranship::controller {
namespace {

using restore::Action;
using testing::ElementsAre;

restore::PlanItem item(const std::string& kind, const std::string& name, Action action) {
  restore::PlanItem line;
  line.item.object = {{"apiVersion", "v1"}, {"kind", kind}, {"metadata", {{"name", name}, {"namespace", "shop"}}}};
  line.action = action;
  return line;
}

migrate::RestorePlan some_plan() {
  migrate::RestorePlan plan;
  plan.target_namespace = "shop";
  plan.objects.items = {item("ConfigMap", "same", Action::unchanged), item("ConfigMap", "new", Action::create),
                        item("ConfigMap", "theirs", Action::conflict), item("Pod", "bad", Action::blocked),
                        item("PersistentVolumeClaim", "data", Action::create)};
  plan.objects.items[2].changes = {{".data.a", "1", "2"}};
  plan.objects.items[3].reason = "no node can take it";
  plan.objects.items[3].fix = "Add a node";
  plan.notes = {"StorageClass standard is not here: fast takes its place"};
  plan.objects.notes = {"Service web: node port 30001 is taken"};
  return plan;
}

TEST(PlanStatus, has_what_needs_attention_first_with_its_changes) {
  const auto summary = summary_of(some_plan());
  std::vector<std::string> lines;
  for (const auto& each : summary.objects) lines.push_back(each.action + " " + each.object);
  EXPECT_THAT(lines, ElementsAre("blocked Pod shop/bad", "conflict ConfigMap shop/theirs", "create ConfigMap shop/new",
                                 "create PersistentVolumeClaim shop/data", "unchanged ConfigMap shop/same"));
  EXPECT_THAT(summary.objects[1].changes, ElementsAre("data.a: 1 -> 2"));
  EXPECT_EQ(summary.summary.at("create"), 2);
  ASSERT_EQ(summary.blockers.size(), 1u);
  EXPECT_EQ(summary.blockers[0].fix, "Add a node");
  EXPECT_EQ(summary.notes.size(), 2u);
  EXPECT_FALSE(summary.objects_left_out);
}

TEST(PlanStatus, tells_of_a_claim_what_becomes_of_its_data) {
  auto plan = some_plan();
  plan.volumes = {{.claim = "data", .action = "blocked", .reason = "the claim exists", .fix = "Delete it"},
                  {.claim = "lost", .action = "blocked", .reason = "no manifest"}};
  const auto summary = summary_of(plan);
  EXPECT_EQ(summary.summary.at("blocked"), 3);
  EXPECT_EQ(summary.summary.at("create"), 1);
  EXPECT_EQ(summary.blockers.size(), 3u);
  EXPECT_EQ(summary.objects[1].object, "PersistentVolumeClaim shop/data");
  EXPECT_EQ(summary.objects[1].reason, "the claim exists");
}

TEST(PlanStatus, lists_what_is_missing_outside_the_namespace) {
  auto plan = some_plan();
  plan.objects.needs = {{{{"rbac.authorization.k8s.io", "v1", "ClusterRole"}, "", "reader"}, true}};
  const auto summary = summary_of(plan);
  ASSERT_EQ(summary.needs.size(), 1u);
  EXPECT_EQ(summary.needs[0].object, "ClusterRole reader");
  EXPECT_EQ(summary.needs[0].kind, "ClusterRole");
  EXPECT_TRUE(summary.needs[0].carried);
}

TEST(PlanStatus, counts_what_has_no_room) {
  migrate::RestorePlan plan;
  for (int i = 0; i < 700; ++i) plan.objects.items.push_back(item("ConfigMap", fmt::format("m{}", i), Action::create));
  plan.objects.items.push_back(item("Pod", "bad", Action::blocked));
  auto summary = summary_of(plan);
  EXPECT_EQ(summary.objects.size(), 500u);
  EXPECT_EQ(summary.objects_left_out, 201);
  EXPECT_EQ(summary.objects[0].action, "blocked");
  for (auto& line : plan.objects.items)
    line.changes.assign(20, {".data.key", std::string(60, 'a'), std::string(60, 'b')});
  summary = summary_of(plan);
  EXPECT_LT(summary.objects.size(), 400u);
  EXPECT_EQ(static_cast<std::int64_t>(summary.objects.size()) + *summary.objects_left_out, 701);
  EXPECT_LT(to_text(api::to_json(summary)).size(), std::size_t{600} << 10);
}

}  // namespace
}  // namespace tranship::controller
