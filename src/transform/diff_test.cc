// Goal: applying what is there already changes nothing, and what differs is named by its path.

#include "transform/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"

namespace tranship::transform {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Json yaml(const char* text) {
  auto value = parse_yaml_document(text);
  EXPECT_TRUE(value) << (value ? "" : value.error().text());
  return value ? *value : Json();
}

const char* const kDeployment = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: web
          image: web:1
          resources: {requests: {cpu: "1", memory: 1024Mi}}
          env: [{name: A, value: "1"}, {name: B, value: $(A)}]
)";

const char* const kServed = R"(
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  uid: u
  resourceVersion: "9"
  generation: 4
  labels: {app: web}
  annotations: {deployment.kubernetes.io/revision: "1"}
  managedFields: [{manager: kubectl, fieldsV1: {"f:spec": {}}}]
spec:
  replicas: 2
  revisionHistoryLimit: 10
  template:
    metadata: {creationTimestamp: null}
    spec:
      restartPolicy: Always
      containers:
        - {name: sidecar, image: injected}
        - name: web
          image: web:1
          terminationMessagePath: /dev/termination-log
          resources: {requests: {cpu: 1000m, memory: 1Gi}}
          env: [{name: A, value: "1"}, {name: B, value: $(A)}]
status: {replicas: 2}
)";

TEST(FieldsToChange, DefaultsSidecarsAndQuantitiesAreNoChange) {
  EXPECT_THAT(fields_to_change(yaml(kDeployment), yaml(kServed)), IsEmpty());
}

TEST(FieldsToChange, NamesEachPath) {
  Json wanted = yaml(kDeployment);
  wanted["spec"]["replicas"] = 3;
  wanted["metadata"]["labels"]["tier/x"] = "front";
  wanted["spec"]["template"]["spec"]["containers"][0]["image"] = "web:2";
  wanted["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]["cpu"] = "200m";
  EXPECT_THAT(
      fields_to_change(wanted, yaml(kServed)),
      ElementsAre("/metadata/labels/tier~1x", "/spec/replicas", "/spec/template/spec/containers/0/image",
                  "/spec/template/spec/containers/0/resources/requests/cpu"));
}

TEST(FieldsToChange, OrderOfNamedItemsCounts) {
  Json wanted = yaml(kDeployment);
  Json& env = wanted["spec"]["template"]["spec"]["containers"][0]["env"];
  std::swap(env[0], env[1]);
  EXPECT_THAT(fields_to_change(wanted, yaml(kServed)), ElementsAre("/spec/template/spec/containers/0/env"));
}

TEST(FieldsToChange, OrdinaryListsAreComparedInOrder) {
  const Json wanted = {{"spec", {{"args", {"a", "b"}}}}};
  EXPECT_THAT(fields_to_change(wanted, {{"spec", {{"args", {"a", "c"}}}}}), ElementsAre("/spec/args/1"));
  EXPECT_THAT(fields_to_change(wanted, {{"spec", {{"args", {"a", "b", "c"}}}}}), ElementsAre("/spec/args"));
}

TEST(FieldsToChange, EqualQuantitiesCountOnlyWhereQuantitiesAre) {
  const auto config = [](const char* value) {
    return Json{{"apiVersion", "v1"},
                {"kind", "ConfigMap"},
                {"metadata", {{"name", "a"}}},
                {"data", {{"limits/x", value}}}};
  };
  EXPECT_THAT(fields_to_change(config("1"), config("1000m")), ElementsAre("/data/limits~1x"));
}

TEST(DifferingPaths, ServersOwnFieldsDoNotCount) {
  const char* const left = R"(
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, uid: a, managedFields: [{manager: m, fieldsV1: {"f:spec": {"f:ports": {}}}}]}
spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], type: NodePort, ports: [{port: 80, protocol: TCP, nodePort: 31000}]}
)";
  const char* const right = R"(
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, uid: b, managedFields: [{manager: m, fieldsV1: {"f:spec": {"f:ports": {}}}}]}
spec: {clusterIP: 10.9.0.7, clusterIPs: [10.9.0.7], type: NodePort, ports: [{port: 80, protocol: TCP, nodePort: 32000}]}
status: {loadBalancer: {}}
)";
  EXPECT_THAT(differing_paths(yaml(left), yaml(right)), IsEmpty());
}

TEST(DifferingPaths, SeesBothSides) {
  const Json left = {{"kind", "ConfigMap"}, {"apiVersion", "v1"}, {"data", {{"a", "1"}, {"b", "2"}}}};
  const Json right = {{"kind", "ConfigMap"}, {"apiVersion", "v1"}, {"data", {{"a", "1"}, {"c", "3"}}}};
  EXPECT_THAT(differing_paths(left, right), ElementsAre("/data/b", "/data/c"));
}

}  // namespace
}  // namespace tranship::transform
