#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "volume/mover_pod.h"
#include "volume/run_scope.h"
#include "volume/trouble.h"

namespace tranship::volume {
namespace {

using ::testing::HasSubstr;

MoverPod reading() {
  MoverPod pod{.name_space = "shop", .claim = "data", .node = "node1"};
  pod.task.id = "r1/data";
  pod.task.path = "/volume";
  pod.task.master_key = crypto::SealKey::random();
  return pod;
}

const MoverSettings kSettings{.run = "r1", .image = "example/tranship:1"};

TEST(MoverPod, has_no_more_rights_than_its_task_needs) {
  MoverPod pod = reading();
  Json manifest = mover_pod_manifest(pod, kSettings, "m");
  const auto capabilities = [&] {
    return manifest["spec"]["containers"][0]["securityContext"]["capabilities"];
  };
  EXPECT_EQ(manifest["spec"]["automountServiceAccountToken"], false);
  EXPECT_EQ(manifest["spec"]["enableServiceLinks"], false);
  EXPECT_EQ(manifest["spec"]["restartPolicy"], "Never");
  EXPECT_EQ(manifest["spec"]["containers"].size(), 1u);
  const Json& security = manifest["spec"]["containers"][0]["securityContext"];
  EXPECT_EQ(security["privileged"], false);
  EXPECT_EQ(security["allowPrivilegeEscalation"], false);
  EXPECT_EQ(security["readOnlyRootFilesystem"], true);
  EXPECT_EQ(security["seccompProfile"]["type"], "RuntimeDefault");
  EXPECT_EQ(capabilities(), Json::parse(R"({"drop": ["ALL"], "add": ["DAC_READ_SEARCH"]})"));
  pod.baseline = true;
  manifest = mover_pod_manifest(pod, kSettings, "m");
  EXPECT_EQ(capabilities()["add"], Json::parse(R"(["DAC_OVERRIDE"])"));
  pod.task.direction = mover::Direction::restore;
  manifest = mover_pod_manifest(pod, kSettings, "m");
  EXPECT_EQ(capabilities()["add"].size(), 6u);
  EXPECT_THAT(to_text(capabilities()), ::testing::Not(HasSubstr("SYS_ADMIN")));
  pod.task.block = true;
  manifest = mover_pod_manifest(pod, kSettings, "m");
  EXPECT_FALSE(capabilities().contains("add"));
}

TEST(MoverPod, mounts_its_volume_read_only_beside_the_pod_that_has_it) {
  MoverPod pod = reading();
  Json spec = mover_pod_manifest(pod, kSettings, "m")["spec"];
  EXPECT_EQ(spec["nodeName"], "node1");
  EXPECT_EQ(spec["tolerations"], Json::parse(R"([{"operator": "Exists"}])"));
  const Json mount = Json::parse(R"({"name": "volume", "mountPath": "/volume", "readOnly": true})");
  EXPECT_EQ(spec["containers"][0]["volumeMounts"].back(), mount);
  EXPECT_EQ(spec["volumes"].back(),
            Json::parse(R"({"name": "volume", "persistentVolumeClaim": {"claimName": "data"}})"));
  EXPECT_EQ(spec["volumes"][0]["secret"]["defaultMode"], 0400);
  pod.node.clear();
  pod.task.block = true;
  pod.task.path = "/dev/volume";
  spec = mover_pod_manifest(pod, kSettings, "m")["spec"];
  EXPECT_FALSE(spec.contains("nodeName"));
  EXPECT_FALSE(spec.contains("tolerations"));
  EXPECT_EQ(spec["containers"][0]["volumeDevices"],
            Json::parse(R"([{"name": "volume", "devicePath": "/dev/volume"}])"));
  EXPECT_THAT(to_text(spec["containers"][0]["volumeMounts"]), ::testing::Not(HasSubstr("/dev/volume")));
}

TEST(MoverPod, everything_is_labelled_and_the_key_is_in_the_secret_alone) {
  const MoverPod pod = reading();
  const Json manifest = mover_pod_manifest(pod, kSettings, "m"),
             secret = task_secret_manifest(pod, kSettings, "m");
  for (const Json& object : {manifest, secret}) {
    const Json& labels = object["metadata"]["labels"];
    EXPECT_EQ(labels["app.kubernetes.io/managed-by"], "tranship");
    EXPECT_EQ(labels["tranship.io/run"], "r1");
    EXPECT_TRUE(object["metadata"]["annotations"].contains(std::string(kHeartbeatAnnotation)));
  }
  const auto task = from_base64(json_string(secret, {"data", "task.json"}));
  ASSERT_TRUE(task);
  const auto read = mover::task_from_json(*parse_json(as_text(*task)));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->master_key, pod.task.master_key);
  EXPECT_THAT(to_text(manifest), ::testing::Not(HasSubstr("masterKey")));
}

TEST(TemporaryName, fits_and_tells_subjects_apart) {
  EXPECT_EQ(temporary_name("clone", "data", "r1"), "tranship-clone-data-r1");
  const std::string long_claim(200, 'a');
  const std::string one = temporary_name("clone", long_claim + "1", "r1"),
                    two = temporary_name("clone", long_claim + "2", "r1");
  EXPECT_LE(one.size(), 63u);
  EXPECT_NE(one, two);
  EXPECT_THAT(temporary_name("clone", "my.claim", "r1"), ::testing::MatchesRegex("[a-z0-9-]+"));
  EXPECT_NE(temporary_name("clone", "my.claim", "r1"), temporary_name("clone", "my-claim", "r1"));
}

TEST(Trouble, gives_the_clusters_reason_and_a_fix) {
  const auto unschedulable = trouble_of_pod(Json::parse(R"({"status": {"phase": "Pending", "conditions": [
      {"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
       "message": "0/3 nodes: too little memory"}]}})"));
  ASSERT_TRUE(unschedulable);
  EXPECT_EQ(unschedulable->text, "Unschedulable: 0/3 nodes: too little memory");
  EXPECT_FALSE(unschedulable->hopeless);
  const auto waiting = [](const std::string& reason) {
    Json pod = Json::parse(
        R"({"status": {"containerStatuses": [{"state": {"waiting": {"message": "no such image"}}}]}})");
    pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] = reason;
    return trouble_of_pod(pod);
  };
  EXPECT_FALSE(waiting("ContainerCreating"));
  EXPECT_THAT(waiting("ImagePullBackOff")->text, HasSubstr("ImagePullBackOff: no such image"));
  EXPECT_FALSE(waiting("ImagePullBackOff")->fix.empty());
  EXPECT_TRUE(waiting("ErrImageNeverPull")->hopeless);
  EXPECT_FALSE(trouble_of_pod(Json::parse(R"({"status": {"phase": "Running"}})")));
}

