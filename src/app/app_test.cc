// Goal: selectors mean what Kubernetes means by them; references are found wherever a pod spec can be; a
// restore point's description survives writing and reading, and damage to it is named.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/application.h"
#include "app/pod_spec.h"
#include "app/references.h"
#include "app/restore_point.h"
#include "app/selector.h"
#include "base/yaml.h"

namespace tranship::app {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json yaml(const char* text) {
  auto value = parse_yaml_document(text);
  EXPECT_TRUE(value) << (value ? "" : value.error().text());
  return value ? *value : Json();
}

bool matches(const char* selector, const Json& labels) {
  const auto parsed = LabelSelector::parse(selector);
  EXPECT_TRUE(parsed) << selector;
  return parsed && parsed->matches(labels);
}

TEST(Selector, MeansWhatKubectlMeans) {
  const Json labels = {{"app", "web"}, {"tier", "front"}, {"empty", ""}};
  for (const char* yes :
       {"", "app=web", "app==web", " app = web , tier=front", "app in (db, web)", "app notin (db)", "app",
        "!canary", "! canary", "canary!=yes", "canary notin (yes)", "empty=", "app!=db", "x/y.z!=1,app"}) {
    EXPECT_TRUE(matches(yes, labels)) << yes;
  }
  for (const char* no : {"app=db", "app=web,tier=back", "app in (db)", "app notin (web)", "canary", "!app",
                         "app!=web", "canary=yes", "canary in (yes)"}) {
    EXPECT_FALSE(matches(no, labels)) << no;
  }
  EXPECT_FALSE(matches("app=web", nullptr));
  EXPECT_TRUE(matches("!app", nullptr));
}

TEST(Selector, SaysWhereItMakesNoSense) {
  for (const char* bad :
       {"=web", "app=web tier=x", "app in web", "app in (a", "app ! web", ",", "app=a,", "app>3", "!"}) {
    const auto parsed = LabelSelector::parse(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().fault(), Fault::invalid);
    EXPECT_THAT(parsed.error().what(), HasSubstr("at character")) << bad;
  }
}

TEST(Selector, OfAnObject) {
  const auto selector =
      LabelSelector::of(yaml("{matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: "
                             "[front]}, {key: x, operator: DoesNotExist}]}"));
  EXPECT_TRUE(selector.matches({{"app", "web"}, {"tier", "front"}}));
  EXPECT_FALSE(selector.matches({{"app", "web"}, {"tier", "front"}, {"x", "1"}}));
  EXPECT_FALSE(selector.matches({{"app", "web"}}));
  EXPECT_TRUE(LabelSelector::of(Json::object()).matches(nullptr));
  EXPECT_FALSE(LabelSelector::of(nullptr).matches({{"app", "web"}}));
  EXPECT_FALSE(LabelSelector::of(yaml("{matchExpressions: [{key: a, operator: Gt, values: ['1']}]}"))
                   .matches({{"a", "2"}}));
}

TEST(SimilarNames, ClosestFirst) {
  EXPECT_THAT(similar_names("shopp", {"kube-system", "shop", "shop-east", "ship", "default"}),
              ElementsAre("shop", "ship"));
  EXPECT_THAT(similar_names("shop", {"shop-east", "my-shop", "x"}), ElementsAre("my-shop", "shop-east"));
  EXPECT_THAT(similar_names("shop", {"shop", ""}), IsEmpty());
  EXPECT_EQ(selection_name("shop", "app=web,tier in (a)"), "shop-app-web-tier-in-a");
}

const char* const kDeployment = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      serviceAccountName: robot
      priorityClassName: high
      imagePullSecrets: [{name: registry}]
      initContainers: [{name: i, image: "init:1", envFrom: [{secretRef: {name: init-secret}}]}]
      containers:
        - name: web
          image: web:1
          env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a, optional: true}}}]
      volumes:
        - {name: d, persistentVolumeClaim: {claimName: data}}
        - {name: p, projected: {sources: [{secret: {name: projected-secret}}]}}
        - {name: m, image: {reference: "model:3"}}
)";

