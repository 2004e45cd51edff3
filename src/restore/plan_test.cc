// Goal: on a real API server the plan says of each object what will become of it, why, and what helps; and makes
// nothing up.

#include "restore/plan.h"

#include <functional>

#include "restore/test_target.h"

namespace tranship::restore {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class PlanTest : public TargetTest {
 protected:
  // The namespace, and the account that every namespace has where controllers run.
  void given_namespace(const std::string& labels = "{}") {
    given("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name_space_ + ", labels: " + labels + "}\n");
    (void)client_->create(context_, kube::types::service_account(),
                          object("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\n"));
  }
  // Admission plugins hear of new policies, quotas and webhooks some moments after they are written.
  Plan plan_when(const std::vector<Item>& items, const std::function<bool(const Plan&)>& heard) {
    Plan made = plan(items);
    for (int attempt = 0; attempt < 100 && !heard(made); ++attempt) {
      (void)context_.sleep(std::chrono::milliseconds(200));
      made = plan(items);
    }
    return made;
  }
  Item deployment(const std::string& pod_spec, int replicas = 1) {
    return item(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: " + std::to_string(replicas) +
        "\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: " +
        pod_spec + "\n");
  }
};

const char* const kMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {a: '1'}\n";

TEST_F(PlanTest, tells_a_conflict_with_what_differs_and_a_way_out) {
  given_namespace();
  given("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {a: theirs}\n");
  given("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: same}\ndata: {a: '1'}\n");
  const Plan made =
      plan({item(kMap), item("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: same}\ndata: {a: '1'}\n")});
  EXPECT_EQ(line(made, "map").action, Action::conflict);
  ASSERT_EQ(line(made, "map").changes.size(), 1u);
  EXPECT_EQ(line(made, "map").changes[0].to_string(), "data.a: \"theirs\" -> \"1\"");
  EXPECT_THAT(line(made, "map").fix, HasSubstr("--existing update"));
  EXPECT_EQ(line(made, "same").action, Action::unchanged);
  EXPECT_FALSE(made.blocked()) << "keeping what is there is the default, not an obstacle";
}

TEST_F(PlanTest, gives_the_default_account_what_the_applications_had) {
  given_namespace();
  const Item account =
      item("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\nimagePullSecrets: [{name: registry}]\n");
  const Plan made = plan({account});
  EXPECT_EQ(line(made, "default").action, Action::update);
  apply_whole(made);
  EXPECT_EQ(live(kube::types::service_account(), "default")["imagePullSecrets"][0]["name"], "registry");
  EXPECT_EQ(line(plan({account}), "default").action, Action::unchanged);
}

TEST_F(PlanTest, finds_owned_objects_unchanged_the_second_time) {
  const auto items = [&] {
    Item owner = item(kMap);
    owner.source_uid = "old-owner";
    Item owned = item("apiVersion: v1\nkind: Secret\nmetadata: {name: owned}\n");
    owned.owners.push_back({owner.reference(), "old-owner", true, true});
    return std::vector{owned, owner};
  };
  apply_whole(plan(items()));
  const Plan again = plan(items());
  EXPECT_EQ(again.count(Action::unchanged), 3u) << to_json(again).dump(2);
  apply_whole(again);
  EXPECT_EQ(json_at(live(kube::types::secret(), "owned"), {"metadata", "ownerReferences"}).size(), 1u);
}

TEST_F(PlanTest, leaves_out_a_reference_to_an_owner_that_is_knowingly_left_behind) {
  Item role =
      item("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: " + name_space_ + "-role}\n");
  role.source_uid = "old-role";
  Item owned = item(kMap);
  owned.owners.push_back({role.reference(), "old-role", false, false});
  options_.without = {"ClusterRole"};
  const ApplyResult result = apply_whole(plan({owned}, {role}));
  EXPECT_THAT(result.notes, ElementsAre(HasSubstr("the reference is left out")));
}

TEST_F(PlanTest, tells_what_an_admission_policy_refuses) {
  given_namespace();
  const std::string name = name_space_ + "-policy";
  given("apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: " + name +
        "}\nspec:\n  failurePolicy: Fail\n  matchConstraints:\n"
        "    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " +
        name_space_ +
        "}}\n"
        "    resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE, UPDATE], resources: "
        "[configmaps]}]\n"
        "  validations: [{expression: \"object.metadata.name != 'map'\", message: no maps here}]\n");
  given("apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: " +
        name + "}\nspec: {policyName: " + name + ", validationActions: [Deny]}\n");
  const Plan made = plan_when({item(kMap)}, &Plan::blocked);
  EXPECT_EQ(line(made, "map").action, Action::blocked);
  EXPECT_THAT(line(made, "map").reason, HasSubstr("no maps here"));
  EXPECT_THAT(line(made, "map").fix, HasSubstr("policy"));
}

TEST_F(PlanTest, says_that_a_webhook_does_not_answer_and_does_not_block_for_it) {
  given_namespace();
  given("apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: " +
        name_space_ +
        "-hook}\nwebhooks:\n- name: silent.example.com\n  admissionReviewVersions: [v1]\n  sideEffects: None\n"
        "  failurePolicy: Fail\n  timeoutSeconds: 1\n  clientConfig: {url: 'https://127.0.0.1:1/'}\n"
        "  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " +
        name_space_ +
        "}}\n"
        "  rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]\n");
  const Plan made = plan_when({item(kMap)}, [](const Plan& each) { return !each.notes.empty(); });
  EXPECT_THAT(made.notes, ElementsAre(HasSubstr("silent.example.com")));
  EXPECT_EQ(line(made, "map").action, Action::create);
}

TEST_F(PlanTest, blocks_workloads_whose_pods_the_namespace_would_not_admit) {
  given_namespace("{pod-security.kubernetes.io/enforce: restricted}");
  const std::string root = "{containers: [{name: main, image: none, securityContext: {privileged: true}}]}";
  const Plan made = plan({deployment(root)});
  EXPECT_EQ(line(made, "web").action, Action::blocked);
  EXPECT_THAT(line(made, "web").reason, HasSubstr("violates PodSecurity"));
  EXPECT_THAT(line(made, "web").fix, HasSubstr("pod-security.kubernetes.io/enforce"));
  EXPECT_FALSE(plan({deployment(root, 0)}).blocked()) << "without replicas there are no pods to refuse";
}

TEST_F(PlanTest, sees_limit_ranges_and_quotas_of_the_namespace) {
  given_namespace();
  given(
      "apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits}\nspec: {limits: [{type: Container, max: {cpu: "
      "500m}}]}\n");
  const Item greedy =
      deployment("{containers: [{name: main, image: none, resources: {requests: {cpu: '2'}, limits: {cpu: '2'}}}]}");
  const Plan limited = plan_when({greedy}, &Plan::blocked);
  EXPECT_THAT(line(limited, "web").reason, HasSubstr("maximum cpu usage per Container"));
  EXPECT_THAT(line(limited, "web").fix, HasSubstr("LimitRange"));
  ASSERT_TRUE(client_->remove(context_, type("", "LimitRange"), name_space_, "limits"));
  given("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: quota}\nspec: {hard: {pods: '0'}}\n");
  ASSERT_TRUE(client_->patch(context_, type("", "ResourceQuota"), name_space_, "quota", kube::PatchKind::merge,
                             {{"status", {{"hard", {{"pods", "0"}}}, {"used", {{"pods", "0"}}}}}},
                             {.subresource = "status"}));
  const Plan full = plan_when(
      {greedy}, [](const Plan& each) { return line(each, "web").reason.find("exceeded quota") != std::string::npos; });
  EXPECT_THAT(line(full, "web").reason, HasSubstr("exceeded quota: quota"));
  EXPECT_THAT(line(full, "web").fix, HasSubstr("ResourceQuota"));
}

TEST_F(PlanTest, waits_for_accounts_that_come_with_the_plan) {
  given_namespace();
  const Plan made = plan({item("apiVersion: v1\nkind: Pod\nmetadata: {name: tool}\nspec: {serviceAccountName: robot, "
                               "containers: [{name: main, image: none}]}\n"),
                          item("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n")});
  EXPECT_EQ(line(made, "tool").action, Action::create);
  apply_whole(made);
  EXPECT_TRUE(exists(kube::types::pod(), "tool"));
}

TEST_F(PlanTest, brings_classes_along_before_the_pods_that_name_them) {
  given_namespace();
  const std::string name = name_space_ + "-high";
  const Item high =
      item("apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: " + name + "}\nvalue: 7\n");
  const Item pod = item("apiVersion: v1\nkind: Pod\nmetadata: {name: tool}\nspec: {priorityClassName: " + name +
                        ", containers: [{name: main, image: none}]}\n");
  const Plan without = plan({pod}, {high});
  EXPECT_EQ(line(without, name).action, Action::blocked);
  EXPECT_THAT(line(without, name).fix, HasSubstr("--carry PriorityClass"));
  ASSERT_EQ(without.needs.size(), 1u);
  EXPECT_EQ(without.needs[0].object.to_string(), "PriorityClass " + name);
  EXPECT_FALSE(without.needs[0].carried);
  options_.carry = {"PriorityClass"};
  remove_at_end(high.type, name);
  apply_whole(plan({pod}, {high}));
  EXPECT_EQ(live(kube::types::pod(), "tool")["spec"]["priority"], 7);
}

TEST_F(PlanTest, names_missing_ingress_classes_and_hosts_of_others) {
  given_namespace();
  const std::string host = name_space_ + ".example.com";
  const auto ingress = [&](const std::string& name) {
    return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: " + name +
           "}\nspec: {ingressClassName: " + name_space_ + "-class, rules: [{host: " + host + "}]}\n";
  };
  Json theirs = object(ingress("theirs"));
  theirs["metadata"]["namespace"] = "default";
  theirs["metadata"]["name"] = name_space_;
  ASSERT_TRUE(client_->create(context_, type("networking.k8s.io", "Ingress"), theirs));
  const Plan made = plan({item(ingress("ours"))});
  EXPECT_THAT(made.notes, Contains(HasSubstr("host " + host + " is already served by Ingress default/" + name_space_)));
  EXPECT_THAT(made.notes, Contains(HasSubstr("its IngressClass " + name_space_ + "-class is not on the target")));
  EXPECT_EQ(line(made, "ours").action, Action::create);
  (void)client_->remove(context_, type("networking.k8s.io", "Ingress"), "default", name_space_);
}

TEST_F(PlanTest, makes_a_cluster_role_binding_beside_one_that_gives_this_namespace_nothing) {
  given_namespace();
  const std::string name = name_space_ + "-binding";
  const auto binding = [&](const std::string& subject_namespace) {
    return "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: " + name +
           "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
           "subjects: [{kind: ServiceAccount, name: robot, namespace: " +
           subject_namespace + "}]\n";
  };
  given(binding("elsewhere"));
  const Plan blocked = plan({}, {item(binding(name_space_))});
  EXPECT_EQ(line(blocked, name).action, Action::blocked);
  EXPECT_THAT(line(blocked, name).fix, HasSubstr("--carry ClusterRoleBinding"));
  options_.carry = {"ClusterRoleBinding"};
  const std::string own_name = name + "-" + name_space_;
  remove_at_end(type("rbac.authorization.k8s.io", "ClusterRoleBinding"), own_name);
  apply_whole(plan({}, {item(binding(name_space_))}));
  EXPECT_EQ(live(type("rbac.authorization.k8s.io", "ClusterRoleBinding"), name)["subjects"][0]["namespace"],
            "elsewhere");
  EXPECT_EQ(live(type("rbac.authorization.k8s.io", "ClusterRoleBinding"), own_name)["subjects"][0]["namespace"],
            name_space_);
  EXPECT_EQ(line(plan({}, {item(binding(name_space_))}), own_name).action, Action::unchanged);
}

TEST_F(PlanTest, notes_workloads_that_no_node_can_take) {
  given("apiVersion: v1\nkind: Node\nmetadata: {name: " + name_space_ + "-node, labels: {" + name_space_ +
        ": here}}\n");
  const std::string containers = "containers: [{name: main, image: none}]";
  EXPECT_THAT(plan({deployment("{nodeSelector: {" + name_space_ + ": there}, " + containers + "}")}).notes,
              ElementsAre(HasSubstr("no node of the target has the labels")));
}

}  // namespace
}  // namespace tranship::restore
