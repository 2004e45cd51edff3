// Goal: a plan from a local restore point is blocked where the storage could not make the volume.

#include "migrate/local_restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"
#include "kube/testing/cluster.h"

namespace tranship::migrate {
namespace {

using testing::HasSubstr;

class LocalRestoreTest : public testing::Test {
 protected:
  void SetUp() override {
    TRANSHIP_NEEDS_CLUSTER();
    client_ = kube::testing::connect().value();
    choices_.target_namespace = kube::testing::unique_name("local");
    for (const char* driver : {"one", "two"}) make_class(driver);
    auto& captured = point_.stored.captured;
    captured.application.name = captured.application.name_space = "shop";
    captured.types = {kube::types::persistent_volume_claim()};
    captured.objects = {parse_yaml_document("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, "
                                            "namespace: shop}, spec: {accessModes: [ReadWriteOnce], resources: "
                                            "{requests: {storage: 1Gi}}}}")
                            .value()};
    captured.objects[0]["spec"]["storageClassName"] = class_name("one");
    point_.stored.point.volumes = {{.claim = "data", .storage_class = class_name("one"), .provisioner = driver("one")}};
    point_.id = std::string(64, 'a');
  }
  void TearDown() override {
    for (const auto& name : made_) (void)client_->remove(context_, kube::types::storage_class(), "", name);
  }

  std::string driver(const std::string& name) const { return name + "." + choices_.target_namespace + ".example"; }
  std::string class_name(const std::string& name) const { return choices_.target_namespace + "-" + name; }
  void make_class(const std::string& name) {
    const Json made = {{"apiVersion", "storage.k8s.io/v1"},
                       {"kind", "StorageClass"},
                       {"metadata", {{"name", class_name(name)}}},
                       {"provisioner", driver(name)}};
    ASSERT_TRUE(client_->create(context_, kube::types::storage_class(), made));
    made_.push_back(class_name(name));
  }
  RestorePlan plan() {
    const RestoreRequest request{.client = *client_, .choices = choices_, .movers = {}};
    return plan_local_restore(context_, request, point_).value();
  }

  Context context_ = Context().with_timeout(std::chrono::seconds(60));
  std::unique_ptr<kube::Client> client_;
  RestoreChoices choices_;
  LocalPoint point_;
  std::vector<std::string> made_;
};

TEST_F(LocalRestoreTest, TakesAClassOfTheSnapshotsDriver) {
  const auto made = plan();
  EXPECT_FALSE(made.blocked()) << to_json(made).dump(2);
  EXPECT_EQ(made.volumes.at(0).action, "create");
}

TEST_F(LocalRestoreTest, IsBlockedByAClassOfAnotherDriver) {
  choices_.storage_classes[class_name("one")] = class_name("two");
  const auto made = plan();
  EXPECT_TRUE(made.blocked());
  EXPECT_THAT(made.volumes.at(0).reason, HasSubstr("of driver " + driver("one")));
  EXPECT_THAT(made.volumes.at(0).fix, HasSubstr(class_name("one")));
}

TEST_F(LocalRestoreTest, GivesAClaimWithoutAClassOneOfTheDriver) {
  point_.stored.captured.objects[0]["spec"]["storageClassName"] = "";
  const auto made = plan();
  EXPECT_FALSE(made.blocked()) << to_json(made).dump(2);
  EXPECT_EQ(json_string(made.claims.at("data"), {"spec", "storageClassName"}), class_name("one"));
}

}  // namespace
}  // namespace tranship::migrate
