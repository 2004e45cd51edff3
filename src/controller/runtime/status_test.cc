// Goal: what is written of a status is what changed, and conditions move when they change.

#include "controller/runtime/status.h"

#include <gtest/gtest.h>

namespace tranship::controller {
namespace {

using namespace std::chrono_literals;

TEST(Status, TheDifferenceMakesTheOneOfTheOther) {
  const Json before = {{"a", 1}, {"b", {{"c", 1}, {"d", {1, 2}}}}, {"gone", {{"x", 1}}}, {"same", {{"y", 1}}}};
  const Json after = {{"a", 2}, {"b", {{"c", 1}, {"d", {2}}}}, {"new", {{"z", 1}}}, {"same", {{"y", 1}}}};
  const Json patch = merge_difference(before, after);
  EXPECT_EQ(patch, Json({{"a", 2}, {"b", {{"d", {2}}}}, {"gone", nullptr}, {"new", {{"z", 1}}}}));
  Json patched = before;
  patched.merge_patch(patch);
  EXPECT_EQ(patched, after);
  EXPECT_TRUE(merge_difference(after, after).is_null());
}

TEST(Status, AConditionsTimeMovesWithItsStatusAlone) {
  std::vector<api::Condition> conditions;
  const api::Time start{};
  EXPECT_TRUE(set_condition(conditions, "Ready", "False", "NoBucket", "there is none", 1, start));
  EXPECT_FALSE(set_condition(conditions, "Ready", "False", "Clock", "it is wrong", 2, start + 1h));
  EXPECT_EQ(conditions[0].last_transition_time, start);
  EXPECT_EQ(conditions[0].reason, "Clock");
  EXPECT_EQ(conditions[0].observed_generation, 2);
  EXPECT_TRUE(set_condition(conditions, "Ready", "True", "Checked", std::string(10'000, 'x'), 2, start + 2h));
  EXPECT_EQ(conditions[0].last_transition_time, start + 2h);
  EXPECT_LT(conditions[0].message.size(), 5'000u);
  EXPECT_EQ(find_condition(conditions, "Ready"), &conditions[0]);
  EXPECT_EQ(find_condition(conditions, "Complete"), nullptr);
}

TEST(Status, ErrorsKeepTheirCodes) {
  const auto trouble = trouble_of(Error(Fault::auth, "no").with_code("store.no_bucket").with_fix("make it"), "other");
  EXPECT_EQ(trouble.code, "store.no_bucket");
  EXPECT_EQ(trouble.fix, "make it");
  EXPECT_EQ(trouble_of(Error(Fault::auth, "no"), "other").code, "other");
  EXPECT_FALSE(trouble_of(Error(Fault::auth, "no"), "other").fix);
  EXPECT_EQ(reason_of("store.no_bucket"), "NoBucket");
  EXPECT_EQ(reason_of("kube.Forbidden"), "Forbidden");
  EXPECT_EQ(reason_of("application.no-restore-points"), "NoRestorePoints");
  EXPECT_EQ(reason_of(""), "Failed");
}

}  // namespace
}  // namespace tranship::controller
