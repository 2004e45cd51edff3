// Plans and applies on a real API server (TRANSHIP_TEST_KUBECONFIG).

#include "restore/apply.h"

#include "restore/test_target.h"

namespace tranship::restore {
namespace {

class ApplyTest : public TargetTest {};

const char* const kMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {a: '1'}\n";

TEST_F(ApplyTest, creates_everything_and_finds_it_unchanged_the_second_time) {
  const auto items = [&] {
    return std::vector{item(kMap), item("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {k: v}\n")};
  };
  const Plan first = plan(items());
  EXPECT_EQ(first.count(Action::create), 3u);  // with the namespace
  EXPECT_EQ(apply_all(first).created, 3u);
  const Plan second = plan({item(kMap)});
  EXPECT_EQ(second.count(Action::unchanged), 2u);
  EXPECT_EQ(apply_all(second).created, 0u);
}

TEST_F(ApplyTest, brings_its_own_objects_up_to_date_and_keeps_those_of_others) {
  apply_all(plan({item(kMap)}));
  Json foreign = item("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: foreign}\ndata: {a: theirs}\n").object;
  ASSERT_TRUE(client_->create(context_, kube::types::config_map(), foreign, {.field_manager = "somebody"}).has_value());
  Item changed = item(kMap);
  changed.object["data"]["a"] = "2";
  Item over = item("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: foreign}\ndata: {a: ours}\n");
  const Plan next = plan({changed, over});
  EXPECT_EQ(next.count(Action::update), 1u);
  EXPECT_EQ(next.count(Action::conflict), 1u);
  apply_all(next);
  EXPECT_EQ(live(kube::types::config_map(), "map")["data"]["a"], "2");
  EXPECT_EQ(live(kube::types::config_map(), "foreign")["data"]["a"], "theirs");
}

TEST_F(ApplyTest, updates_foreign_objects_when_told_to) {
  apply_all(plan({}));
  Json foreign =
      item("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: foreign}\ndata: {a: theirs, b: kept}\n").object;
  ASSERT_TRUE(client_->create(context_, kube::types::config_map(), foreign, {.field_manager = "somebody"}).has_value());
  options_.existing = ExistingPolicy::update;
  const Plan next = plan({item("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: foreign}\ndata: {a: ours}\n")});
  ASSERT_EQ(next.count(Action::update), 1u);
  apply_all(next);
  EXPECT_EQ(live(kube::types::config_map(), "foreign")["data"]["a"], "ours");
}

TEST_F(ApplyTest, gives_owner_references_the_new_uids) {
  Item owner = item(kMap);
  owner.source_uid = "old-owner";
  Item owned = item("apiVersion: v1\nkind: Secret\nmetadata: {name: owned}\n");
  owned.source_uid = "old-owned";
  owned.owners.push_back({owner.reference(), "old-owner", true, true});
  Item stray = item("apiVersion: v1\nkind: Secret\nmetadata: {name: stray}\n");
  stray.owners.push_back({owner.reference(), "unknown", true, false});
  const ApplyResult result = apply_all(plan({owned, stray, owner}));
  EXPECT_TRUE(result.failures.empty());
  EXPECT_EQ(result.notes.size(), 1u);
  const Json references = json_at(live(kube::types::secret(), "owned"), {"metadata", "ownerReferences"});
  ASSERT_EQ(references.size(), 1u);
  EXPECT_EQ(json_string(references[0], {"uid"}),
            json_string(live(kube::types::config_map(), "map"), {"metadata", "uid"}));
  EXPECT_TRUE(json_at(live(kube::types::secret(), "stray"), {"metadata", "ownerReferences"}).is_null());
}

TEST_F(ApplyTest, blocks_what_the_server_would_refuse_and_writes_nothing) {
  apply_all(plan({}));
  const Plan refused = plan({item("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: UPPER}\n"), item(kMap)});
  EXPECT_EQ(refused.count(Action::blocked), 1u);
  const auto applied = apply(context_, *client_, refused, {});
  ASSERT_FALSE(applied.has_value());
  EXPECT_EQ(applied.error().code(), "plan.blocked");
  EXPECT_FALSE(client_->get(context_, kube::types::config_map(), name_space_, "map").has_value());
}

TEST_F(ApplyTest, blocks_kinds_the_target_does_not_know_with_the_flag_that_helps) {
  const Plan unknown = plan({item("apiVersion: nowhere.example/v1\nkind: Thing\nmetadata: {name: t}\n")});
  ASSERT_EQ(unknown.count(Action::blocked), 1u);
  EXPECT_NE(unknown.items.back().fix.find("--carry CustomResourceDefinition"), std::string::npos);
}

TEST_F(ApplyTest, carries_definitions_and_the_objects_and_status_of_their_kinds) {
  const std::string group = kube::testing::unique_name("g") + ".example";
  Item definition =
      item("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: boxes." + group +
           "}\nspec:\n  group: " + group +
           "\n  scope: Namespaced\n  names: {plural: boxes, singular: box, kind: Box}\n  versions:\n"
           "  - name: v1\n    served: true\n    storage: true\n    subresources: {status: {}}\n    schema:\n"
           "      openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}\n");
  Item box = item("apiVersion: " + group + "/v1\nkind: Box\nmetadata: {name: box, finalizers: [" + group +
                  "/hold]}\nspec: {size: 3}\n");
  box.type = {group, "v1", "Box", "boxes", true, {"get"}, {"status"}, {"v1"}};
  box.status = {{"phase", "Full"}};
  options_.carry = {"CustomResourceDefinition"};
  remove_at_end(definition.type, "boxes." + group);
  const ApplyResult result = apply_all(plan({box}, {definition}));
  EXPECT_TRUE(result.failures.empty()) << (result.failures.empty() ? "" : result.failures[0].error.text());
  const Json written = live(box.type, "box");
  EXPECT_EQ(json_string(written, {"status", "phase"}), "Full");
  EXPECT_EQ(json_at(written, {"metadata", "finalizers"}).size(), 1u);
  (void)client_->patch(context_, box.type, name_space_, "box", kube::PatchKind::merge,
                       {{"metadata", {{"finalizers", nullptr}}}});
}

TEST_F(ApplyTest, leaves_a_taken_node_port_to_the_target) {
  apply_all(plan({}));
  const auto service = [&](const std::string& name, std::int64_t port) {
    Item made = item("apiVersion: v1\nkind: Service\nmetadata: {name: " + name +
                     "}\nspec: {type: NodePort, ports: [{port: 80}]}\n");
    if (port != 0) made.object["spec"]["ports"][0]["nodePort"] = port;
    return made;
  };
  EXPECT_TRUE(apply_all(plan({service("first", 0)})).failures.empty());
  // The port the server chose: a fixed one may be another case's.
  const auto port = json_integer(live(kube::types::service(), "first")["spec"]["ports"][0], {"nodePort"});
  const Plan second = plan({service("second", port)});
  ASSERT_FALSE(second.notes.empty());
  EXPECT_TRUE(apply_all(second).failures.empty());
  EXPECT_NE(json_at(live(kube::types::service(), "second"), {"spec", "ports"})[0]["nodePort"], port);
}

TEST_F(ApplyTest, sends_what_server_side_apply_cannot_merge_by_a_plain_create) {
  // Two variables of one name: valid for create, refused by apply as duplicate keys.
  const ApplyResult result = apply_whole(plan(
      {item("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n"),
       item("apiVersion: v1\nkind: Pod\nmetadata: {name: twice}\nspec:\n  serviceAccountName: robot\n  containers:\n"
            "  - {name: main, image: none, env: [{name: A, value: '1'}, {name: A, value: '2'}]}\n")}));
  EXPECT_EQ(result.created, 3u);
  EXPECT_EQ(live(kube::types::pod(), "twice")["spec"]["containers"][0]["env"].size(), 2u);
}

}  // namespace
}  // namespace tranship::restore
