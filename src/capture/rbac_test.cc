// Goal: the ClusterRole that --print-rbac gives is enough and is needed: without it every missing right is
// named in one error, with it capture gives the same objects.

#include "capture/rbac.h"

#include <gmock/gmock.h>

#include "capture/capture.h"
#include "capture/test_zoo.h"

namespace tranship::capture {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const kube::ResourceType& cluster_roles() {
  static const kube::ResourceType type = {"rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles",
                                          false};
  return type;
}
const kube::ResourceType& cluster_role_bindings() {
  static const kube::ResourceType type = {"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding",
                                          "clusterrolebindings", false};
  return type;
}

// Grants `role` to a user of the same name everywhere, until the end of the scope.
class Grant {
 public:
  Grant(kube::Client& client, const Json& role)
      : client_(client), name_(json_string(role, {"metadata", "name"})) {
    const auto made = client.create({}, cluster_roles(), role);
    EXPECT_TRUE(made) << made.error().text();
    const Json binding = {
        {"apiVersion", "rbac.authorization.k8s.io/v1"},
        {"kind", "ClusterRoleBinding"},
        {"metadata", {{"name", name_}}},
        {"roleRef", {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", name_}}},
        {"subjects", {{{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "User"}, {"name", name_}}}}};
    const auto bound = client.create({}, cluster_role_bindings(), binding);
    EXPECT_TRUE(bound) << bound.error().text();
  }
  ~Grant() {
    (void)client_.remove({}, cluster_role_bindings(), {}, name_);
    (void)client_.remove({}, cluster_roles(), {}, name_);
  }

 private:
  kube::Client& client_;
  const std::string name_;
};

// The authorizer of the API server hears of new bindings a moment later.
std::vector<Right> wait_for_rights(kube::Client& client, const std::vector<Right>& rights) {
  std::vector<Right> missing;
  for (int attempt = 0; attempt < 50; ++attempt) {
    auto asked = missing_rights({}, client, rights);
    EXPECT_TRUE(asked) << asked.error().text();
    if (!asked) break;
    missing = *std::move(asked);
    if (missing.empty()) break;
    (void)Context().sleep(std::chrono::milliseconds(100));
  }
  return missing;
}

TEST(Rights, TheLeastRoleIsEnoughForCapture) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto admin = *kube::testing::connect();
  const Zoo zoo(*admin);
  const std::string user = zoo.name() + "-reader";
  const auto limited = *kube::testing::connect({user, {}, {}, {}});
  const auto rights = capture_rights(zoo.discovery(), zoo.name());
  const auto found = app::find_application({}, *admin, {zoo.name(), {}, {}});
  ASSERT_TRUE(found);

  const auto refused = capture_manifests({}, *limited, zoo.discovery(), *found);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::auth);
  EXPECT_EQ(refused.error().code(), "capture.rights");
  for (const char* kind : {"secrets", "configmaps", "deployments.apps", "animals.",
                           "clusterrolebindings.rbac", "get namespaces", "(cluster-wide)"}) {
    EXPECT_THAT(refused.error().text(), HasSubstr(kind));
  }
  EXPECT_THAT(refused.error().fix(), HasSubstr("--print-rbac"));

  const Grant grant(*admin, cluster_role(user, rights));
  EXPECT_THAT(wait_for_rights(*limited, rights), IsEmpty());
  const auto captured = capture_manifests({}, *limited, zoo.discovery(), *found);
  ASSERT_TRUE(captured) << captured.error().text();
  auto expected = zoo.expected();
  expected.insert("Namespace " + zoo.name());
  EXPECT_EQ(ids_of(captured->objects), expected);
  EXPECT_EQ(ids_of(captured->closure), zoo.expected_closure());
}

TEST(Rights, WhatIsMissingIsExactlyWhatWasNotGranted) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto admin = *kube::testing::connect();
  const Zoo zoo(*admin);
  const std::string user = zoo.name() + "-partial";
  const auto limited = *kube::testing::connect({user, {}, {}, {}});
  auto granted = capture_rights(zoo.discovery(), zoo.name());
  const auto all = granted;
  const auto dropped = [](const Right& right) {
    return right.resource == "secrets" || right.resource == "storageclasses";
  };
  std::erase_if(granted, dropped);
  const Grant grant(*admin, cluster_role(user, granted));
  ASSERT_THAT(wait_for_rights(*limited, granted), IsEmpty());
  const auto missing = missing_rights({}, *limited, all);
  ASSERT_TRUE(missing) << missing.error().text();
  std::vector<std::string> texts;
  for (const auto& right : *missing) texts.push_back(right.to_string());
  EXPECT_THAT(texts, testing::UnorderedElementsAre("list secrets in namespace " + zoo.name(),
                                                   "get storageclasses.storage.k8s.io"));

