// Goal: an installation goes in, is not changed by doing it again, is upgraded, and goes out. Method: a real API server
// without controllers, so that pods never run.

#include "controller/install/install.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "controller/install/rights.h"
#include "controller/testing/cluster.h"

namespace tranship::controller::install {
namespace {

using testing::ApiCluster;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Pair;

using Changes = std::map<std::string, std::string>;

std::function<void(const Change&)> into(Changes& changes) {
  return [&](const Change& change) { changes[change.object.to_string()] = change_name(change.what); };
}

Settings settings_of(const std::string& name_space) {
  return {.name_space = name_space,
          .image = "registry.example/tranship:1",
          .cluster_name = "east",
          .version = "0.1.0"};
}

TEST(InstallManifests, AreFilledInAndLeastPrivileged) {
  const auto settings = settings_of("backup-system");
  const auto all = manifests(settings, role_for_any(settings));
  ASSERT_TRUE(all) << all.error().text();
  ASSERT_FALSE(definitions().empty());
  Json deployment;
  for (const auto& manifest : *all) {
    EXPECT_THAT(manifest.text, ::testing::Not(HasSubstr("${"))) << manifest.file;
    if (json_string(manifest.object, {"kind"}) == "Deployment") deployment = manifest.object;
  }
  EXPECT_EQ(json_string(all->front().object, {"kind"}), "Namespace");
  EXPECT_EQ(json_string(deployment, {"metadata", "namespace"}), "backup-system");
  const Json& pod = json_at(deployment, {"spec", "template", "spec"});
  EXPECT_TRUE(json_bool(pod, {"securityContext", "runAsNonRoot"}));
  const Json& container = pod["containers"][0];
  EXPECT_EQ(container["image"], "registry.example/tranship:1");
  EXPECT_THAT(container["env"], ::testing::Contains(Json{{"name", "TRANSHIP_CLUSTER_NAME"}, {"value", "east"}}));
  EXPECT_TRUE(json_bool(container, {"securityContext", "readOnlyRootFilesystem"}));
  EXPECT_FALSE(json_bool(container, {"securityContext", "allowPrivilegeEscalation"}, true));
}

TEST(InstallManifests, SettingsCannotBreakOutOfTheTemplates) {
  const auto refused = [](const Settings& settings) {
    const auto all = manifests(settings, role_for_any(settings));
    return !all && all.error().code() == "usage";
  };
  EXPECT_TRUE(refused({.name_space = "a\n  b: c", .image = "x"}));
  EXPECT_TRUE(refused({.name_space = "", .image = "x"}));
  EXPECT_TRUE(refused({.name_space = "-a", .image = "x"}));
  EXPECT_TRUE(refused({.image = "x\"\n"}));
  EXPECT_TRUE(refused({.image = ""}));
  EXPECT_TRUE(refused({.image = "x", .replicas = -1}));
  EXPECT_TRUE(refused({.image = "x", .cluster_name = "a\"\n"}));
  EXPECT_EQ(cluster_name_of("arn:aws:eks:eu-1:7:cluster/a"), "arn:aws:eks:eu-1:7:cluster/a");
  EXPECT_EQ(cluster_name_of("my \"cluster\"\n"), "my--cluster--");
}

TEST(Install, InAgainUpgradedAndOut) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiCluster cluster;
  const auto discovery = kube::Discovery::fetch({}, cluster.client());
  ASSERT_TRUE(discovery);
  auto settings = settings_of(cluster.name_space());
  const auto run = [&](bool dry_run) {
    Changes changes;
    const auto done = install({},
                              {cluster.client(), *discovery, definitions(),
                               *manifests(settings, role_for_served(settings, *discovery)), dry_run},
                              into(changes));
    EXPECT_TRUE(done) << done.error().text();
    return changes;
  };
  const std::string deployment = "Deployment " + cluster.name_space() + "/tranship";
  EXPECT_EQ(run(true)[deployment], "created");
  EXPECT_EQ(run(false)[deployment], "created");
  // The namespace is the test's: it is left as it is.
  EXPECT_EQ(run(true)["Namespace " + cluster.name_space()], "unchanged");
  EXPECT_THAT(run(false), Each(Pair(::testing::_, "unchanged")));
  settings.image = "registry.example/tranship:2";
  EXPECT_EQ(run(true)[deployment], "updated");
  EXPECT_EQ(run(false)[deployment], "updated");

  const auto ready = wait_until_ready({}, cluster.client(), cluster.name_space(), std::chrono::seconds(1));
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().code(), "install.not_ready");

  const auto out = [&](bool dry_run) {
    Changes changes;
    const auto done = uninstall(
        {}, {cluster.client(), *discovery, *manifests(settings, role_for_any(settings)), {}, dry_run}, into(changes));
    EXPECT_TRUE(done) << done.error().text();
    return changes;
  };
  EXPECT_EQ(known_cluster_name({}, cluster.client(), cluster.name_space()), "east");
  const auto installed = find_installed({}, cluster.client(), cluster.name_space());
  ASSERT_TRUE(installed && *installed);
  EXPECT_EQ((*installed)->image, "registry.example/tranship:2");
  EXPECT_EQ((*installed)->cluster_name, "east");
  EXPECT_EQ((*installed)->replicas, settings.replicas);
  // Left by the controllers.
  ASSERT_TRUE(
      cluster.client().create({}, kube::types::lease(),
                              {{"apiVersion", "coordination.k8s.io/v1"},
                               {"kind", "Lease"},
                               {"metadata", {{"name", "tranship-controller"}, {"namespace", cluster.name_space()}}}}));
  EXPECT_EQ(out(true)[deployment], "removed");
  const auto removed = out(false);
  EXPECT_THAT(removed, Each(Pair(::testing::_, "removed")));
  EXPECT_THAT(removed, ::testing::Not(::testing::Contains(Key("Namespace " + cluster.name_space()))));
  EXPECT_THAT(out(false), Each(Pair(::testing::_, "absent")));
  const auto none = find_installed({}, cluster.client(), cluster.name_space());
  EXPECT_TRUE(none && !*none);
}

