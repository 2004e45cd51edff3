#include "restore/wait.h"

#include <gtest/gtest.h>

#include <atomic>

#include "kube/testing/forwarding_client.h"
#include "restore/pod_reason.h"
#include "restore/test_target.h"

namespace tranship::restore {
namespace {

Json parse(const char* text) {
  return parse_json(text).value();
}

const char* const kDeployment =
    R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop",
  "generation":2},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}}},
  "status":{"observedGeneration":2,"readyReplicas":1}})";

TEST(Assess, gives_the_pods_own_reason) {
  const Json pod =
      parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","labels":{"app":"web"},
    "ownerReferences":[{"controller":true}]},"status":{"phase":"Pending","containerStatuses":[{"name":"main",
    "state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image \"shop/web:9\""}}}]}})");
  const Readiness readiness = assess({parse(kDeployment)}, {}, {pod});
  ASSERT_EQ(readiness.waiting.size(), 1u);
  EXPECT_EQ(readiness.total, 1u);
  const NotReady& line = readiness.waiting[0];
  EXPECT_EQ(line.object.to_string(), "Deployment shop/web");
  EXPECT_NE(line.reason.find("1 of 3 replicas ready"), std::string::npos);
  EXPECT_NE(line.reason.find("web-1: container main: ImagePullBackOff: Back-off pulling"), std::string::npos)
      << line.reason;
  EXPECT_FALSE(line.fix.empty());
}

TEST(Assess, takes_a_workload_its_controller_has_not_seen_as_not_ready) {
  Json deployment = parse(kDeployment);
  deployment["status"]["readyReplicas"] = 3;
  EXPECT_TRUE(assess({deployment}, {}, {}).waiting.empty());
  deployment["metadata"]["generation"] = 3;
  EXPECT_EQ(assess({deployment}, {}, {}).waiting.size(), 1u);
}

TEST(Assess, counts_what_wants_no_pods_as_ready) {
  Json deployment = parse(kDeployment);
  deployment["spec"]["replicas"] = 0;
  deployment["status"]["readyReplicas"] = 0;
  const Json job = parse(R"({"kind":"Job","metadata":{"name":"j"},"spec":{"suspend":true}})");
  EXPECT_EQ(assess({deployment, job}, {}, {}).ready, 2u);
}

TEST(Assess, reports_failed_jobs_and_lost_claims) {
  const Json job =
      parse(R"({"kind":"Job","metadata":{"name":"j"},"status":{"conditions":[{"type":"Failed","status":"True",
    "message":"too many retries"}]}})");
  const Json claim = parse(R"({"kind":"PersistentVolumeClaim","metadata":{"name":"data"},"status":{"phase":"Lost"}})");
  EXPECT_EQ(assess({job}, {claim}, {}).waiting.size(), 2u);
}

TEST(Assess, adds_what_only_events_tell_of_probes_and_mounts) {
  Json pod = parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","uid":"p1","labels":{"app":"web"},
    "ownerReferences":[{"controller":true}]},"status":{"phase":"Running",
    "containerStatuses":[{"name":"main","ready":false,
    "state":{"running":{}}}]}})");
  const Json probe = parse(R"({"type":"Warning","reason":"Unhealthy","message":"Readiness probe failed: HTTP 503",
    "involvedObject":{"uid":"p1"},"lastTimestamp":"2026-01-02T00:00:00Z"})");
  Json older = probe;
  older["message"] = "an older one";
  older["lastTimestamp"] = "2026-01-01T00:00:00Z";
  const auto running = assess({parse(kDeployment)}, {}, {pod}, {older, probe, older});
  EXPECT_NE(running.waiting.at(0).reason.find("runs but is not ready: Unhealthy: Readiness probe failed: HTTP 503"),
            std::string::npos)
      << running.waiting.at(0).reason;
  pod["status"] = parse(
      R"({"phase":"Pending","containerStatuses":[{"name":"main",
    "state":{"waiting":{"reason":"ContainerCreating"}}}]})");
  Json mount = probe;
  mount["reason"] = "FailedMount";
  mount["message"] = "secret \"tls\" not found";
  const auto pending = assess({parse(kDeployment)}, {}, {pod}, {mount});
  EXPECT_NE(pending.waiting.at(0).reason.find("FailedMount: secret \"tls\" not found"), std::string::npos);
  EXPECT_FALSE(pending.waiting.at(0).fix.empty());
}

TEST(Assess, tells_why_there_are_no_pods_at_all) {
  Json deployment = parse(kDeployment);
  deployment["metadata"]["uid"] = "d1";
  const Json set = parse(R"({"kind":"ReplicaSet","metadata":{"name":"web-5d","uid":"r1","ownerReferences":[{"uid":"d1",
    "controller":true}]},"status":{}})");
  const Json refused =
      parse(R"({"type":"Warning","reason":"FailedCreate","message":"pods \"web-5d-x\" is forbidden: exceeded quota",
    "involvedObject":{"uid":"r1"}})");
  const auto readiness = assess({deployment, set}, {}, {}, {refused});
  ASSERT_EQ(readiness.waiting.size(), 1u);
  EXPECT_NE(readiness.waiting[0].reason.find("FailedCreate: pods"), std::string::npos) << readiness.waiting[0].reason;
}

