// Goal: everything that uses a claim is found, stopped, and started as it was or as it is wanted; and what nobody can
// stop is named.

#include "volume/standstill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"

namespace tranship::volume {
namespace {

using testing::ElementsAre;

Workload workload(const std::string& group, const std::string& yaml) {
  Json object = parse_yaml_document(yaml).value();
  kube::ResourceType type{.group = group, .version = "v1", .kind = json_string(object, {"kind"})};
  object["apiVersion"] = type.api_version();
  return {type, std::move(object)};
}

const char* const kMounts =
    "{volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], containers: [{image: i}]}";

Workload deployment(const std::string& spec = kMounts) {
  return workload("apps",
                  "{kind: Deployment, metadata: {name: web}, spec: {replicas: 3, template: {spec: " + spec + "}}}");
}
Json pod(const std::string& name, const std::string& metadata, const std::string& phase = "Running") {
  return parse_yaml_document("{metadata: {name: " + name + metadata + "}, status: {phase: " + phase +
                             "}, spec: " + kMounts + "}")
      .value();
}
std::string owned_by(const std::string& kind, const std::string& name) {
  return ", ownerReferences: [{controller: true, kind: " + kind + ", name: " + name + "}]";
}
std::vector<std::string> keys(const ClaimUsers& users) {
  std::vector<std::string> keys;
  for (const Workload& each : users.workloads) keys.push_back(each.key());
  return keys;
}

TEST(ClaimUsers, are_workloads_of_every_kind) {
  const std::vector workloads = {
      deployment(),
      workload("apps",
               "{kind: Deployment, metadata: {name: other}, spec: {template: {spec: {containers: [{image: i}]}}}}"),
      workload("apps",
               "{kind: StatefulSet, metadata: {name: db}, spec: {volumeClaimTemplates: [{metadata: {name: data}}]}}"),
      workload("batch",
               std::string("{kind: CronJob, metadata: {name: nightly}, spec: {jobTemplate: {spec: {template: {spec: ") +
                   kMounts + "}}}}}"),
      workload("batch", std::string("{kind: Job, metadata: {name: done}, spec: {template: {spec: ") + kMounts +
                            "}}, status: {conditions: [{type: Complete, status: 'True'}]}}"),
      workload("batch", std::string("{kind: Job, metadata: {name: now") + "" + owned_by("CronJob", "nightly") +
                            "}, spec: {template: {spec: " + kMounts + "}}}"),
      workload("apps", "{kind: ReplicaSet, metadata: {name: web-1" + owned_by("Deployment", "web") +
                           "}, spec: {template: {spec: " + kMounts + "}}}"),
      workload("apps", "{kind: ReplicaSet, metadata: {name: roll-1" + owned_by("Rollout", "roll") +
                           "}, spec: {template: {spec: " + kMounts + "}}}"),
  };
  const std::vector pods = {pod("web-1-a", owned_by("ReplicaSet", "web-1")),
                            pod("now-a", owned_by("Job", "now")),
                            pod("roll-1-a", owned_by("ReplicaSet", "roll-1")),
                            pod("agent-a", owned_by("DaemonSet", "agent")),
                            pod("bare", ""),
                            pod("over", "", "Succeeded"),
                            pod("mover", ", labels: {tranship.io/run: r}")};
  const auto users = users_among(workloads, pods, {"data", "data-db-0"});
  EXPECT_THAT(keys(users), ElementsAre("Deployment web", "StatefulSet db", "CronJob nightly", "Job now"));
  EXPECT_THAT(users.others,
              ElementsAre("Pod roll-1-a of ReplicaSet roll-1", "Pod agent-a of DaemonSet agent", "Pod bare"));
  EXPECT_TRUE(users_among(workloads, {}, {"data-db"}).workloads.empty());
  EXPECT_EQ(pods_using(pods, {"data"}).size(), 5u);
}

// What a merge patch makes of an object.
Workload patched(Workload workload, const Json& patch) {
  workload.object.merge_patch(patch);
  return workload;
}

TEST(Standstill, remembers_replicas_once_and_gives_them_back) {
  const Workload running = deployment();
  const Workload stopped = patched(running, stop_patch(running));
  EXPECT_EQ(stopped.object["spec"]["replicas"], 0);
  EXPECT_TRUE(stop_patch(stopped).is_null());
  Workload scaled_by_hand = stopped;
  scaled_by_hand.object["spec"]["replicas"] = 9;
  EXPECT_EQ(patched(scaled_by_hand, stop_patch(scaled_by_hand)).object, stopped.object);
  const Workload started = patched(stopped, start_patch(stopped, nullptr));
  EXPECT_EQ(started.object["spec"]["replicas"], 3);
  EXPECT_TRUE(start_patch(started, nullptr).is_null());
  const Json wanted = {{"spec", {{"replicas", 2}}}};
  EXPECT_EQ(patched(stopped, start_patch(stopped, &wanted)).object["spec"]["replicas"], 2);
  const Json unsaid = {{"spec", Json::object()}};
  EXPECT_EQ(patched(stopped, start_patch(stopped, &unsaid)).object["spec"]["replicas"], 1);
}

TEST(Standstill, suspends_jobs) {
  const Workload running = workload("batch", "{kind: CronJob, metadata: {name: n}, spec: {schedule: '* * * * *'}}");
  const Workload stopped = patched(running, stop_patch(running));
  EXPECT_EQ(stopped.object["spec"]["suspend"], true);
  EXPECT_EQ(patched(stopped, start_patch(stopped, nullptr)).object["spec"]["suspend"], false);
  Workload suspended = running;
  suspended.object["spec"]["suspend"] = true;
  const Workload still = patched(suspended, stop_patch(suspended));
  EXPECT_EQ(patched(still, start_patch(still, nullptr)).object["spec"]["suspend"], true);
}

TEST(Standstill, keeps_claims_that_scaling_down_would_delete) {
  const Workload running = workload("apps",
                                    "{kind: StatefulSet, metadata: {name: db}, spec: {replicas: 2, "
                                    "persistentVolumeClaimRetentionPolicy: {whenScaled: "
                                    "Delete, whenDeleted: Retain}}}");
  const Workload stopped = patched(running, stop_patch(running));
  EXPECT_EQ(stopped.object["spec"]["persistentVolumeClaimRetentionPolicy"]["whenScaled"], "Retain");
  EXPECT_EQ(patched(stopped, start_patch(stopped, nullptr)).object["spec"], running.object["spec"]);
}

}  // namespace
}  // namespace tranship::volume
