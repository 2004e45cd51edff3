// Goal: what was backed up is read back as it was, however large; what somebody changed, or what is gone, is said and
// never restored; what belongs to a point is kept, given away and removed together.

#include "migrate/local_point.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "kube/testing/cluster.h"

namespace tranship::migrate {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Json object(const std::string& kind, const std::string& name, const std::string& name_space) {
  Json made = {{"apiVersion", "v1"}, {"kind", kind}, {"metadata", {{"name", name}}}};
  if (!name_space.empty()) made["metadata"]["namespace"] = name_space;
  return made;
}

capture::Captured captured(const std::string& name_space = "shop") {
  capture::Captured captured;
  captured.application = {.name = "shop", .name_space = name_space};
  captured.cluster = "east";
  captured.cluster_id = "uid";
  captured.objects = {object("Namespace", name_space, ""), object("ConfigMap", "settings", name_space),
                      object("Secret", "keys", name_space)};
  captured.closure = {object("PersistentVolume", "pv", "")};
  return captured;
}

app::RestorePoint point_of(const capture::Captured& captured) {
  app::RestorePoint point;
  point.application = captured.application.name;
  point.name_space = captured.application.name_space;
  point.cluster = captured.cluster;
  point.cluster_id = captured.cluster_id;
  for (const Json& each : captured.closure) point.closure.push_back(kube::ObjectReference::of(each));
  return point;
}

Json storage_class(const std::string& name, const std::string& provisioner) {
  return {{"metadata", {{"name", name}}}, {"provisioner", provisioner}};
}

TEST(LocalPoint, ManifestsComeBackAsTheyWere) {
  const auto given = captured();
  const auto found = unbundle(bundle(given, point_of(given))).value();
  EXPECT_EQ(found.captured.objects, given.objects);
  EXPECT_EQ(found.captured.closure, given.closure);
  EXPECT_EQ(found.point.name_space, "shop");
  EXPECT_EQ(found.captured.application.namespace_object, given.objects[0]);
}

TEST(LocalPoint, EachBackupHasOneKey) {
  EXPECT_EQ(local_point_key("a"), local_point_key("a"));
  EXPECT_NE(local_point_key("a"), local_point_key("b"));
  EXPECT_EQ(local_point_key("a").size(), 16u);
}

TEST(LocalPoint, AClassMustBeOfTheSnapshotsDriver) {
  const std::vector<Json> classes = {storage_class("slow", "x"), storage_class("fast", "x"), storage_class("nas", "y")};
  EXPECT_EQ(class_of_driver(classes, "slow", "x"), "slow");
  EXPECT_EQ(class_of_driver(classes, "gone", "x"), "fast");
  EXPECT_EQ(class_of_driver(classes, "nas", "x"), "fast");
  EXPECT_EQ(class_of_driver(classes, "", "z"), "");
  EXPECT_EQ(provisioner_of(classes, "nas"), "y");
  EXPECT_EQ(provisioner_of(classes, "gone"), "");
}

class LocalPointTest : public testing::Test {
 protected:
  void SetUp() override {
    TRANSHIP_NEEDS_CLUSTER();
    client_ = kube::testing::connect().value();
    name_space_.emplace(*client_);
    captured_ = captured(name_space_->name());
  }

  std::string write(const std::string& key = "key") {
    return write_local_manifests(context_, *client_, key, "run", captured_, point_of(captured_)).value();
  }
  Result<LocalPoint> read(const std::string& id, const std::string& key = "key") {
    return read_local_point(context_, *client_, name_space_->name(), key, id);
  }
  std::vector<Json> secrets(const std::string& key = "key") {
    return volume::find_point_secrets(context_, *client_, name_space_->name(), key).value();
  }
  void replace_piece(const std::string& name, const std::string& data) {
    Json secret = client_->get(context_, kube::types::secret(), name_space_->name(), name).value();
    ASSERT_TRUE(client_->remove(context_, kube::types::secret(), name_space_->name(), name));
    for (const char* field : {"uid", "resourceVersion", "managedFields"}) secret["metadata"].erase(field);
    secret["data"]["piece"] = data;
    ASSERT_TRUE(client_->create(context_, kube::types::secret(), secret));
  }

