#include "restore/wait.h"

#include <gtest/gtest.h>

#include "restore/pod_reason.h"

namespace tranship::restore {
namespace {

Json parse(const char* text) { return parse_json(text).value(); }

const char* const kDeployment = R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop",
  "generation":2},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}}},"status":{"observedGeneration":2,"readyReplicas":1}})";

TEST(Assess, gives_the_pods_own_reason) {
  const Json pod = parse(R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","labels":{"app":"web"},
    "ownerReferences":[{"controller":true}]},"status":{"phase":"Pending","containerStatuses":[{"name":"main",
    "state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image \"shop/web:9\""}}}]}})");
  const Readiness readiness = assess({parse(kDeployment)}, {}, {pod});
  ASSERT_EQ(readiness.waiting.size(), 1u);
  EXPECT_EQ(readiness.total, 1u);
  const NotReady& line = readiness.waiting[0];
  EXPECT_EQ(line.object.to_string(), "Deployment shop/web");
  EXPECT_NE(line.reason.find("1 of 3 replicas ready"), std::string::npos);
  EXPECT_NE(line.reason.find("web-1: container main: ImagePullBackOff: Back-off pulling"), std::string::npos) << line.reason;
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
  const Json job = parse(R"({"kind":"Job","metadata":{"name":"j"},"status":{"conditions":[{"type":"Failed","status":"True",
    "message":"too many retries"}]}})");
  const Json claim = parse(R"({"kind":"PersistentVolumeClaim","metadata":{"name":"data"},"status":{"phase":"Lost"}})");
  EXPECT_EQ(assess({job}, {claim}, {}).waiting.size(), 2u);
}

TEST(PodReason, names_the_scheduler) {
  const auto reason = reason_of_pod(parse(R"({"status":{"conditions":[{"type":"PodScheduled","status":"False",
    "reason":"Unschedulable","message":"0/1 nodes are available: 1 Insufficient cpu."}]}})"));
  ASSERT_TRUE(reason.has_value());
  EXPECT_EQ(reason->text, "Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.");
}

}  // namespace
}  // namespace tranship::restore