TEST(Install, AnUpgradeKeepsTheRegistry) {
  EXPECT_EQ(image_with_tag("tranship.io/tranship:0.1.0", "2"), "tranship.io/tranship:2");
  EXPECT_EQ(image_with_tag("registry.example:5000/team/tranship", "2"), "registry.example:5000/team/tranship:2");
  EXPECT_EQ(image_with_tag("registry.example:5000/tranship:1@sha256:abcd", "2"), "registry.example:5000/tranship:2");
}

TEST(Install, LocalRestorePointsGoWithTheirKind) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiCluster cluster;
  const auto discovery = kube::Discovery::fetch({}, cluster.client());
  const Json labels = {{"app.kubernetes.io/managed-by", "tranship"}, {"tranship.io/local-point", "key"}};
  ASSERT_TRUE(cluster.client().create(
      {}, kube::types::secret(),
      {{"apiVersion", "v1"},
       {"kind", "Secret"},
       {"metadata", {{"name", "manifests"}, {"namespace", cluster.name_space()}, {"labels", labels}}}}));
  const std::string manifests = "Secret " + cluster.name_space() + "/manifests";
  const auto out = [&](std::vector<Manifest> kinds) {
    Changes changes;
    // Dry: other tests use the kinds.
    const auto done = uninstall({}, {cluster.client(), *discovery, {}, std::move(kinds), true}, into(changes));
    EXPECT_TRUE(done) << done.error().text();
    return changes;
  };
  EXPECT_FALSE(out({}).contains(manifests)) << "without the kinds everything stays";
  EXPECT_EQ(out(definitions())[manifests], "removed");
}

TEST(Install, WaitsForWhatIsBeingDeleted) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiCluster cluster;
  const auto discovery = kube::Discovery::fetch({}, cluster.client());
  ASSERT_TRUE(discovery);
  const auto settings = settings_of(cluster.name_space());
  const auto run = [&](const Context& context) {
    Changes changes;
    return install(context,
                   {cluster.client(), *discovery, definitions(),
                    *manifests(settings, role_for_served(settings, *discovery)), false},
                   into(changes));
  };
  // A finalizer that nobody takes off.
  const Json account = {
      {"apiVersion", "v1"},
      {"kind", "ServiceAccount"},
      {"metadata", {{"name", "tranship"}, {"namespace", cluster.name_space()}, {"finalizers", {"example.com/held"}}}}};
  ASSERT_TRUE(cluster.client().create({}, kube::types::service_account(), account));
  ASSERT_TRUE(cluster.client().remove({}, kube::types::service_account(), cluster.name_space(), "tranship"));
  const auto waited = run(Context().with_timeout(std::chrono::seconds(3)));
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().fault(), Fault::cancelled);
  ASSERT_TRUE(cluster.client().patch({}, kube::types::service_account(), cluster.name_space(), "tranship",
                                     kube::PatchKind::merge, {{"metadata", {{"finalizers", nullptr}}}}));
  const auto done = run({});
  EXPECT_TRUE(done) << done.error().text();
  Changes removed;
  ASSERT_TRUE(uninstall({}, {cluster.client(), *discovery, *manifests(settings, role_for_any(settings)), {}, false},
                        into(removed)));
}

// What the controller does with its own role, as its service account.
TEST(Install, TheRoleAllowsWhatTheControllerDoesAndNoMore) {
  TRANSHIP_NEEDS_CLUSTER();
  ApiCluster cluster;
  const auto discovery = kube::Discovery::fetch({}, cluster.client());
  ASSERT_TRUE(discovery);
  const auto settings = settings_of(cluster.name_space());
  Changes changes;
  ASSERT_TRUE(install(
      {},
      {cluster.client(), *discovery, definitions(), *manifests(settings, role_for_served(settings, *discovery)), false},
      into(changes)));
  const std::string user = "system:serviceaccount:" + cluster.name_space() + ":tranship";
  const auto own = kube::testing::connect({.user = user, .groups = {"system:serviceaccounts", "system:authenticated"}});
  ASSERT_TRUE(own) << own.error().text();
  const auto lacking = [&](const std::vector<capture::Right>& rights) {
    const auto missing = capture::missing_rights({}, **own, rights);
    EXPECT_TRUE(missing) << missing.error().text();
    std::string text;
    for (const auto& right : *missing) text += right.to_string() + "; ";
    return text;
  };
  EXPECT_EQ(lacking(capture::backup_rights(*discovery, "default")), "");
  EXPECT_EQ(lacking({{"watch", "tranship.io", "locations", "", ""},
                     {"patch", "tranship.io", "exports", "status", "default"},
                     {"watch", "", "secrets", "", ""},
                     {"create", "coordination.k8s.io", "leases", "", cluster.name_space()}}),
            "");
  EXPECT_NE(lacking({{"delete", "", "namespaces", "", ""}}), "");
  EXPECT_NE(lacking({{"delete", "", "nodes", "", ""}}), "");
  EXPECT_NE(lacking({{"update", "tranship.io", "locations", "", "default"}}), "");
  Changes removed;
  ASSERT_TRUE(uninstall({}, {cluster.client(), *discovery, *manifests(settings, role_for_any(settings)), {}, false},
                        into(removed)));
}

}  // namespace
}  // namespace tranship::controller::install
