// Goal: what Tranship itself keeps in a namespace is no part of the application there.

#include "capture/filter.h"

#include <gtest/gtest.h>

namespace tranship::capture {
namespace {

Json labelled(Json labels) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"name", "one"}, {"namespace", "shop"}, {"labels", std::move(labels)}}}};
}

TEST(Filter, LeavesOutWhatTranshipMade) {
  const std::vector<KindList> lists;
  const CaptureOptions options;
  const Filter filter(lists, options);
  const auto captured = [&](const Json& labels) { return filter.reason_to_leave_out(labelled(labels)).empty(); };
  const char* const kBy = "app.kubernetes.io/managed-by";
  EXPECT_FALSE(captured({{kBy, "tranship"}, {"tranship.io/run", "r"}}));
  EXPECT_FALSE(captured({{kBy, "tranship"}, {"tranship.io/role", "local-point"}, {"tranship.io/local-point", "k"}}));
  EXPECT_FALSE(captured({{kBy, "tranship"}, {"tranship.io/role", "rollback"}}));
  EXPECT_TRUE(captured({{kBy, "somebody"}, {"tranship.io/role", "rollback"}}));
  EXPECT_TRUE(captured({{kBy, "tranship"}}));
}

}  // namespace
}  // namespace tranship::capture
