// Goal: shapes are checked with the path of what is wrong, paths find their operation, and applications look as their
// objects say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/access/application_view.h"
#include "api/routing/openapi.h"
#include "api/routing/router.h"
#include "api/routing/schema.h"
#include "api/server.h"
#include "base/file.h"

namespace tranship::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string wrong(const Json& value, const Json& shape) {
  const auto outcome = schema::check(value, shape);
  return outcome ? "" : outcome.error().what();
}

TEST(Schema, NamesWhatIsWrong) {
  const Json shape = schema::object({{"name", schema::text(5)},
                                     {"count?", schema::integer()},
                                     {"kind?", schema::one_of({"a", "b"})},
                                     {"list?", schema::list(schema::object({{"x", schema::boolean()}}))},
                                     {"end?", schema::nullable(schema::text())}});
  EXPECT_EQ(wrong({{"name", "shop"}, {"end", nullptr}, {"list", {{{"x", true}}}}}, shape), "");
  EXPECT_EQ(wrong(Json::object(), shape), "name: is missing");
  EXPECT_EQ(wrong({{"name", 1}}, shape), "name: expected string, found number");
  EXPECT_EQ(wrong({{"name", "longer"}}, shape), "name: is too long");
  EXPECT_EQ(wrong({{"name", "shop"}, {"other", 1}}, shape), "other: is not known here");
  EXPECT_EQ(wrong({{"name", "shop"}, {"kind", "c"}}, shape), R"(kind: expected one of ["a","b"])");
  EXPECT_EQ(wrong({{"name", "shop"}, {"list", {{{"x", true}}, {{"x", 1}}}}}, shape),
            "list[1].x: expected boolean, found number");
  EXPECT_EQ(wrong({{"name", "shop"}, {"count", 1.5}}, shape), "count: expected integer, found number");
  EXPECT_EQ(wrong("text", shape), "the body: expected object, found string");
}

Router router() {
  std::vector<Operation> operations(3);
  operations[0] = {.method = "GET", .path = "/things/{name}", .name = "get"};
  operations[1] = {.method = "GET", .path = "/things/{name}/parts", .name = "parts"};
  operations[2] = {
      .method = "POST", .path = "/things/{name}", .name = "post", .body = schema::object({{"a", schema::text()}})};
  return Router(std::move(operations));
}

TEST(Router, FindsOperations) {
  const Router routes = router();
  const auto found = routes.find("GET", "/api/v1/things/a%2db/parts");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->operation->name, "parts");
  EXPECT_EQ(found->path.at("name"), "a-b");
  EXPECT_EQ(routes.find("POST", "/api/v1/things/a")->operation->name, "post");
  EXPECT_EQ(routes.find("DELETE", "/api/v1/things/a").error().code(), "api.method");
  for (const char* path : {"/api/v1/things", "/api/v1/things/a/", "/api/v1/thing/a", "/api/v2/things/a", "/", ""}) {
    EXPECT_EQ(routes.find("GET", path).error().code(), "api.path") << path;
  }
}

TEST(Router, NamesInPathsAreNames) {
  const Router routes = router();
  for (const char* name : {"..", "%2e%2e", "a%2Fb", "A", "a%20b", "a?"}) {
    const auto route = routes.find("POST", std::string("/api/v1/things/") + name);
    ASSERT_TRUE(route) << name;
    EXPECT_EQ(checked_body(*route->operation, *route, {.body = R"({"a":"x"})"}).error().code(), "api.invalid") << name;
  }
  const auto route = routes.find("POST", "/api/v1/things/a.b-1");
  EXPECT_TRUE(checked_body(*route->operation, *route, {.body = R"({"a":"x"})"}));
  for (const char* body : {"", "{", "[]", R"({"a":1})"}) {
    EXPECT_EQ(checked_body(*route->operation, *route, {.body = body}).error().code(), "api.invalid") << body;
  }
}

const kube::ResourceType& source(const std::string& kind) {
  static const auto all = ApplicationView::sources();
  for (const auto& type : all) {
    if (type.kind == kind) return type;
  }
  throw std::runtime_error(kind);
}