TEST(PodReason, tells_how_a_container_that_is_not_started_again_ended) {
  const auto reason = reason_of_pod(parse(R"({"status":{"phase":"Failed","containerStatuses":[{"name":"main",
    "state":{"terminated":{"exitCode":3,"reason":"Error","message":"no licence"}}}]}})"));
  ASSERT_TRUE(reason.has_value());
  EXPECT_EQ(reason->text, "container main ended with exit code 3, Error: no licence");
}

TEST(PodReason, names_the_scheduler) {
  const auto reason = reason_of_pod(parse(R"({"status":{"conditions":[{"type":"PodScheduled","status":"False",
    "reason":"Unschedulable","message":"0/1 nodes are available: 1 Insufficient cpu."}]}})"));
  ASSERT_TRUE(reason.has_value());
  EXPECT_EQ(reason->text, "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.");
}

class WaitTest : public TargetTest {
 protected:
  // What the deployment controller and a kubelet would write.
  void report(const kube::ResourceType& of, const std::string& name, const char* status) {
    const auto written = client_->patch(context_, of, name_space_, name, kube::PatchKind::merge,
                                        {{"status", parse(status)}}, {.subresource = "status"});
    ASSERT_TRUE(written) << written.error().text();
  }
};

TEST_F(WaitTest, says_why_not_when_the_time_is_over_and_ends_as_soon_as_all_is_ready) {
  apply_whole(
      plan({item("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n"),
            item("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {serviceAccountName: robot, containers: "
                 "[{name: main, image: none}]}\n")}));
  report(kube::types::pod(), "web", R"({"containerStatuses":[{"name":"main","image":"none","imageID":"","ready":false,
    "restartCount":0,"state":{"waiting":{"reason":"ImagePullBackOff","message":"no such image"}}}]})");
  const auto waited = wait_ready(context_, *client_, name_space_, {.timeout = std::chrono::seconds(1)});
  ASSERT_TRUE(waited) << waited.error().text();
  ASSERT_EQ(waited->waiting.size(), 1u);
  EXPECT_NE(waited->waiting[0].reason.find("pod web: container main: ImagePullBackOff: no such image"),
            std::string::npos)
      << waited->waiting[0].reason;
  report(kube::types::pod(), "web", R"({"conditions":[{"type":"Ready","status":"True"}]})");
  int looks = 0;
  const auto ready = wait_ready(context_, *client_, name_space_, {.progress = [&](const Readiness&) { ++looks; }});
  ASSERT_TRUE(ready) << ready.error().text();
  EXPECT_TRUE(ready->waiting.empty());
  EXPECT_EQ(looks, 1);
}

// Does not answer the first lists.
class Shaky final : public kube::testing::ForwardingClient {
 public:
  Shaky(kube::Client& inner, int silent) : ForwardingClient(inner), silent_(silent) {}
  Result<std::string> list(const Context& context, const kube::ResourceType& type, const std::string& name_space,
                           const kube::ListOptions& options, const std::function<void(Json&&)>& item,
                           const std::function<void()>& restart) override {
    if (silent_-- > 0) return fail(Fault::retryable, "connection refused");
    return ForwardingClient::list(context, type, name_space, options, item, restart);
  }

 private:
  std::atomic<int> silent_;
};

TEST_F(WaitTest, does_not_take_a_silent_server_for_an_empty_namespace) {
  apply_whole(
      plan({item("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n"),
            item("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {serviceAccountName: robot, containers: "
                 "[{name: main, image: none}]}\n")}));
  Shaky once(*client_, 1);
  const auto waited = wait_ready(context_, once, name_space_, {.timeout = std::chrono::seconds(3)});
  ASSERT_TRUE(waited) << waited.error().text();
  EXPECT_EQ(waited->waiting.size(), 1u);
  Shaky always(*client_, 1000);
  const auto never = wait_ready(context_, always, name_space_, {.timeout = std::chrono::seconds(1)});
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().what(), "connection refused");
}

TEST_F(WaitTest, does_not_wait_for_what_has_failed_for_good) {
  apply_whole(
      plan({item("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n"),
            item("apiVersion: v1\nkind: Pod\nmetadata: {name: once}\nspec: {serviceAccountName: robot, restartPolicy: "
                 "Never, containers: [{name: main, image: none}]}\n")}));
  report(kube::types::pod(), "once",
         R"({"phase":"Failed","containerStatuses":[{"name":"main","image":"none","imageID":"",
    "ready":false,"restartCount":0,"state":{"terminated":{"exitCode":3,"reason":"Error"}}}]})");
  int looks = 0;
  const auto failed = wait_ready(context_, *client_, name_space_, {.progress = [&](const Readiness&) { ++looks; }});
  ASSERT_TRUE(failed) << failed.error().text();
  ASSERT_EQ(failed->waiting.size(), 1u);
  EXPECT_NE(failed->waiting[0].reason.find("exit code 3"), std::string::npos) << failed->waiting[0].reason;
  EXPECT_EQ(looks, 1);
}

}  // namespace
}  // namespace tranship::restore
