// Names of kinds and objects, and their paths.
#include "kube/resource.h"

#include <gtest/gtest.h>

namespace tranship::kube {
namespace {

TEST(ResourceTest, Paths) {
  ResourceType deployment;
  deployment.group = "apps";
  deployment.version = "v1";
  deployment.kind = "Deployment";
  deployment.plural = "deployments";
  struct Case {
    ResourceType type;
    const char* name_space;
    const char* name;
    const char* subresource;
    const char* path;
  };
  for (const auto& [type, name_space, name, subresource, path] : {
           Case{deployment, "shop", "web", "status", "/apis/apps/v1/namespaces/shop/deployments/web/status"},
           Case{deployment, "shop", "", "", "/apis/apps/v1/namespaces/shop/deployments"},
           Case{deployment, "", "", "", "/apis/apps/v1/deployments"},
           Case{types::pod(), "shop", "p", "log", "/api/v1/namespaces/shop/pods/p/log"},
           Case{types::node(), "", "n", "", "/api/v1/nodes/n"},
           Case{types::name_space(), "", "shop", "", "/api/v1/namespaces/shop"},
           Case{types::secret(), "a/../b", "x?y", "", "/api/v1/namespaces/a%2F..%2Fb/secrets/x%3Fy"},
           Case{types::storage_class(), "", "system:x", "",
                "/apis/storage.k8s.io/v1/storageclasses/system:x"},
       }) {
    EXPECT_EQ(type.path(name_space, name, subresource), path);
  }
}

TEST(ResourceTest, NamesOfObjects) {
  const Json object = Json::parse(
      R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"}})");
  const auto type = GroupVersionKind::of(object);
  EXPECT_EQ(type, (GroupVersionKind{"apps", "v1", "Deployment"}));
  EXPECT_EQ(type.api_version(), "apps/v1");
  EXPECT_EQ(ObjectReference::of(object).to_string(), "Deployment shop/web");
  EXPECT_EQ(GroupVersionKind::of(Json::parse(R"({"apiVersion":"v1","kind":"Node"})")),
            (GroupVersionKind{"", "v1", "Node"}));
  EXPECT_EQ(GroupVersionKind::of(Json(7)), GroupVersionKind{});
  EXPECT_EQ(types::volume_snapshot().qualified_plural(), "volumesnapshots.snapshot.storage.k8s.io");
  EXPECT_EQ(types::pod().qualified_plural(), "pods");
}

}  // namespace
}  // namespace tranship::kube
