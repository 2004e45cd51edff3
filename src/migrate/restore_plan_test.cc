// Goal: rules of TransformSets are in the plan, and where one cannot be applied the plan is blocked by that object,
// that rule, or that set.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/yaml.h"
#include "kube/discovery.h"
#include "kube/testing/cluster.h"
#include "migrate/restore.h"
#include "migrate/transforms.h"

namespace tranship::migrate {
namespace {

using testing::Contains;
using testing::HasSubstr;

class RestorePlanTest : public testing::Test {
 protected:
  void SetUp() override {
    TRANSHIP_NEEDS_CLUSTER();
    client_ = kube::testing::connect().value();
    captured_.application.name = captured_.application.name_space = "shop";
    captured_.types = kube::Discovery::fetch(context_, *client_).value().types();
    for (const char* name : {"web", "api"}) {
      Json map = parse_yaml_document("apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: shop}\ndata: {host: a}\n")
                     .value();
      map["metadata"]["name"] = name;
      map["metadata"]["uid"] = std::string("uid-") + name;
      captured_.objects.push_back(std::move(map));
    }
    choices_.target_namespace = kube::testing::unique_name("rules");
  }

  void given_rule(const std::string& patch, const std::string& subject = "{kind: ConfigMap, name: web}") {
    choices_.transforms.push_back(
        rule_set_of(
            {{"apiVersion", "tranship.io/v1alpha1"},
             {"kind", "TransformSet"},
             {"metadata", {{"name", "set"}}},
             {"spec",
              {{"transforms",
                parse_yaml_document("- {name: rule, subject: " + subject + ", patch: " + patch + "}").value()}}}})
            .value());
  }
  RestorePlan plan() {
    const RestoreRequest request{.client = *client_, .choices = choices_, .movers = {}};
    return plan_restore(context_, request, captured_, {}, "").value();
  }
  static const restore::PlanItem& line(const RestorePlan& plan, const std::string& name) {
    return *std::ranges::find(plan.objects.items, name, [](const auto& each) { return each.item.reference().name; });
  }

  Context context_;
  std::unique_ptr<kube::Client> client_;
  capture::Captured captured_;
  RestoreChoices choices_;
};

TEST_F(RestorePlanTest, sends_what_the_rules_make_of_an_object) {
  given_rule("[{op: replace, path: /data/host, value: b}]");
  const auto made = plan();
  EXPECT_FALSE(made.blocked()) << to_json(made).dump(2);
  EXPECT_EQ(line(made, "web").item.object["data"]["host"], "b");
  EXPECT_EQ(line(made, "web").item.object["metadata"]["namespace"], choices_.target_namespace);
  EXPECT_EQ(line(made, "api").item.object["data"]["host"], "a");
  EXPECT_THAT(made.notes, Contains(HasSubstr("changes 1 of 1 objects")));
}

TEST_F(RestorePlanTest, is_blocked_by_an_object_that_a_rule_does_not_fit) {
  given_rule("[{op: remove, path: /data/none}]", "{kind: ConfigMap}");
  captured_.objects[1]["metadata"].erase("uid");  // then it is known by its name
  const auto made = plan();
  for (const char* name : {"web", "api"}) {
    EXPECT_EQ(line(made, name).action, restore::Action::blocked);
    EXPECT_THAT(line(made, name).reason, HasSubstr("rule 'rule' of TransformSet set, patch[0]"));
    EXPECT_THAT(line(made, name).fix, HasSubstr("Change the rule"));
  }
}

TEST_F(RestorePlanTest, is_blocked_by_a_set_that_cannot_be_used) {
  choices_.transform_troubles = {{"TransformSet shop/none", "there is none of that name", "Create it"}};
  const auto made = plan();
  EXPECT_TRUE(made.blocked());
  EXPECT_EQ(to_json(made)["blockers"][0]["object"], "TransformSet shop/none");
  EXPECT_EQ(line(made, "web").action, restore::Action::create);
}

TEST_F(RestorePlanTest, is_blocked_by_a_class_that_is_not_there_whoever_chose_it) {
  const auto claim = [](const std::string& name) {
    Json made = parse_yaml_document("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {namespace: shop}\n"
                                    "spec: {accessModes: [ReadWriteOnce], storageClassName: gold, "
                                    "resources: {requests: {storage: 1Gi}}}\n")
                    .value();
    made["metadata"]["name"] = name;
    return made;
  };
  captured_.objects = {claim("chosen"), claim("ruled")};
  choices_.storage_classes = {{"gold", "no-such-class"}};
  given_rule("[{op: replace, path: /spec/storageClassName, value: nor-this}]",
             "{kind: PersistentVolumeClaim, name: ruled}");
  const auto made = plan();
  for (const auto& [name, named] : {std::pair("chosen", "no-such-class"), {"ruled", "nor-this"}}) {
    EXPECT_EQ(line(made, name).action, restore::Action::blocked) << name;
    EXPECT_THAT(line(made, name).reason, HasSubstr(std::string(named) + " does not exist on the target"));
    EXPECT_THAT(line(made, name).fix, HasSubstr("Choose one of"));
  }
}

TEST_F(RestorePlanTest, never_lets_a_rule_lead_out_of_the_namespace) {
  const Json move = {{{"op", "copy"}, {"from", "/data/host"}, {"path", "/metadata/namespace"}}};
  choices_.transforms = {{"set", {{"rule", {}, {move[0]}}}}};  // as if it had not been checked
  const auto made = plan();
  EXPECT_EQ(line(made, "web").action, restore::Action::blocked);
  EXPECT_EQ(line(made, "web").item.object["metadata"]["namespace"], choices_.target_namespace);
  EXPECT_THAT(line(made, "web").reason, HasSubstr("another object"));
}

}  // namespace
}  // namespace tranship::migrate
