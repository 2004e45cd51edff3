// Goal: claims that a namespace would refuse are known before anything is written: by its quotas, which count them
// together, and by its limits, which the server knows.

#include "restore/claim_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"
#include "kube/testing/cluster.h"

namespace tranship::restore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ClaimRoomTest : public testing::Test {
 protected:
  void SetUp() override {
    TRANSHIP_NEEDS_CLUSTER();
    client_ = kube::testing::connect().value();
    name_space_ = kube::testing::unique_name("room");
  }
  void TearDown() override {
    if (client_) (void)client_->remove(context_, kube::types::name_space(), "", name_space_);
  }

  void given_namespace() {
    ASSERT_TRUE(client_->create(context_, kube::types::name_space(),
                                {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_space_}}}}));
  }
  void given(const std::string& plural, const std::string& text) {
    Json object = parse_yaml_document(text).value();
    object["metadata"]["namespace"] = name_space_;
    const kube::ResourceType type{.group = "",
                                  .version = "v1",
                                  .kind = json_string(object, {"kind"}),
                                  .plural = plural,
                                  .namespaced = true};
    const auto made = client_->create(context_, type, object);
    ASSERT_TRUE(made) << made.error().text();
  }
  static Json claim(const std::string& name, const std::string& size, const std::string& storage_class = "fast") {
    return parse_yaml_document("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: " + name +
                               "}\nspec: {accessModes: [ReadWriteOnce], storageClassName: " + storage_class +
                               ", resources: {requests: {storage: " + size + "}}}\n")
        .value();
  }
  std::vector<RefusedClaim> refused(const std::vector<Json>& claims) {
    const auto found = refused_claims(context_, *client_, name_space_, claims);
    EXPECT_TRUE(found) << found.error().text();
    return found ? *found : std::vector<RefusedClaim>();
  }
  std::vector<std::string> names(const std::vector<RefusedClaim>& refused) {
    std::vector<std::string> names;
    for (const auto& each : refused) names.push_back(each.claim);
    return names;
  }

  Context context_;
  std::unique_ptr<kube::Client> client_;
  std::string name_space_;
};

TEST_F(ClaimRoomTest, has_room_where_nothing_limits_it) {
  EXPECT_THAT(refused({claim("a", "5Ti")}), IsEmpty());  // no namespace yet
  given_namespace();
  EXPECT_THAT(refused({claim("a", "5Ti")}), IsEmpty());
}

TEST_F(ClaimRoomTest, counts_all_claims_together) {
  given_namespace();
  given("resourcequotas", "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: small}\n"
                          "spec: {hard: {requests.storage: 10Gi, persistentvolumeclaims: '3', "
                          "slow.storageclass.storage.k8s.io/requests.storage: 1Gi}}\n");
  const auto found = refused({claim("a", "6Gi"), claim("b", "6Gi"), claim("c", "2Gi", "slow"), claim("d", "3Gi"),
                              claim("e", "1Gi", "slow"), claim("f", "1Mi")});
  EXPECT_THAT(names(found), ElementsAre("b", "c", "f"));
  EXPECT_THAT(found[0].reason, HasSubstr("quota small of the namespace has 4.0 GiB of requests.storage left"));
  EXPECT_THAT(found[1].reason, HasSubstr("slow.storageclass.storage.k8s.io/requests.storage"));
  EXPECT_THAT(found[2].reason, HasSubstr("persistentvolumeclaims"));
  EXPECT_THAT(found[2].fix, HasSubstr("ResourceQuota"));
}

TEST_F(ClaimRoomTest, asks_the_server_about_limits) {
  given_namespace();
  given("limitranges", "apiVersion: v1\nkind: LimitRange\nmetadata: {name: small}\n"
                       "spec: {limits: [{type: PersistentVolumeClaim, max: {storage: 2Gi}}]}\n");
  std::vector<RefusedClaim> found;
  // Admission hears of a new LimitRange some moments after it is written.
  for (int tries = 0; tries < 50 && found.empty(); ++tries) {
    found = refused({claim("a", "1Gi"), claim("b", "3Gi")});
    if (found.empty()) (void)context_.sleep(std::chrono::milliseconds(200));
  }
  ASSERT_THAT(names(found), ElementsAre("b"));
  EXPECT_THAT(found[0].reason, HasSubstr("maximum storage usage per PersistentVolumeClaim is 2Gi"));
  EXPECT_THAT(found[0].fix, HasSubstr("LimitRange"));
}

}  // namespace
}  // namespace tranship::restore
