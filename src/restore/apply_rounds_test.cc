// Goal: what is refused for the time being is written once what it waits for is there, and what an unwritten object
// owns is not.

#include <gmock/gmock.h>

#include <atomic>

#include "kube/testing/forwarding_client.h"
#include "restore/test_target.h"

namespace tranship::restore {
namespace {

using testing::IsEmpty;

class RoundsTest : public TargetTest {};

// Refuses one object, as a webhook does whose pods are not up, until another one is written.
class WaitsFor final : public kube::testing::ForwardingClient {
 public:
  WaitsFor(kube::Client& inner, std::string refused, std::string awaited)
      : ForwardingClient(inner), refused_(std::move(refused)), awaited_(std::move(awaited)) {}
  Result<Json> apply(const Context& context, const kube::ResourceType& type, const Json& object,
                     const kube::WriteOptions& options) override {
    const std::string name = json_string(object, {"metadata", "name"});
    if (name == refused_ && !there_) return fail(Fault::retryable, "failed calling webhook");
    auto applied = ForwardingClient::apply(context, type, object, options);
    if (applied && name == awaited_) there_ = true;
    return applied;
  }

 private:
  const std::string refused_, awaited_;
  std::atomic<bool> there_ = false;
};

TEST_F(RoundsTest, what_waits_for_a_later_level_is_written_after_it) {
  // The Secret's level is before that of the Deployment it waits for.
  const Plan made = plan(
      {item("apiVersion: v1\nkind: Secret\nmetadata: {name: early}\n"),
       item("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: operator}\nspec:\n  selector: {matchLabels: "
            "{app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec: {containers: [{name: main, image: "
            "none}]}\n")});
  WaitsFor client(*client_, "early", "operator");
  const auto result = apply(context_, client, made, {.retry_for = std::chrono::seconds(20)});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_THAT(result->failures, IsEmpty());
  EXPECT_TRUE(exists(kube::types::secret(), "early"));
}

TEST_F(RoundsTest, what_an_unwritten_object_owns_is_not_made_without_it) {
  Item owner = item("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: owner}\n");
  owner.source_uid = "old-owner";
  Item owned = item("apiVersion: v1\nkind: Secret\nmetadata: {name: owned}\n");
  owned.owners.push_back({owner.reference(), "old-owner", true, true});
  WaitsFor client(*client_, "owner", "never");
  const auto result = apply(context_, client, plan({owner, owned}), {.retry_for = std::chrono::seconds(1)});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->failures.size(), 2u);
  EXPECT_FALSE(exists(kube::types::secret(), "owned"));
}

}  // namespace
}  // namespace tranship::restore
