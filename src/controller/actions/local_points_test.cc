// Goal: the RestorePoint of a Backup says what is known, of which policy it is, and when its time is over.

#include "controller/actions/local_points.h"

#include <gtest/gtest.h>

#include "base/units.h"
#include "controller/policy/next_step.h"

namespace tranship::controller {
namespace {

migrate::LocalBackup made() {
  migrate::LocalBackup made;
  made.id = std::string(64, 'a');
  made.point.application = made.point.name_space = "shop";
  made.point.finished_at = "2026-01-02T03:04:05Z";
  made.point.volumes = {{.claim = "data", .capacity = "1Gi", .consistency = app::Consistency::volume_snapshot}};
  return made;
}

TEST(LocalPoints, SayWhatIsKnown) {
  const auto view = local_point_view({}, made(), "0123456789abcdef");
  EXPECT_EQ(view.metadata.name, "shop-0123456789ab");
  EXPECT_EQ(view.metadata.name_space, "shop");
  EXPECT_EQ(view.spec.kind, api::RestorePointKind::local);
  EXPECT_FALSE(view.spec.location);
  EXPECT_FALSE(view.spec.expires_at);
  EXPECT_EQ(view.status.consistency, api::Consistency::volume_snapshot);
  EXPECT_FALSE(view.status.bytes) << "nobody has counted them";
  EXPECT_FALSE(view.status.volumes.at(0).bytes);
  EXPECT_FALSE(view.metadata.labels.contains(kPolicyLabel));
}

TEST(LocalPoints, AreTheirPolicysAndExpire) {
  api::Backup backup;
  backup.metadata.name_space = "tranship";
  backup.metadata.labels[kPolicyLabel] = "nightly";
  backup.spec.expires_after = std::chrono::hours(24);
  const auto view = local_point_view(backup, made(), "0123456789abcdef");
  EXPECT_EQ(view.spec.expires_at, parse_time("2026-01-03T03:04:05Z").value());
  EXPECT_EQ(view.metadata.labels.at(kPolicyLabel), "nightly");
  EXPECT_EQ(view.metadata.labels.at("tranship.io/policy-namespace"), "tranship");
}

}  // namespace
}  // namespace tranship::controller