  const auto found = app::find_application({}, *admin, {zoo.name(), {}, {}});
  ASSERT_TRUE(found);
  CaptureOptions options;
  options.allow_missing_rights = true;
  const auto captured = capture_manifests({}, *limited, zoo.discovery(), *found, options);
  ASSERT_TRUE(captured) << captured.error().text();
  EXPECT_THAT(captured->warnings,
              Contains("not captured: the credentials may not list secrets in namespace " + zoo.name()));
  EXPECT_THAT(captured->warnings,
              Contains("not captured: the credentials may not get storageclasses.storage.k8s.io"));
  EXPECT_THAT(ids_of(captured->objects), Contains("Deployment web"));
}

TEST(Rights, RestoreAndBackupRightsAreKnownToTheServer) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto admin = *kube::testing::connect();
  const auto discovery = kube::Discovery::fetch({}, *admin);
  ASSERT_TRUE(discovery);
  const auto backup = backup_rights(*discovery, "shop");
  const auto restore = restore_rights(discovery->types(), "shop");
  EXPECT_THAT(backup, Contains(Right{"create", "", "pods", "exec", "shop"}));
  EXPECT_THAT(backup, Contains(Right{"list", "", "configmaps", "", "shop"}));
  EXPECT_THAT(restore, Contains(Right{"patch", "apps", "deployments", "", "shop"}));
  EXPECT_THAT(restore, Contains(Right{"escalate", "rbac.authorization.k8s.io", "roles", "", "shop"}));
  // An administrator has them all; the role is one the API server takes.
  const auto missing = missing_rights({}, *admin, restore);
  ASSERT_TRUE(missing) << missing.error().text();
  EXPECT_THAT(*missing, IsEmpty());
  kube::WriteOptions dry_run;
  dry_run.dry_run = true;
  const auto created =
      admin->create({}, cluster_roles(), cluster_role("tranship-restore-test", restore), dry_run);
  EXPECT_TRUE(created) << created.error().text();
}

TEST(Rights, TheClosureIsWrittenOnlyWhenItIsCarried) {
  const auto type = [](std::string kind, bool namespaced) {
    kube::ResourceType made;
    made.kind = std::move(kind);
    made.namespaced = namespaced;
    return made;
  };
  const std::vector<kube::ResourceType> captured = {type("Secret", true), type("CustomResourceDefinition", false),
                                                    type("PersistentVolume", false)};
  const auto kinds = [&](const std::set<std::string>& carry) {
    std::vector<std::string> found;
    for (const auto& each : written_types(captured, carry)) found.push_back(each.kind);
    return found;
  };
  using Kinds = std::vector<std::string>;
  EXPECT_EQ(kinds({}), (Kinds{"Secret"}));
  EXPECT_EQ(kinds({"CustomResourceDefinition"}), (Kinds{"Secret", "CustomResourceDefinition"}));
  EXPECT_EQ(kinds({"*"}), (Kinds{"Secret", "CustomResourceDefinition"}));
}

TEST(Rights, RolesJoinRules) {
  const Json role = cluster_role("tranship", {{"list", "", "pods", "", "shop"},
                                              {"get", "", "pods", "", "shop"},
                                              {"get", "", "secrets", "", "shop"},
                                              {"list", "", "secrets", "", "shop"},
                                              {"create", "", "pods", "exec", "shop"},
                                              {"list", "apps", "deployments", "", "shop"}});
  EXPECT_EQ(role.at("rules"), Json::parse(R"([
    {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create"]},
    {"apiGroups": [""], "resources": ["pods", "secrets"], "verbs": ["get", "list"]},
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list"]}])"));
}

}  // namespace
}  // namespace tranship::capture