  Context context_ = Context().with_timeout(std::chrono::seconds(60));
  std::unique_ptr<kube::Client> client_;
  std::optional<kube::testing::TestNamespace> name_space_;
  capture::Captured captured_;
};

TEST_F(LocalPointTest, LargeManifestsAreInSeveralSecrets) {
  std::mt19937_64 random(1);
  std::string noise;
  while (noise.size() < (std::size_t{3} << 20)) noise += std::to_string(random());
  captured_.objects[1]["data"] = {{"noise", noise}};
  const std::string id = write();
  EXPECT_GE(secrets().size(), 2u);
  for (const Json& each : secrets()) EXPECT_EQ(json_string(each, {"type"}), "tranship.io/manifests");
  const auto point = read(id);
  ASSERT_TRUE(point) << point.error().text();
  EXPECT_EQ(point->stored.captured.objects, captured_.objects);
}

TEST_F(LocalPointTest, WhatSomebodyChangedIsNotRestored) {
  const std::string id = write();
  ASSERT_TRUE(read(id));
  EXPECT_EQ(read(std::string(64, '0')).error().code(), "local.changed");
  captured_.objects[1]["data"] = {{"admin", "me"}};
  write("other");
  replace_piece("tranship-point-key-1", json_string(secrets("other").at(0), {"data", "piece"}));
  EXPECT_EQ(read(id).error().code(), "local.changed");
  replace_piece("tranship-point-key-1", "AAAA");
  EXPECT_EQ(read(id).error().code(), "local.changed");
}

TEST_F(LocalPointTest, WhatIsGoneIsSaid) {
  EXPECT_EQ(read("", "none").error().code(), "local.gone");
  EXPECT_EQ(read("", "").error().code(), "local.gone");
  auto point = point_of(captured_);
  point.volumes.push_back({.claim = "data"});
  const auto id = write_local_manifests(context_, *client_, "key", "run", captured_, point);
  const auto found = read(*id);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code(), "local.gone");
  EXPECT_THAT(found.error().text(), testing::HasSubstr("volume data"));
}

TEST_F(LocalPointTest, IsKeptGivenAndRemovedTogether) {
  const std::string& where = name_space_->name();
  write();
  EXPECT_THAT(volume::find_orphaned_points(context_, *client_, where, {}).value(), IsEmpty()) << "a run has it";
  ASSERT_TRUE(volume::keep_point(context_, *client_, where, "key"));
  EXPECT_FALSE(json_at(secrets().at(0), {"metadata", "labels"}).contains("tranship.io/run"));
  EXPECT_THAT(volume::find_orphaned_points(context_, *client_, where, {}).value(), ElementsAre("key"));
  EXPECT_THAT(volume::find_orphaned_points(context_, *client_, where, {"key"}).value(), IsEmpty());
  const Json owner = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"name", "owner"}, {"uid", "some-uid"}};
  ASSERT_TRUE(volume::adopt_point(context_, *client_, where, "key", owner));
  ASSERT_TRUE(volume::adopt_point(context_, *client_, where, "key", owner));
  EXPECT_EQ(json_at(secrets().at(0), {"metadata", "ownerReferences"}).size(), 1u);
  EXPECT_THAT(volume::find_orphaned_points(context_, *client_, where, {}).value(), IsEmpty());
  write("other");
  ASSERT_TRUE(volume::remove_point(context_, *client_, where, "key"));
  EXPECT_THAT(secrets(), IsEmpty());
  EXPECT_EQ(secrets("other").size(), 1u);
}

}  // namespace
}  // namespace tranship::migrate