Json waiting_pod(const std::string& reason, const std::string& message) {
  Json pod = Json::parse(R"({"spec": {"nodeName": "node1", "containers": [{"image": "example/none:1"}]},
                             "status": {"phase": "Pending", "containerStatuses": [{"state": {"waiting": {}}}]}})");
  pod["status"]["containerStatuses"][0]["state"]["waiting"] = {{"reason", reason}, {"message", message}};
  return pod;
}

constexpr auto kSecond = std::chrono::seconds(1);

TEST(StartWatch, gives_an_image_up_at_the_third_failed_pull) {
  StartWatch watch;
  const StartWatch::Clock::time_point began{};
  EXPECT_FALSE(watch.look(waiting_pod("ContainerCreating", ""), began));
  const auto first = watch.look(waiting_pod("ErrImagePull", "manifest unknown"), began + kSecond);
  ASSERT_TRUE(first);
  for (const auto* part : {"node1", "example/none:1", "ErrImagePull: manifest unknown"}) {
    EXPECT_THAT(first->text, HasSubstr(part));
  }
  EXPECT_THAT(first->fix, HasSubstr("--mover-image"));
  EXPECT_FALSE(first->hopeless);
  for (int round = 1; round < 3; ++round) {
    const auto now = began + 10 * round * kSecond;
    const auto back_off = watch.look(waiting_pod("ImagePullBackOff", "Back-off pulling image"), now);
    EXPECT_EQ(back_off->text, first->text);
    EXPECT_FALSE(back_off->hopeless);
    const auto again = watch.look(waiting_pod("ErrImagePull", "manifest unknown"), now + kSecond);
    EXPECT_EQ(again->text, first->text);
    EXPECT_EQ(again->hopeless, round == 2);
    EXPECT_EQ(watch.look(waiting_pod("ErrImagePull", "manifest unknown"), now + kSecond)->hopeless, round == 2);
  }
}

TEST(StartWatch, gives_an_image_up_after_a_minute_of_back_off) {
  StartWatch watch;
  const StartWatch::Clock::time_point began{};
  const Json pod = waiting_pod("ImagePullBackOff", "Back-off pulling image");
  EXPECT_FALSE(watch.look(pod, began)->hopeless);
  EXPECT_FALSE(watch.look(pod, began + 59 * kSecond)->hopeless);
  EXPECT_TRUE(watch.look(pod, began + 60 * kSecond)->hopeless);
}

TEST(StartWatch, begins_anew_when_the_image_was_pulled) {
  StartWatch watch;
  const StartWatch::Clock::time_point began{};
  const Json pod = waiting_pod("ImagePullBackOff", "Back-off pulling image");
  EXPECT_FALSE(watch.look(pod, began)->hopeless);
  EXPECT_FALSE(watch.look(waiting_pod("ContainerCreating", ""), began + 61 * kSecond));
  EXPECT_FALSE(watch.look(pod, began + 62 * kSecond)->hopeless);
}

TEST(StartWatch, gives_up_at_once_what_no_pull_can_mend) {
  StartWatch watch;
  EXPECT_TRUE(watch.look(waiting_pod("ErrImageNeverPull", "not present"), {})->hopeless);
  const auto invalid = watch.look(waiting_pod("InvalidImageName", "couldn't parse"), {});
  EXPECT_TRUE(invalid->hopeless);
  EXPECT_THAT(invalid->text, HasSubstr("example/none:1"));
}

TEST(Trouble, says_how_a_pod_ended) {
  EXPECT_EQ(end_of_pod(nullptr), "the pod was deleted");
  EXPECT_EQ(end_of_pod(Json::parse(R"({"status": {"reason": "Evicted", "message": "low on memory"}})")),
            "Evicted: low on memory");
  const Json killed = Json::parse(
      R"({"status": {"containerStatuses": [{"state": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}}]}})");
  EXPECT_TRUE(ended_out_of_memory(killed));
  EXPECT_THAT(end_of_pod(killed), HasSubstr("memory"));
  EXPECT_EQ(
      end_of_pod(Json::parse(
          R"({"status": {"containerStatuses": [
                    {"state": {"terminated": {"reason": "Error", "exitCode": 3, "message": "bye"}}}]}})")),
      "Error, exit code 3: bye");
}

}  // namespace
}  // namespace tranship::volume