TEST(References, OfAPodTemplate) {
  std::vector<std::string> found;
  for (const auto& reference : references_of(yaml(kDeployment))) {
    found.push_back(reference.to.kind + " " + reference.to.name_space + "/" + reference.to.name + " " +
                    reference.path + (reference.optional ? " optional" : ""));
  }
  const std::string spec = " /spec/template/spec/";
  EXPECT_THAT(
      found,
      testing::UnorderedElementsAre(
          "ServiceAccount shop/robot" + spec + "serviceAccountName",
          "PriorityClass /high" + spec + "priorityClassName",
          "Secret shop/registry" + spec + "imagePullSecrets/0/name",
          "Secret shop/init-secret" + spec + "initContainers/0/envFrom/0/secretRef/name",
          "ConfigMap shop/settings" + spec + "containers/0/env/0/valueFrom/configMapKeyRef/name optional",
          "PersistentVolumeClaim shop/data" + spec + "volumes/0/persistentVolumeClaim/claimName",
          "Secret shop/projected-secret" + spec + "volumes/1/projected/sources/0/secret/name"));
}

TEST(References, ServiceOfAWebhookIsInItsOwnNamespace) {
  const auto found = references_of(yaml(R"(
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard}
webhooks: [{clientConfig: {service: {name: guard, namespace: shop}}}]
)"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].to, (ObjectKey{"", "Service", "shop", "guard"}));
}

TEST(Graph, FollowsNamesOwnersAndClaimTemplates) {
  const std::vector<Json> objects = {
      yaml("{apiVersion: v1, kind: Pod, metadata: {name: web-1, namespace: s, ownerReferences: [{apiVersion: "
           "apps/v1, kind: "
           "ReplicaSet, name: web, controller: true}]}, spec: {containers: []}}"),
      yaml("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web, namespace: s, ownerReferences: "
           "[{apiVersion: "
           "example.com/v1, kind: Root, name: r}]}}"),
      yaml("{apiVersion: example.com/v1, kind: Root, metadata: {name: r}}"),
      yaml("{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: s}, spec: {serviceName: "
           "db, "
           "volumeClaimTemplates: [{metadata: {name: data}}]}}"),
      yaml("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-db-10, namespace: s}}"),
      yaml("{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-db-x, namespace: s}}"),
      yaml("{apiVersion: v1, kind: Service, metadata: {name: db, namespace: s}}"),
  };
  const Graph graph(objects);
  EXPECT_THAT(graph.closure({0}), ElementsAre(0, 1, 2));
  EXPECT_THAT(graph.closure({3}), ElementsAre(3, 4, 6));
  EXPECT_THAT(graph.uses(5), IsEmpty());
  EXPECT_EQ(graph.find({"", "Service", "s", "db"}), 6u);
  EXPECT_EQ(graph.find({"", "Service", "other", "db"}), Graph::npos);
}

TEST(Images, OfWorkloadsVolumesAndCustomResources) {
  const std::vector<Json> objects = {
      yaml(kDeployment),
      yaml("{apiVersion: batch/v1, kind: CronJob, metadata: {name: c}, spec: {jobTemplate: {spec: {template: "
           "{spec: {containers: "
           "[{image: 'cron:1'}]}}}}}}"),
      yaml("{apiVersion: example.com/v1, kind: Shop, metadata: {name: s}, spec: {nodes: [{podTemplate: "
           "{containers: [{image: "
           "'custom:1'}]}}]}}"),
      yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {image: 'not-one:1'}}")};
  EXPECT_THAT(images_of(objects), ElementsAre("cron:1", "custom:1", "init:1", "model:3", "web:1"));
}

