// Goal: the API server takes every example and refuses what makes no sense. Method: deploy/crds applied to a real API
// server (TRANSHIP_TEST_KUBECONFIG), then deploy/examples and testdata/refused.yaml written into a namespace of the
// test's own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "base/yaml.h"
#include "controller/api/types.h"
#include "controller/testing/cluster.h"

namespace tranship::controller::api {
namespace {

using testing::ApiCluster;
using ::testing::HasSubstr;

const kube::ResourceType* type_of(const Json& object) {
  for (const auto* type : all_types()) {
    if (type->kind == json_string(object, {"kind"})) return type;
  }
  return json_string(object, {"kind"}) == "Secret" ? &kube::types::secret() : nullptr;
}

std::vector<Json> documents(const std::filesystem::path& path) {
  const auto text = read_file(path);
  EXPECT_TRUE(text) << path;
  const auto all = parse_yaml(text ? *text : std::string());
  EXPECT_TRUE(all) << path << ": " << (all ? "" : all.error().text());
  return all ? *all : std::vector<Json>();
}

TEST(ApiSchema, EveryKindHasAnExampleThatIsTakenAndRead) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiCluster cluster;
  std::set<std::string> kinds;
  for (const auto& file : std::filesystem::directory_iterator(TRANSHIP_SOURCE_DIR "/deploy/examples")) {
    if (file.path().extension() != ".yaml") continue;
    for (Json object : documents(file.path())) {
      const auto* type = type_of(object);
      ASSERT_NE(type, nullptr) << file.path();
      object["metadata"]["namespace"] = cluster.name_space();
      const auto created = cluster.client().create({}, *type, object);
      ASSERT_TRUE(created) << file.path() << ": " << created.error().text();
      kinds.insert(type->kind);
      if (type->kind == "Policy") {
        EXPECT_TRUE(from_json<Policy>(*created));
      }
      if (type->kind != "Export") continue;
      const auto read = from_json<Export>(*created);
      ASSERT_TRUE(read) << read.error().text();
      EXPECT_TRUE(read->spec.token.create);  // the server filled the default in
      EXPECT_EQ(read->spec.token.expires_after, std::chrono::hours(24 * 30));
    }
  }
  for (const auto* type : all_types()) EXPECT_TRUE(kinds.contains(type->kind)) << type->kind;
}

TEST(ApiSchema, WhatMakesNoSenseIsRefused) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiCluster cluster;
  const auto refused = documents(TRANSHIP_SOURCE_DIR "/src/controller/api/testdata/refused.yaml");
  ASSERT_EQ(refused.size(), 1u);
  for (const Json& entry : refused[0]) {
    const Json object = {{"apiVersion", kApiVersion},
                         {"kind", entry["kind"]},
                         {"metadata", {{"generateName", "refused-"}, {"namespace", cluster.name_space()}}},
                         {"spec", entry["spec"]}};
    const auto created = cluster.client().create({}, *type_of(object), object);
    ASSERT_FALSE(created) << to_text(entry);
    EXPECT_EQ(created.error().fault(), Fault::invalid) << to_text(entry);
    EXPECT_THAT(created.error().what(), HasSubstr(std::string(entry["message"]))) << to_text(entry);
  }
}

TEST(ApiSchema, NothingOfAnActionChangesButCancel) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiCluster cluster;
  const Json object = {{"apiVersion", kApiVersion},
                       {"kind", "Export"},
                       {"metadata", {{"name", "once"}, {"namespace", cluster.name_space()}}},
                       {"spec", {{"application", {{"namespace", "shop"}}}, {"location", {{"name", "a"}}}}}};
  ASSERT_TRUE(cluster.client().create({}, Export::type(), object));
  const auto patch = [&](const Json& spec) {
    return cluster.client().patch({}, Export::type(), cluster.name_space(), "once", kube::PatchKind::merge,
                                  {{"spec", spec}});
  };
  const auto moved = patch({{"location", {{"name", "b"}}}});
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error().what(), HasSubstr("location cannot be changed: make a new Export"));
  EXPECT_FALSE(patch({{"application", {{"namespace", "other"}}}}));
  EXPECT_FALSE(patch({{"application", {{"selector", "a=b"}}}}));
  EXPECT_FALSE(patch({{"token", {{"create", false}}}}));
  const auto cancelled = patch({{"cancel", true}});
  EXPECT_TRUE(cancelled) << cancelled.error().text();
}

TEST(ApiSchema, StatusIsWrittenApartFromTheRest) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiCluster cluster;
  Location location;
  location.metadata.name = "store";
  location.metadata.name_space = cluster.name_space();
  location.spec.s3.emplace().bucket = "backups";
  location.status.address = "ignored by create";
  const auto created = cluster.client().create({}, Location::type(), to_json(location));
  ASSERT_TRUE(created) << created.error().text();
  EXPECT_FALSE(from_json<Location>(*created)->status.address);
  LocationStatus status;
  status.address = "s3://backups";
  status.last_check_time = Time() + std::chrono::hours(500'000);
  status.conditions.push_back({.type = "Ready",
                               .status = "True",
                               .last_transition_time = *status.last_check_time,
                               .reason = "Checked",
                               .message = "fine"});
  const auto written =
      cluster.client().patch({}, Location::type(), cluster.name_space(), "store", kube::PatchKind::merge,
                             {{"status", to_json(status)}}, {.subresource = "status"});
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(from_json<Location>(*written)->status, status);
}

}  // namespace
}  // namespace tranship::controller::api
