// Goal: each rule of prepare_for_target, as data: testdata/*.yaml lists cases of captured object -> prepared
// object, with the notes it must give ("code path", in any order), or the code it is skipped with.

#include "transform/prepare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/yaml.h"

namespace tranship::transform {
namespace {

struct Case {
  std::string file;
  Json data;
};

std::vector<Case> load_cases() {
  std::vector<Case> cases;
  for (const auto& entry : std::filesystem::directory_iterator(TRANSFORM_TESTDATA)) {
    if (entry.path().extension() != ".yaml") continue;
    const auto text = read_file(entry.path());
    const auto document = text ? parse_yaml_document(*text) : fail(text.error());
    if (!document) {
      ADD_FAILURE() << entry.path() << ": " << document.error().text();
      continue;
    }
    for (const auto& item : *document) cases.push_back({entry.path().stem(), item});
  }
  return cases;
}

PrepareOptions options_of(const Json& data) {
  const Json& given = json_at(data, {"options"});
  PrepareOptions options;
  options.source_namespace = json_string(given, {"source_namespace"}, "shop");
  options.target_namespace = json_string(given, {"target_namespace"});
  options.keep_automatic_node_ports = json_bool(given, {"keep_automatic_node_ports"});
  options.drop_node_ports = json_bool(given, {"drop_node_ports"});
  options.keep_finalizers = json_bool(given, {"keep_finalizers"});
  options.keep_finished_jobs = json_bool(given, {"keep_finished_jobs"});
  for (const auto& [from, to] : json_at(given, {"storage_classes"}).items())
    options.storage_classes[from] = to;
  for (const auto& item : json_at(data, {"types"})) {
    kube::ResourceType type;
    type.group = json_string(item, {"group"});
    type.kind = json_string(item, {"kind"});
    for (const auto& name : json_at(item, {"subresources"})) type.subresources.push_back(name);
    options.types.push_back(type);
  }
  return options;
}

TEST(Prepare, CasesOfTestdata) {
  const auto cases = load_cases();
  EXPECT_GE(cases.size(), 40u);
  for (const auto& [file, data] : cases) {
    SCOPED_TRACE(file + ": " + json_string(data, {"name"}));
    std::vector<Json> objects = {data.at("captured")};
    // Services beside it, so that their host names are known.
    for (const auto& name : json_at(data, {"services"})) {
      objects.push_back({{"apiVersion", "v1"}, {"kind", "Service"}, {"metadata", {{"name", name}}}});
    }
    const auto result = prepare_for_target(objects, options_of(data));
    ASSERT_TRUE(result) << result.error().text();
    if (const std::string skipped = json_string(data, {"skipped"}); !skipped.empty()) {
      ASSERT_EQ(result->skipped.size(), 1u);
      EXPECT_EQ(result->skipped[0].code, skipped);
      EXPECT_FALSE(result->skipped[0].reason.empty());
      continue;
    }
    ASSERT_EQ(result->objects.size(), objects.size());
    const auto& prepared = result->objects[0];
    EXPECT_EQ(prepared.object, data.at("prepared"))
        << to_text(Json::diff(data.at("prepared"), prepared.object));
    EXPECT_EQ(prepared.status, json_at(data, {"status"}));
    EXPECT_EQ(prepared.source, kube::ObjectReference::of(objects[0]));
    EXPECT_EQ(prepared.source_uid, json_string(objects[0], {"metadata", "uid"}));
    EXPECT_EQ(prepared.owners, data.contains("owners") ? data.at("owners") : Json::array());
    std::vector<std::string> notes;
    for (const auto& note : result->notes) {
      notes.push_back(note.code + " " + note.path);
      EXPECT_EQ(note.text.find("secret@"), std::string::npos) << "a note shows a password";
      EXPECT_EQ(note.text.find("pass@"), std::string::npos) << "a note shows a Secret's value";
    }
    std::vector<std::string> expected;
    for (const auto& note : json_at(data, {"notes"})) expected.push_back(note);
    EXPECT_THAT(notes, testing::UnorderedElementsAreArray(expected));
  }
}

TEST(Prepare, RefusesWhatIsNoObject) {
  const auto result = prepare_for_target({{{"apiVersion", "v1"}, {"kind", "Pod"}}}, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault(), Fault::invalid);
}

TEST(Prepare, OddShapesDoNotThrow) {
  for (const char* kind :
       {"Service", "Pod", "PersistentVolumeClaim", "ServiceAccount", "Secret", "Job", "Endpoints"}) {
    for (const char* text :
         {"null", "[]", "3", R"({"ports":{},"volumes":3,"containers":[1],"template":[],"selector":4})"}) {
      Json object = {
          {"apiVersion", std::string(kind) == "Job" ? "batch/v1" : "v1"},
          {"kind", kind},
          {"metadata", {{"name", "a"}, {"labels", 3}, {"annotations", Json::array()}, {"finalizers", {1}}}},
          {"subsets", 1},
          {"secrets", {1}},
          {"spec", Json::parse(text)}};
      PrepareOptions options;
      options.source_namespace = "a";
      options.target_namespace = "b";
      EXPECT_TRUE(prepare_for_target({object}, options)) << kind << text;
    }
  }
}

TEST(Prepare, RenamedClusterRoleIsFollowedByItsBindings) {
  const Json role = {{"apiVersion", "rbac.authorization.k8s.io/v1"},
                     {"kind", "ClusterRole"},
                     {"metadata", {{"name", "view-shop"}}}};
  const auto binding = [](const char* kind, const char* role_kind) {
    return Json{{"apiVersion", "rbac.authorization.k8s.io/v1"},
                {"kind", kind},
                {"metadata", {{"name", "b"}, {"namespace", "shop"}}},
                {"roleRef", {{"kind", role_kind}, {"name", "view-shop"}}}};
  };
  auto result =
      prepare_for_target({role, binding("RoleBinding", "ClusterRole"), binding("RoleBinding", "Role")}, {});
  ASSERT_TRUE(result);
  rename_cluster_object(result->objects, kube::ObjectReference::of(role), "view-shop-copy");
  EXPECT_EQ(json_string(result->objects[0].object, {"metadata", "name"}), "view-shop-copy");
  EXPECT_EQ(json_string(result->objects[1].object, {"roleRef", "name"}), "view-shop-copy");
  EXPECT_EQ(json_string(result->objects[2].object, {"roleRef", "name"}), "view-shop");
}

}  // namespace
}  // namespace tranship::transform