RestorePoint example() {
  RestorePoint point;
  point.application = "shop";
  point.name_space = "shop";
  point.cluster = "east";
  point.cluster_id = "u-1";
  point.kubernetes_version = "v1.34.4";
  point.started_at = "2026-11-24T03:14:00Z";
  point.finished_at = "2026-11-24T03:15:00Z";
  VolumeRecord volume;
  volume.claim = "data";
  volume.block = true;
  volume.storage_class = "standard";
  volume.capacity = "5Gi";
  volume.access_modes = {"ReadWriteOnce"};
  volume.consistency = Consistency::volume_snapshot;
  volume.files = 3;
  volume.bytes = 1ull << 40;
  volume.warnings = {"a file changed"};
  point.volumes = {volume};
  point.images = {"web:1"};
  point.types = {
      {"apps", "v1", "Deployment", "deployments", true, {"list", "create"}, {"status", "scale"}, {"v1"}}};
  point.closure = {{{"storage.k8s.io", "v1", "StorageClass"}, "", "standard"}};
  point.warnings = {"w"};
  return point;
}

TEST(RestorePoint, SurvivesWritingAndReading) {
  const Json written = to_json(example());
  const auto read = restore_point_from_json(written);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(to_json(*read), written);
  ASSERT_EQ(read->volumes.size(), 1u);
  EXPECT_EQ(read->volumes[0].bytes, 1ull << 40);
  EXPECT_TRUE(read->volumes[0].block);
  EXPECT_EQ(read->volumes[0].consistency, Consistency::volume_snapshot);
  EXPECT_TRUE(read->types.at(0).has_subresource("scale"));
  EXPECT_EQ(read->closure.at(0).name, "standard");
}

TEST(RestorePoint, IgnoresMembersItDoesNotKnowAndMissingOnes) {
  const auto read = restore_point_from_json(Json::parse(
      R"({"version":1,"application":"a","namespace":"n","future":{"x":1},
          "volumes":[{"claim":"c","consistency":"live","x":1}]})"));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->volumes.at(0).claim, "c");
  EXPECT_THAT(read->types, IsEmpty());
}

TEST(RestorePoint, NamesWhatIsWrong) {
  const auto error = [](const char* pointer, Json value) {
    Json json = to_json(example());
    json[Json::json_pointer(pointer)] = std::move(value);
    const auto read = restore_point_from_json(json);
    return read ? std::string("accepted")
                : std::string(fault_name(read.error().fault())) + ": " + read.error().text();
  };
  EXPECT_THAT(error("/version", 2), HasSubstr("newer tranship"));
  EXPECT_THAT(error("/version", "1"), HasSubstr("version"));
  EXPECT_THAT(error("/version", -1), HasSubstr("version"));
  EXPECT_THAT(error("/application", 3), HasSubstr("application must be a string, not number"));
  EXPECT_THAT(error("/namespace", ""), HasSubstr("namespace is missing"));
  EXPECT_THAT(error("/volumes", Json::object()), HasSubstr("volumes must be a list"));
  EXPECT_THAT(error("/volumes/0", 1), HasSubstr("volumes[0] must be an object"));
  EXPECT_THAT(error("/volumes/0/bytes", -1), HasSubstr("volumes[0].bytes must be a whole number"));
  EXPECT_THAT(error("/volumes/0/accessModes/0", 1), HasSubstr("volumes[0].accessModes[0] must be a string"));
  EXPECT_THAT(error("/volumes/0/consistency", "perfect"), HasSubstr("unknown consistency 'perfect'"));
  EXPECT_THAT(error("/volumes/0/mode", "Tape"), HasSubstr("Filesystem or Block"));
  EXPECT_THAT(error("/types/0/namespaced", "yes"), HasSubstr("types[0].namespaced must be true or false"));
  EXPECT_THAT(error("/cluster", "east"), HasSubstr("cluster must be an object"));
  EXPECT_FALSE(restore_point_from_json(Json::array()));
}

}  // namespace
}  // namespace tranship::app
