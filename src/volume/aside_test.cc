// Goal: a volume that is kept aside outlives its claim, is found by that claim's name, and is let go as if nothing had
// been.

#include "volume/aside.h"

#include <gtest/gtest.h>

#include "kube/testing/cluster.h"

namespace tranship::volume {
namespace {

class AsideTest : public testing::Test {
 protected:
  void SetUp() override {
    TRANSHIP_NEEDS_CLUSTER();
    client_ = kube::testing::connect().value();
    name_ = kube::testing::unique_name("aside");
    const Json volume = {{"apiVersion", "v1"},
                         {"kind", "PersistentVolume"},
                         {"metadata", {{"name", name_}}},
                         {"spec",
                          {{"capacity", {{"storage", "1Gi"}}},
                           {"accessModes", {"ReadWriteOnce"}},
                           {"persistentVolumeReclaimPolicy", "Delete"},
                           {"csi", {{"driver", "none.example"}, {"volumeHandle", name_}}}}}};
    ASSERT_TRUE(client_->create(context_, kube::types::persistent_volume(), volume));
  }
  void TearDown() override {
    if (client_) (void)client_->remove(context_, kube::types::persistent_volume(), "", name_);
  }

  Json claim(const std::string& volume) const {
    return {{"metadata", {{"name", "data"}, {"namespace", name_}}}, {"spec", {{"volumeName", volume}}}};
  }
  Json live() { return client_->get(context_, kube::types::persistent_volume(), "", name_).value(); }
  std::string policy() { return json_string(live(), {"spec", "persistentVolumeReclaimPolicy"}); }

  Context context_ = Context().with_timeout(std::chrono::seconds(60));
  std::unique_ptr<kube::Client> client_;
  std::string name_;
};

TEST_F(AsideTest, StaysUntilItIsLetGo) {
  ASSERT_TRUE(set_aside(context_, *client_, claim(name_)));
  EXPECT_EQ(policy(), "Retain");
  ASSERT_TRUE(set_aside(context_, *client_, claim(name_))) << "by the next run";
  EXPECT_TRUE(find_aside(context_, *client_, name_, {"other"})->empty());
  EXPECT_TRUE(find_aside(context_, *client_, "other", {"data"})->empty());
  const auto found = find_aside(context_, *client_, name_, {"data"}).value();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].name, name_);
  EXPECT_EQ(found[0].reclaim_policy, "Delete") << "as it was before the first run";
  ASSERT_TRUE(let_go(context_, *client_, found[0]));
  EXPECT_EQ(policy(), "Delete");
  EXPECT_EQ(to_text(json_at(live(), {"metadata"})).find("kept-aside"), std::string::npos);
}

TEST_F(AsideTest, AClaimWithoutAVolumeHasNothingToKeep) {
  EXPECT_TRUE(set_aside(context_, *client_, claim("")));
  EXPECT_TRUE(set_aside(context_, *client_, claim("gone")));
  EXPECT_TRUE(let_go(context_, *client_, {"gone", "data", "Delete"}));
}

}  // namespace
}  // namespace tranship::volume
