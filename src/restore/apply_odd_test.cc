// Goal: what real applications hold and tidy examples do not goes through plan and apply on a real API server: many
// objects, large ones, names that URLs escape, several versions, quotas, a run that ended in between.

#include <thread>

#include "kube/watch.h"
#include "restore/test_target.h"

namespace tranship::restore {
namespace {

using testing::Contains;
using testing::HasSubstr;

class OddTest : public TargetTest {
 protected:
  std::vector<Item> config_maps(int count) {
    std::vector<Item> items;
    for (int i = 0; i < count; ++i) {
      items.push_back(
          item("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map-" + std::to_string(i) + "}\ndata: {a: '1'}\n"));
    }
    return items;
  }
  // A definition of its own group with a version for each name; `schema` is that of every version.
  std::string definition(const std::string& group, const std::vector<std::string>& versions,
                         const std::string& schema) {
    std::string yaml =
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: boxes." + group +
        "}\nspec:\n  group: " + group +
        "\n  scope: Namespaced\n  names: {plural: boxes, singular: box, kind: Box, listKind: BoxList}\n  versions:\n";
    for (const auto& version : versions) {
      yaml += "  - {name: " + version + ", served: true, storage: " + (version == versions.front() ? "true" : "false") +
              ", subresources: {status: {}}, schema: {openAPIV3Schema: " + schema + "}}\n";
    }
    return yaml;
  }
  static Item box(const std::string& group, const std::string& version, const std::string& name,
                  const std::string& name_space) {
    Item made;
    made.object = parse_yaml_document("apiVersion: " + group + "/" + version + "\nkind: Box\nmetadata: {name: " + name +
                                      ", namespace: " + name_space + "}\nspec: {size: 3, colour: red}\n")
                      .value();
    made.type = {group, version, "Box", "boxes", true, {"get"}, {"status"}, {version}};
    return made;
  }
  // The definition made by somebody else, served, and known to this case's discovery.
  void given_definition(const std::string& group, const std::vector<std::string>& versions, const std::string& schema) {
    given(definition(group, versions, schema));
    for (int attempt = 0; attempt < 100 && discovery_.find(group, "Box") == nullptr; ++attempt) {
      (void)context_.sleep(std::chrono::milliseconds(100));
      discovery_ = kube::Discovery::fetch(context_, *client_).value();
    }
    ASSERT_NE(discovery_.find(group, "Box"), nullptr);
  }
  const std::string kAnySchema = "{type: object, x-kubernetes-preserve-unknown-fields: true}";
};

TEST_F(OddTest, an_empty_namespace_is_a_whole_application) {
  EXPECT_EQ(apply_whole(plan({})).created, 1u);
  EXPECT_EQ(plan({}).count(Action::unchanged), 1u);
}

TEST_F(OddTest, two_thousand_objects_are_written_and_found_again) {
  EXPECT_EQ(apply_whole(plan(config_maps(2000))).created, 2001u);
  EXPECT_EQ(client_
                ->list_all(context_, kube::types::config_map(), name_space_,
                           {.field_selector = "metadata.name!=kube-root-ca.crt"})
                .value()
                .size(),
            2000u);
  EXPECT_EQ(plan(config_maps(2000)).count(Action::unchanged), 2001u);
}

TEST_F(OddTest, a_run_that_was_ended_goes_on) {
  constexpr int kObjects = 60;
  std::stop_source stop;
  ApplyOptions options{.in_flight_max = 4, .retry_for = std::chrono::seconds(5)};
  options.progress = [&](std::size_t done, std::size_t, const kube::ObjectReference&) {
    if (done == 20) stop.request_stop();
  };
  const auto ended = apply(Context(stop.get_token()), *client_, plan(config_maps(kObjects)), options);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().fault(), Fault::cancelled);
  const Plan rest = plan(config_maps(kObjects));
  EXPECT_GE(rest.count(Action::unchanged), 20u);
  EXPECT_EQ(rest.count(Action::unchanged) + rest.count(Action::create), kObjects + 1u);
  apply_whole(rest);
  EXPECT_EQ(plan(config_maps(kObjects)).count(Action::unchanged), kObjects + 1u);
}

TEST_F(OddTest, a_status_that_an_ended_run_did_not_write_is_written_by_the_next) {
  const std::string group = kube::testing::unique_name("g") + ".example";
  given_definition(group, {"v1"}, kAnySchema);
  Item with_status = box(group, "v1", "box", name_space_);
  apply_whole(plan({with_status}));
  with_status.status = {{"phase", "Full"}};
  const Plan next = plan({with_status});
  EXPECT_EQ(line(next, "box").action, Action::update);
  apply_whole(next);
  EXPECT_EQ(live(*discovery_.find(group, "Box"), "box")["status"]["phase"], "Full");
  with_status.status = {{"phase", "Older"}};
  EXPECT_EQ(line(plan({with_status}), "box").action, Action::unchanged) << "what its operator wrote since is newer";
}

TEST_F(OddTest, large_secrets_and_names_that_urls_escape) {
  Item large = item("apiVersion: v1\nkind: Secret\nmetadata: {name: large}\n");
  large.object["stringData"] = {{"file", std::string(1024 * 1024, 'x')}};
  const std::string role_name = "system:reader 50 für?&#+";
  Item role = item(
      "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: x}\nrules: [{apiGroups: [''], "
      "resources: [pods], verbs: [get]}]\n");
  role.object["metadata"]["name"] = role_name;
  apply_whole(plan({large, role}));
  EXPECT_EQ(json_string(live(kube::types::secret(), "large"), {"data", "file"}).size(), 4u * ((1024 * 1024 + 2) / 3));
  EXPECT_EQ(json_string(live(role.type, role_name), {"metadata", "name"}), role_name);
  EXPECT_EQ(line(plan({role}), role_name).action, Action::unchanged);
}

TEST_F(OddTest, carried_definitions_with_several_versions_take_each_versions_objects) {
  const std::string group = kube::testing::unique_name("g") + ".example";
  options_.carry = {"CustomResourceDefinition"};
  const auto both = [&] {
    return std::vector{box(group, "v1", "old", name_space_), box(group, "v2beta1", "new", name_space_)};
  };
  remove_at_end(kube::types::custom_resource_definition(), "boxes." + group);
  apply_whole(plan(both(), {item(definition(group, {"v1", "v2beta1"}, kAnySchema))}),
              {.retry_for = std::chrono::seconds(30)});
  discovery_ = kube::Discovery::fetch(context_, *client_).value();
  EXPECT_EQ(live(*discovery_.find(group, "Box"), "old")["spec"]["size"], 3);
  EXPECT_EQ(live(*discovery_.find(group, "Box"), "new")["spec"]["size"], 3);
  const Plan again = plan(both(), {item(definition(group, {"v1", "v2beta1"}, kAnySchema))});
  EXPECT_EQ(again.count(Action::unchanged), 4u) << to_json(again).dump(2);
}

TEST_F(OddTest, another_versions_schema_drops_fields_and_that_is_said) {
  const std::string group = kube::testing::unique_name("g") + ".example";
  given_definition(group, {"v2"},
                   "{type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}");
  apply_whole(plan({}));
  const Plan made = plan({box(group, "v1", "box", name_space_)});
  EXPECT_THAT(made.notes, Contains(HasSubstr("sent as " + group + "/v2")));
  EXPECT_THAT(made.notes, Contains(HasSubstr("drops: /spec/colour")));
  EXPECT_THAT(apply_whole(made).notes, Contains(HasSubstr("dropped: /spec/colour")));
  EXPECT_EQ(line(plan({box(group, "v1", "box", name_space_)}), "box").action, Action::unchanged);
}

TEST_F(OddTest, an_applications_own_quota_and_limits_do_not_stand_in_its_way) {
  apply_whole(plan({}));
  (void)client_->create(context_, kube::types::service_account(),
                        object("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\n"));
  const Plan made = plan(
      {item("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: quota}\nspec: {hard: {configmaps: '10', "
            "secrets: '10', services: '5', persistentvolumeclaims: '3'}}\n"),
       item("apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits}\nspec: {limits: [{type: Container, "
            "default: {cpu: 100m}}]}\n"),
       config_maps(1)[0], item("apiVersion: v1\nkind: Secret\nmetadata: {name: secret}\n"),
       item("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"),
       item("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: "
            "[ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n"),
       item("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny}\nspec: "
            "{podSelector: {}, policyTypes: [Ingress]}\n"),
       item("apiVersion: v1\nkind: Pod\nmetadata: {name: tool}\nspec: {containers: [{name: main, image: none}]}\n")});
  apply_whole(made);
  EXPECT_EQ(live(kube::types::pod(), "tool")["spec"]["containers"][0]["resources"]["limits"]["cpu"], "100m")
      << "limit ranges come before the pods they give defaults to";
}

TEST_F(OddTest, pods_wait_until_somebody_has_counted_their_quota) {
  apply_whole(plan({}));
  const Item quota = item("apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: quota}\nspec: {hard: {pods: '10'}}\n");
  // Where no controllers run, this counts in place of theirs.
  std::jthread counts([&] {
    const auto there = kube::wait_for(context_.with_timeout(std::chrono::seconds(30)), *client_, quota.type,
                                      name_space_, "quota", [](const Json& live) { return !live.is_null(); });
    (void)context_.sleep(std::chrono::milliseconds(300));
    (void)client_->patch(context_, quota.type, name_space_, "quota", kube::PatchKind::merge,
                         {{"status", {{"hard", {{"pods", "10"}}}, {"used", {{"pods", "0"}}}}}},
                         {.subresource = "status"});
  });
  apply_whole(
      plan({quota, item("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n"),
            item("apiVersion: v1\nkind: Pod\nmetadata: {name: tool}\nspec: {serviceAccountName: robot, containers: "
                 "[{name: main, image: none}]}\n")}),
      {.retry_for = std::chrono::seconds(30)});
  EXPECT_TRUE(exists(kube::types::pod(), "tool"));
}

TEST_F(OddTest, what_only_a_plain_create_takes_is_found_unchanged_the_second_time) {
  apply_whole(plan({}));
  (void)client_->create(context_, kube::types::service_account(),
                        object("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\n"));
  const auto twice = [&](const std::string& value) {
    return item(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n"
        "  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: main, image: none, env: "
        "[{name: A, "
        "value: '1'}, {name: A, value: '" +
        value + "'}]}]}\n");
  };
  apply_whole(plan({twice("2")}));
  EXPECT_EQ(line(plan({twice("2")}), "web").action, Action::unchanged);
  const Plan changed = plan({twice("3")});
  EXPECT_EQ(line(changed, "web").action, Action::update);
  apply_whole(changed);
  EXPECT_EQ(live(type("apps", "Deployment"), "web")["spec"]["template"]["spec"]["containers"][0]["env"][1]["value"],
            "3");
}

TEST_F(OddTest, what_cannot_be_changed_is_replaced_only_when_told_to) {
  const auto binding = [&](const std::string& role) {
    return item(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: binding}\nroleRef: {apiGroup: "
        "rbac.authorization.k8s.io, kind: ClusterRole, name: " +
        role +
        "}\nsubjects: [{kind: User, name: jane, apiGroup: "
        "rbac.authorization.k8s.io}]\n");
  };
  apply_whole(plan({binding("view")}));
  const Plan refused = plan({binding("edit")});
  EXPECT_EQ(line(refused, "binding").action, Action::blocked);
  EXPECT_THAT(line(refused, "binding").fix, HasSubstr("--existing replace"));
  options_.existing = ExistingPolicy::replace;
  const Plan replaced = plan({binding("edit")});
  EXPECT_EQ(line(replaced, "binding").action, Action::update);
  EXPECT_THAT(line(replaced, "binding").reason, HasSubstr("deleted and made again"));
  apply_whole(replaced, {.retry_for = std::chrono::seconds(5), .replace = true});
  EXPECT_EQ(live(type("rbac.authorization.k8s.io", "RoleBinding"), "binding")["roleRef"]["name"], "edit");
}

TEST_F(OddTest, node_ports_that_are_refused_while_writing_are_left_to_the_target) {
  apply_whole(plan({}));
  const auto service = [&](const std::string& name, std::int64_t port) {
    Item made = item("apiVersion: v1\nkind: Service\nmetadata: {name: " + name +
                     "}\nspec: {type: NodePort, ports: [{port: 80}]}\n");
    if (port != 0) made.object["spec"]["ports"][0]["nodePort"] = port;
    return made;
  };
  apply_whole(plan({service("first", 0)}));
  const auto port = json_integer(live(kube::types::service(), "first")["spec"]["ports"][0], {"nodePort"});
  Plan late = plan({service("second", 0), service("third", 0)});
  for (PlanItem& each : late.items) {  // taken, and outside of the range, after the plan was made
    if (each.item.reference().name == "second") each.item.object["spec"]["ports"][0]["nodePort"] = port;
    if (each.item.reference().name == "third") each.item.object["spec"]["ports"][0]["nodePort"] = 80;
  }
  const ApplyResult result = apply_whole(late);
  EXPECT_THAT(result.notes, Contains(HasSubstr("is taken on the target")));
  EXPECT_THAT(result.notes, Contains(HasSubstr("node port 80 is outside the target's range")));
  EXPECT_NE(live(kube::types::service(), "second")["spec"]["ports"][0]["nodePort"], port);
}

TEST_F(OddTest, webhooks_of_the_application_come_last) {
  const std::string hook = name_space_ + "-hook";
  Item webhook = item(
      "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: " + hook +
      "}\nwebhooks:\n- name: own.example.com\n  admissionReviewVersions: [v1]\n  sideEffects: None\n"
      "  failurePolicy: Fail\n  timeoutSeconds: 1\n  clientConfig: {service: {name: own, namespace: " +
      name_space_ + "}}\n  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " + name_space_ +
      "}}\n"
      "  rules: [{apiGroups: [''], apiVersions: [v1], operations: ['*'], resources: [configmaps, services]}]\n");
  options_.carry = {"*"};
  remove_at_end(webhook.type, hook);
  auto items = config_maps(20);
  items.push_back(item("apiVersion: v1\nkind: Service\nmetadata: {name: own}\nspec: {ports: [{port: 443}]}\n"));
  const ApplyResult result = apply_whole(plan(std::move(items), {webhook}));
  EXPECT_EQ(result.created, 23u);
  const Plan again = plan(config_maps(20), {webhook});
  EXPECT_EQ(again.count(Action::unchanged), 22u) << "a webhook that does not answer hides no object that is as wanted";
}

}  // namespace
}  // namespace tranship::restore
