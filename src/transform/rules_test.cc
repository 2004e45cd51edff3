// Goal: rules change what they say and nothing else; no rule gets at what an object is, by whatever way it tries.

#include "transform/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/yaml.h"

namespace tranship::transform {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json yaml(const std::string& text) {
  return parse_yaml_document(text).value();
}

PreparedObject prepared(const std::string& text) {
  PreparedObject object;
  object.object = yaml(text);
  object.source = kube::ObjectReference::of(object.object);
  if (!object.source.name_space.empty()) object.source.name_space = "shop";
  object.source_uid = "uid-" + object.source.name;
  return object;
}

PreparedObject deployment(const std::string& name = "web") {
  return prepared("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name +
                  ", namespace: copy, labels: {app: web}}\nspec: {replicas: 3, list: [a, b]}\n");
}

RuleSet rules(const std::string& patch, const std::string& subject = "{kind: Deployment}") {
  return parse_rules("set", yaml("- {name: rule, subject: " + subject + ", patch: " + patch + "}")).value();
}

std::string refusal(const std::string& patch) {
  const auto parsed = parse_rules("set", yaml("- {name: rule, subject: {}, patch: " + patch + "}"));
  return parsed ? "" : parsed.error().what();
}

// The object after one rule, and why it failed.
struct Outcome {
  Json object;
  std::string reason;
};
Outcome outcome(const RuleSet& set, PreparedObject object = deployment(), bool cluster_scoped = true) {
  const std::vector sets{set};
  RuleRun run(sets, cluster_scoped);
  std::vector objects{std::move(object)};
  run.apply(objects);
  return {objects[0].object, run.failures().empty() ? "" : run.failures()[0].reason};
}

TEST(Rules, change_their_subjects_and_nothing_else) {
  const std::vector sets{rules("[{op: replace, path: /spec/replicas, value: 1}]", "{group: 'app?', name: 'w*'}"),
                         rules("[{op: add, path: /metadata/labels/copy, value: 'yes'}]", "{namespace: shop}"),
                         rules("[{op: remove, path: /spec}]", "{group: '', kind: Deployment}")};
  RuleRun run(sets, true);
  std::vector objects{deployment("web"), deployment("api")};
  run.apply(objects);
  EXPECT_EQ(objects[0].object["spec"]["replicas"], 1);
  EXPECT_EQ(objects[1].object["spec"]["replicas"], 3);
  EXPECT_EQ(objects[1].object["metadata"]["labels"]["copy"], "yes");
  EXPECT_THAT(run.failures(), IsEmpty());
  EXPECT_THAT(run.notes(), ElementsAre(HasSubstr("changes 1 of 1"), HasSubstr("changes 2 of 2"),
                                       HasSubstr("no object of the application is its subject")));
}

TEST(Rules, know_every_operation) {
  const auto after =
      outcome(rules("[{op: test, path: /spec/replicas, value: 3}, {op: add, path: /spec/list/0, value: z},"
                    " {op: copy, from: /spec/list, path: /spec/other}, {op: remove, path: /spec/list/1},"
                    " {op: move, from: /spec/replicas, path: /spec/moved}, {op: add, path: /spec/list/-,"
                    " value: {deep: [1]}}, {op: replace, path: '/metadata/labels', value: {a~/b: c}},"
                    " {op: replace, path: /metadata/labels/a~0~1b, value: d}]"));
  EXPECT_EQ(after.reason, "");
  EXPECT_EQ(after.object["spec"], yaml("{list: [z, b, {deep: [1]}], other: [z, a, b], moved: 3}"));
  EXPECT_EQ(after.object["metadata"]["labels"], yaml("{a~/b: d}"));
}

TEST(Rules, leave_an_object_as_it_was_when_a_patch_does_not_fit) {
  const auto failed = [](const std::string& patch) {
    const auto after = outcome(rules("[{op: add, path: /spec/added, value: 1}, " + patch + "]"));
    EXPECT_EQ(after.object, deployment().object);
    return after.reason;
  };
  EXPECT_EQ(failed("{op: test, path: /spec/replicas, value: 5}"),
            "rule 'rule' of TransformSet set, patch[1] (test /spec/replicas): the value at /spec/replicas is another");
  EXPECT_THAT(failed("{op: remove, path: /spec/none}"), HasSubstr("there is nothing at /spec/none"));
  EXPECT_THAT(failed("{op: replace, path: /spec/list/7, value: 1}"), HasSubstr("there is nothing at /spec/list/7"));
  EXPECT_THAT(failed("{op: copy, from: /spec/none, path: /spec/a}"), HasSubstr("there is nothing at /spec/none"));
  EXPECT_THAT(failed("{op: add, path: /spec/none/a, value: 1}"), HasSubstr("nothing can be put at /spec/none/a"));
  EXPECT_THAT(failed("{op: add, path: /spec/list/99999999999999999999, value: 1}"), HasSubstr("nothing can be put"));
  EXPECT_THAT(failed("{op: add, path: /spec/replicas/a, value: 1}"), HasSubstr("nothing can be put"));
}

TEST(Rules, cannot_get_at_what_an_object_is) {
  for (const char* path :
       {"/kind", "/apiVersion", "/metadata/name", "/metadata/namespace", "/metadata", "", "/status", "/status/phase",
        "/metadata/ownerReferences", "/metadata/uid", "/metadata/generateName", "/metadata/managedFields", "/"}) {
    const std::string quoted = "'" + std::string(path) + "'";
    EXPECT_THAT(refusal("[{op: replace, path: " + quoted + ", value: x}]"), HasSubstr("which no rule can change"))
        << path;
    EXPECT_THAT(refusal("[{op: add, path: " + quoted + ", value: x}]"), HasSubstr("no rule can change")) << path;
    EXPECT_THAT(refusal("[{op: remove, path: " + quoted + "}]"), HasSubstr("no rule can change")) << path;
    EXPECT_THAT(refusal("[{op: move, from: /spec/list, path: " + quoted + "}]"), HasSubstr("no rule can change"))
        << path;
    EXPECT_THAT(refusal("[{op: copy, from: /spec/list, path: " + quoted + "}]"), HasSubstr("no rule can change"))
        << path;
    EXPECT_NE(refusal("[{op: move, path: /spec/a, from: " + quoted + "}]"), "") << path;
  }
  // Escaped, they are other members, or none of these at all.
  EXPECT_EQ(outcome(rules("[{op: add, path: '/metadata~1name', value: x}]")).object["metadata"]["name"], "web");
  EXPECT_EQ(refusal("[{op: test, path: /metadata/name, value: web}]"), "");
  EXPECT_THAT(outcome(rules("[{op: replace, path: /metadata/labels, value: text}]")).reason,
              HasSubstr("texts by name"));
}

TEST(Rules, of_a_namespace_do_not_reach_beyond_it) {
  const auto role = [] {
    return prepared("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: []\n");
  };
  const auto grant = rules("[{op: add, path: /rules/-, value: {verbs: ['*']}}]", "{kind: ClusterRole}");
  EXPECT_EQ(outcome(grant, role(), false).object["rules"].size(), 0u);
  EXPECT_EQ(outcome(grant, role(), true).object["rules"].size(), 1u);
}

TEST(Rules, do_not_let_an_object_grow_without_end) {
  std::string patch = "[{op: add, path: /spec/a, value: {x: '" + std::string(1000, 'x') + "'}}";
  for (int i = 0; i < 30; ++i) {
    patch += ", {op: copy, from: /spec/a, path: /spec/b}, {op: move, from: /spec/b, path: /spec/a/c" +
             std::to_string(i) + "}";
  }
  const auto after = outcome(rules(patch + "]"));
  EXPECT_THAT(after.reason, HasSubstr("too large"));
  EXPECT_EQ(after.object, deployment().object);
}

TEST(Rules, that_are_bad_are_told_by_their_index) {
  const auto parsed = parse_rules(
      "set", yaml("- {name: good, subject: {}, patch: [{op: remove, path: /spec/a}]}\n"
                  "- {name: bad, subject: {}, patch: [{op: remove, path: /spec/a}, {op: add, path: /a}]}\n"));
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().what(), "spec.transforms[1] (bad), patch[1]: add needs a value (remove takes one away)");
  EXPECT_EQ(parsed.error().code(), "transform.rule");
  EXPECT_THAT(refusal("[{op: turn, path: /spec}]"), HasSubstr("there is no operation 'turn'"));
  EXPECT_THAT(refusal("[{op: remove, path: spec}]"), HasSubstr("no JSON pointer"));
  EXPECT_THAT(refusal("[{op: remove, path: /spec/~2}]"), HasSubstr("no JSON pointer"));
  EXPECT_THAT(refusal("[{op: move, path: /spec/a}]"), HasSubstr("from belongs to"));
  EXPECT_THAT(refusal("[{op: move, path: /spec/a/b, from: /spec/a}]"), HasSubstr("into itself"));
  EXPECT_THAT(refusal("[]"), HasSubstr("1 to 64"));
  EXPECT_FALSE(parse_rules("set", Json()));
}

// The pages judge by rules of their own while somebody types, and are tried with the same file.
TEST(Rules, judge_operations_as_the_pages_do) {
  const auto text = read_file(TRANSFORM_TESTDATA "/operations.json");
  ASSERT_TRUE(text);
  const auto cases = parse_json(*text);
  ASSERT_TRUE(cases);
  for (const Json& each : *cases) {
    const Json rule{{"name", "a"}, {"subject", Json::object()}, {"patch", Json::array({each["operation"]})}};
    const auto parsed = parse_rules("set", Json::array({rule}));
    const std::string trouble = json_string(each, {"trouble"});
    if (trouble.empty()) {
      EXPECT_TRUE(parsed) << each.dump();
    } else {
      ASSERT_FALSE(parsed) << each.dump();
      EXPECT_THAT(parsed.error().what(), ::testing::EndsWith(": " + trouble));
    }
  }
}

}  // namespace
}  // namespace tranship::transform
