// Goal: a restore point that was made for the purpose gives nobody rights that an administrator of a namespace lacks.

#include "controller/actions/tenant_scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tranship::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Json object(const std::string& version, const std::string& kind, const std::string& name) {
  return {{"apiVersion", version}, {"kind", kind}, {"metadata", {{"name", name}, {"namespace", "shop"}}}};
}

kube::ResourceType type(const std::string& group, const std::string& kind, const std::string& plural) {
  return {group, "v1", kind, plural, true, {}, {}, {"v1"}};
}

TEST(TenantScope, WritesWhatTheRoleAdminMayCreate) {
  capture::StoredRestorePoint stored;
  Json space{{"apiVersion", "v1"},
             {"kind", "Namespace"},
             {"metadata",
              {{"name", "shop"},
               {"labels", {{"pod-security.kubernetes.io/enforce", "privileged"}}},
               {"annotations", {{"a", "b"}}}}}};
  stored.captured.application.namespace_object = space;
  stored.captured.objects = {space,
                             object("apps/v1", "Deployment", "web"),
                             object("v1", "ResourceQuota", "limit"),
                             object("rbac.authorization.k8s.io/v1", "RoleBinding", "root"),
                             object("shop.example/v1", "Cart", "one"),
                             object("power.example/v1", "Lever", "one"),
                             object("v1", "Unknown", "one")};
  stored.captured.types = {type("apps", "Deployment", "deployments"), type("", "ResourceQuota", "resourcequotas"),
                           type("rbac.authorization.k8s.io", "RoleBinding", "rolebindings"),
                           type("shop.example", "Cart", "carts"), type("power.example", "Lever", "levers")};
  const Json role{{"rules",
                   {{{"apiGroups", {"apps"}}, {"resources", {"deployments"}}, {"verbs", {"create", "get"}}},
                    {{"apiGroups", {""}}, {"resources", {"resourcequotas"}}, {"verbs", {"get"}}},
                    {{"apiGroups", {"rbac.authorization.k8s.io"}}, {"resources", {"*"}}, {"verbs", {"*"}}},
                    {{"apiGroups", {"shop.example"}}, {"resources", {"*"}}, {"verbs", {"*"}}},
                    {{"apiGroups", {"power.example"}},
                     {"resources", {"levers"}},
                     {"verbs", {"create"}},
                     {"resourceNames", {"x"}}}}}};
  const auto left_out = keep_to_role(role, stored);
  EXPECT_THAT(left_out, ElementsAre(HasSubstr("ResourceQuota shop/limit"), HasSubstr("RoleBinding shop/root"),
                                    HasSubstr("Lever shop/one"), HasSubstr("Unknown shop/one")));
  ASSERT_EQ(stored.captured.objects.size(), 3u);
  EXPECT_EQ(stored.captured.objects[1]["kind"], "Deployment");
  EXPECT_EQ(stored.captured.objects[2]["kind"], "Cart");
  for (const Json* each : {&stored.captured.objects[0], &stored.captured.application.namespace_object}) {
    EXPECT_FALSE((*each)["metadata"].contains("labels"));
    EXPECT_FALSE((*each)["metadata"].contains("annotations"));
  }
}

TEST(TenantScope, AnEmptyRoleLetsNothingThrough) {
  capture::StoredRestorePoint stored;
  stored.captured.objects = {object("apps/v1", "Deployment", "web")};
  stored.captured.types = {type("apps", "Deployment", "deployments")};
  EXPECT_EQ(keep_to_role(Json(), stored).size(), 1u);
  EXPECT_TRUE(stored.captured.objects.empty());
}

}  // namespace
}  // namespace tranship::controller
