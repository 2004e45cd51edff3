// Goal: what was captured comes back from a repository as it went in, stock restic sees the same files, and
// damage is named.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/read.h"
#include "capture/write.h"
#include "repo/testing/repository.h"
#include "repo/write/virtual_directory.h"
#include "repo/write/writer.h"

namespace tranship::capture {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Json object(const char* api_version, const char* kind, const char* name_space, const std::string& name) {
  Json value = {
      {"apiVersion", api_version}, {"kind", kind}, {"metadata", {{"name", name}}}, {"spec", {{"n", 1}}}};
  if (*name_space != '\0') value["metadata"]["namespace"] = name_space;
  return value;
}

Captured example() {
  Captured captured;
  captured.application.name = "shop";
  captured.application.name_space = "shop";
  captured.cluster = "east";
  captured.cluster_id = "u";
  captured.kubernetes_version = "v1.34.4";
  captured.started_at = "2026-11-24T03:14:00Z";
  captured.objects = {object("v1", "Namespace", "", "shop"), object("v1", "ConfigMap", "shop", "settings"),
                      object("v1", "Service", "shop", "web"), object("apps/v1", "Deployment", "shop", "web"),
                      object("rbac.authorization.k8s.io/v1", "Role", "shop", "system:reader/../x")};
  captured.closure = {object("storage.k8s.io/v1", "StorageClass", "", "standard")};
  captured.images = {"web:1"};
  captured.types = {{"apps", "v1", "Deployment", "deployments", true, {"list"}, {"status"}, {"v1"}}};
  captured.warnings = {"careful"};
  return captured;
}

repo::Node empty_directory(repo::Repository& repository) {
  repo::Writer writer(repository);
  const auto tree = repo::VirtualDirectory().save({}, writer, 0);
  EXPECT_TRUE(tree);
  EXPECT_TRUE(writer.flush({}));
  repo::Node node;
  node.type = repo::NodeType::directory;
  node.mode = 0700;
  node.subtree = *tree;
  return node;
}

Result<repo::Snapshot> save(repo::Repository& repository, const repo::VirtualDirectory& root) {
  repo::Writer writer(repository);
  repo::Snapshot snapshot;
  snapshot.tree = TRY(root.save({}, writer, 1'700'000'000'000'000'000));
  TRY(writer.flush({}));
  snapshot.time = "2026-11-24T03:15:00Z";
  snapshot.paths = {"/"};
  snapshot.hostname = "east";
  snapshot.username = "tranship";
  snapshot.id = TRY(repository.save_snapshot({}, snapshot));
  TRY(repository.load_index({}));
  return snapshot;
}

TEST(Layout, NamesBecomeSafeComponentsAndComeBack) {
  for (const std::string name :
       {"web", "system:reader", "a/b", "..", ".", "...", "A b%~\xff\n", "%2e", "", "-", "中文"}) {
    const std::string component = escape_component(name);
    EXPECT_FALSE(component.empty() || component == "." || component == "..") << name;
    EXPECT_EQ(component.find_first_of("/ ~\n"), std::string::npos) << component;
    const auto back = unescape_component(component);
    ASSERT_TRUE(back) << component;
    EXPECT_EQ(*back, name);
  }
  EXPECT_EQ(escape_component("system:reader"), "system:reader");
  EXPECT_EQ(escape_component("a/b"), "a%2fb");
  EXPECT_EQ(escape_component(".."), "%2e.");
  for (const char* bad : {"a/b", "%2", "%zz", "a b", "a~b"}) EXPECT_FALSE(unescape_component(bad)) << bad;
}

TEST(Layout, LongNamesStayWithinAComponent) {
  const std::string a(253, 'a');
  const std::string b = std::string(252, 'a') + "b";
  EXPECT_LE(escape_component(a).size() + 5, 255u);
  EXPECT_NE(escape_component(a), escape_component(b));
  EXPECT_EQ(escape_component(std::string(240, 'a')).size(), 240u);
}

TEST(Layout, Paths) {
  EXPECT_EQ(resource_path({{"apps", "v1", "Deployment"}, "shop", "web"}),
            "resources/apps/Deployment/shop/web.json");
  EXPECT_EQ(resource_path({{"", "v1", "Namespace"}, "", "shop"}),
            "resources/core/Namespace/_cluster/shop.json");
  EXPECT_EQ(volume_path("data", false), "volumes/data");
  EXPECT_EQ(volume_path("data", true), "volumes/data.raw");
  EXPECT_EQ(volume_path("data.raw", false), "volumes/data%2eraw");
  EXPECT_EQ(volume_path("data.raw", true), "volumes/data.raw.raw");
}

TEST(Store, WhatWasCapturedComesBack) {
  const repo::ScratchDirectory scratch;
  const auto made = repo::make_test_repository(scratch / "repository");
  const auto captured = example();
  auto point = describe(captured);
  app::VolumeRecord volume;
  volume.claim = "data";
  volume.consistency = app::Consistency::live;
  point.volumes = {volume};
  repo::VirtualDirectory root;
  write_captured(captured, point, root);
  root.add_node(volume_path("data", false), empty_directory(*made.repository));
  const auto snapshot = save(*made.repository, root);
  ASSERT_TRUE(snapshot) << snapshot.error().text();

  const auto stored = read_captured({}, *made.repository, *snapshot);
  ASSERT_TRUE(stored) << stored.error().text();
  EXPECT_EQ(app::to_json(stored->point), app::to_json(point));
  ASSERT_EQ(stored->captured.objects.size(), captured.objects.size());
  EXPECT_EQ(stored->captured.objects[0], captured.objects[0]);
  for (const auto& expected : captured.objects) {
    EXPECT_THAT(stored->captured.objects, testing::Contains(expected));
  }
  EXPECT_EQ(stored->captured.closure, captured.closure);
  EXPECT_EQ(stored->captured.application.namespace_object, captured.objects[0]);
  ASSERT_TRUE(stored->volumes.contains("data"));
  EXPECT_EQ(stored->volumes.at("data").type, repo::NodeType::directory);
}

TEST(Store, WhatLiesOutsideOfTheNamespaceIsClosureWhateverTheDescriptionSays) {
  const repo::ScratchDirectory scratch;
  const auto made = repo::make_test_repository(scratch / "repository");
  repo::VirtualDirectory root;
  write_captured(example(), describe(example()), root);
  const auto binding = object("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", "more");
  root.add_file("resources/rbac.authorization.k8s.io/ClusterRoleBinding/_cluster/more.json", to_text(binding));
  const auto snapshot = save(*made.repository, root);
  ASSERT_TRUE(snapshot);
  const auto stored = read_captured({}, *made.repository, *snapshot);
  ASSERT_TRUE(stored) << stored.error().text();
  EXPECT_THAT(stored->captured.closure, testing::Contains(binding));
  EXPECT_THAT(stored->captured.objects, testing::Not(testing::Contains(binding)));
}

TEST(Store, EqualContentGivesEqualTrees) {
  const repo::ScratchDirectory scratch;
  const auto made = repo::make_test_repository(scratch / "repository");
  const auto captured = example();
  Id trees[2];
  for (auto& tree : trees) {
    repo::VirtualDirectory root;
    write_captured(captured, describe(captured), root);
    const auto snapshot = save(*made.repository, root);
    ASSERT_TRUE(snapshot);
    tree = snapshot->tree;
  }
  EXPECT_EQ(trees[0], trees[1]);
}

TEST(Store, StockResticReadsTheManifests) {
  REQUIRE_RESTIC();
  const repo::ScratchDirectory scratch;
  const auto made = repo::make_test_repository(scratch / "repository");
  repo::VirtualDirectory root;
  write_captured(example(), describe(example()), root);
  ASSERT_TRUE(save(*made.repository, root));
  const auto listed = repo::restic(scratch / "repository", "ls latest");
  EXPECT_EQ(listed.exit_code, 0) << listed.output;
  EXPECT_THAT(listed.output, HasSubstr("/resources/apps/Deployment/shop/web.json"));
  EXPECT_THAT(listed.output,
              HasSubstr("/resources/rbac.authorization.k8s.io/Role/shop/system:reader%2f..%2fx.json"));
  const auto dumped =
      repo::restic(scratch / "repository", "dump latest /resources/core/ConfigMap/shop/settings.json");
  const auto object = parse_json(dumped.output);
  ASSERT_TRUE(object) << dumped.output;
  EXPECT_EQ(*object, example().objects[1]);
  const auto checked = repo::restic(scratch / "repository", "check --read-data");
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
}

TEST(Store, SaysWhatIsWrong) {
  const repo::ScratchDirectory scratch;
  const auto made = repo::make_test_repository(scratch / "repository");
  const auto error = [&](const std::function<void(repo::VirtualDirectory&)>& change,
                         app::RestorePoint point) {
    repo::VirtualDirectory root;
    write_captured(example(), point, root);
    change(root);
    const auto snapshot = save(*made.repository, root);
    EXPECT_TRUE(snapshot) << snapshot.error().text();
    const auto read = read_captured({}, *made.repository, *snapshot);
    return read ? std::string("accepted")
                : std::string(fault_name(read.error().fault())) + ": " + read.error().what();
  };
  const auto point = describe(example());
  EXPECT_EQ(error([](auto&) {}, point), "accepted");
  EXPECT_THAT(error([](auto& root) { root.add_file("restore-point.json", "{"); }, point),
              HasSubstr("corrupt"));
  EXPECT_THAT(error([](auto& root) { root.add_file("restore-point.json", R"({"version":7})"); }, point),
              HasSubstr("invalid"));
  EXPECT_THAT(error([](auto& root) { root.add_file("resources/core/Service/shop/web.json", "no"); }, point),
              HasSubstr("resources/core/Service/shop/web.json"));
  EXPECT_THAT(error(
                  [](auto& root) {
                    root.add_file("resources/core/Secret/shop/a.json",
                                  to_text(object("v1", "Secret", "shop", "b")));
                  },
                  point),
              HasSubstr("holds another object"));
  for (const char* elsewhere : {"kube-system", "shop2"}) {
    EXPECT_THAT(error(
                    [&](auto& root) {
                      root.add_file(fmt::format("resources/core/ConfigMap/{}/a.json", elsewhere),
                                    to_text(object("v1", "ConfigMap", elsewhere, "a")));
                    },
                    point),
                HasSubstr(fmt::format("it is of namespace shop and holds ConfigMap {}/a", elsewhere)));
  }
  EXPECT_THAT(error(
                  [](auto& root) {
                    root.add_file("resources/core/Namespace/_cluster/other.json",
                                  to_text(object("v1", "Namespace", "", "other")));
                  },
                  point),
              HasSubstr("holds Namespace other"));
  EXPECT_THAT(error([](auto& root) { root.add_file("resources/core/stray.json", "{}"); }, point),
              HasSubstr("is not where a manifest can be"));
  auto with_volume = point;
  with_volume.volumes.emplace_back().claim = "gone";
  EXPECT_THAT(error([](auto&) {}, with_volume), HasSubstr("volume gone"));
  with_volume.volumes[0].block = true;
  EXPECT_THAT(error([&](auto& root) { root.add_node("volumes/gone.raw", empty_directory(*made.repository)); },
                    with_volume),
              HasSubstr("is not a file"));
}

TEST(Store, OtherSnapshotsAreNoRestorePoints) {
  const repo::ScratchDirectory scratch;
  const auto made = repo::make_test_repository(scratch / "repository");
  repo::VirtualDirectory root;
  root.add_file("home/notes.txt", "x");
  const auto snapshot = save(*made.repository, root);
  ASSERT_TRUE(snapshot);
  const auto read = read_restore_point({}, *made.repository, *snapshot);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().fault(), Fault::not_found);
  EXPECT_EQ(read.error().code(), "restore-point.none");
}

}  // namespace
}  // namespace tranship::capture