Json object(const std::string& where, const std::string& name, const Json& rest = Json::object()) {
  Json made = rest;
  made["metadata"]["name"] = name;
  if (!where.empty()) made["metadata"]["namespace"] = where;
  return made;
}

TEST(ApplicationView, IsMadeOfWhatIsInANamespace) {
  ApplicationView view("", "tranship");
  std::set<std::string> changed;
  view.replace(source("Namespace"), {object("", "shop"), object("", "kube-system"), object("", "idle")}, changed);
  EXPECT_EQ(changed, (std::set<std::string>{"idle", "kube-system", "shop"}));
  EXPECT_EQ(view.application("shop")["state"], "Empty");
  EXPECT_EQ(view.application("kube-system")["system"], true);
  EXPECT_TRUE(view.application("none").is_null());

  changed.clear();
  const Json web{{"spec", {{"replicas", 2}}}, {"status", {{"readyReplicas", 1}}}};
  view.take(source("Deployment"), object("shop", "web", web), false, changed);
  EXPECT_EQ(changed, std::set<std::string>{"shop"});
  EXPECT_EQ(view.application("shop")["state"], "NotReady");
  changed.clear();
  view.take(source("Deployment"), object("shop", "web", web), false, changed);
  EXPECT_TRUE(changed.empty()) << "nothing that is shown changed";
  view.take(source("Deployment"),
            object("shop", "web", {{"spec", {{"replicas", 2}}}, {"status", {{"readyReplicas", 2}}}}), false, changed);
  EXPECT_EQ(view.application("shop")["state"], "Running");

  view.take(source("PersistentVolumeClaim"),
            object("shop", "data",
                   {{"spec", {{"storageClassName", "fast"}}},
                    {"status", {{"phase", "Bound"}, {"capacity", {{"storage", "5Gi"}}}}}}),
            false, changed);
  EXPECT_EQ(view.application("shop")["volumes"][0]["capacity"], "5Gi");
  view.take(source("Deployment"), object("shop", "web"), true, changed);
  EXPECT_EQ(view.application("shop")["state"], "Stopped");

  changed.clear();
  view.take(source("Node"),
            object("", "n", {{"status", {{"addresses", {{{"type", "InternalIP"}, {"address", "10.0.0.1"}}}}}}}), false,
            changed);
  EXPECT_EQ(changed.size(), 3u) << "addresses of all may be others";
  view.take(source("Service"), object("shop", "web", {{"spec", {{"ports", {{{"port", 80}, {"nodePort", 30080}}}}}}}),
            false, changed);
  EXPECT_EQ(view.application("shop")["addresses"], Json::array({"10.0.0.1:30080"}));

  changed.clear();
  view.replace(source("Namespace"), {object("", "shop")}, changed);
  EXPECT_EQ(view.all().size(), 1u);
  EXPECT_TRUE(changed.contains("idle")) << "gone";
}

TEST(ApplicationView, OfOneNamespaceThatCannotBeWatched) {
  ApplicationView view("shop", "tranship");
  ASSERT_EQ(view.all().size(), 1u);
  EXPECT_EQ(view.application("shop")["state"], "Empty");
}

// The document that clients are generated from. To write it anew: TRANSHIP_WRITE=1.
TEST(OpenApi, IsTheOneInTheRepository) {
  const Site site;
  const std::string path = std::string(TRANSHIP_SOURCE_DIR) + "/deploy/api/openapi.json";
  const std::string made = openapi_document(all_operations(site)).dump(1) + "\n";
  if (std::getenv("TRANSHIP_WRITE") != nullptr) {
    ASSERT_TRUE(write_file(path, made));
  }
  const auto there = read_file(path);
  ASSERT_TRUE(there);
  EXPECT_TRUE(*there == made) << "TRANSHIP_WRITE=1 build/release/src/api/api_test --gtest_filter='OpenApi.*'";
}

TEST(OpenApi, EveryOperationHasItsName) {
  const Site site;
  std::set<std::string> names;
  for (const Operation& each : all_operations(site)) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_FALSE(each.summary.empty()) << each.name;
    EXPECT_TRUE(each.run) << each.name;
  }
}

}  // namespace
}  // namespace tranship::api
