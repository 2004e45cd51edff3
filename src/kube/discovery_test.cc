// Discovery: both generations of documents, and a real server asked in both ways.
#include "kube/discovery.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <set>

#include "kube/discovery_parse.h"
#include "kube/testing/cluster.h"

namespace tranship::kube {
namespace {

constexpr const char* kAggregated = R"({"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[
  {"metadata":{"name":"apps"},"versions":[
    {"version":"v1","freshness":"Current","resources":[
      {"resource":"deployments","responseKind":{"group":"apps","version":"v1","kind":"Deployment"},
       "scope":"Namespaced","singularResource":"deployment","verbs":["get","list"],"shortNames":["deploy"],
       "categories":["all"],"subresources":[
         {"subresource":"scale","responseKind":{"group":"autoscaling","version":"v1","kind":"Scale"},"verbs":["get"]},
         {"subresource":"status","responseKind":{"kind":"Deployment"},"verbs":["get"]}]}]},
    {"version":"v1beta2","freshness":"Current","resources":[
      {"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced","verbs":["get"]},
      {"resource":"oldthings","responseKind":{"kind":"OldThing"},"scope":"Cluster","verbs":["list"]},
      {"resource":"onlysubs","responseKind":{"kind":""},"scope":"Cluster",
       "subresources":[{"subresource":"x","verbs":["get"]}]}]}]},
  {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale"}]}]})";

constexpr const char* kGroups = R"({"kind":"APIGroupList","apiVersion":"v1","groups":[
  {"name":"apps","versions":[{"groupVersion":"apps/v1beta2","version":"v1beta2"},
                             {"groupVersion":"apps/v1","version":"v1"}],
   "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]})";

constexpr const char* kResources = R"({"kind":"APIResourceList","apiVersion":"v1","groupVersion":"apps/v1",
  "resources":[
   {"name":"deployments/scale","singularName":"","namespaced":true,"group":"autoscaling","version":"v1",
    "kind":"Scale","verbs":["get"]},
   {"name":"deployments","singularName":"deployment","namespaced":true,"kind":"Deployment",
    "verbs":["get","list"],"shortNames":["deploy"],"categories":["all"]},
   {"name":"deployments/status","singularName":"","namespaced":true,"kind":"Deployment","verbs":["get"]}]})";

TEST(DiscoveryTest, AggregatedDocument) {
  for (const std::string version : {"v2", "v2beta1"}) {
    Json document = Json::parse(kAggregated);
    document["apiVersion"] = "apidiscovery.k8s.io/" + version;
    const auto groups = parse_aggregated(document);
    ASSERT_TRUE(groups) << groups.error().text();
    const auto discovery = Discovery::of(*groups);
    ASSERT_EQ(discovery.types().size(), 2u);
    const auto* deployment = discovery.find("apps", "Deployment");
    ASSERT_NE(deployment, nullptr);
    EXPECT_EQ(deployment->version, "v1");
    EXPECT_EQ(deployment->versions, (std::vector<std::string>{"v1", "v1beta2"}));
    EXPECT_TRUE(deployment->namespaced);
    EXPECT_TRUE(deployment->can("list"));
    EXPECT_FALSE(deployment->can("create"));
    EXPECT_TRUE(deployment->has_subresource("scale"));
    EXPECT_TRUE(deployment->has_subresource("status"));
    const auto* old = discovery.find("apps", "OldThing");
    ASSERT_NE(old, nullptr) << "kinds that only an older version serves belong to it";
    EXPECT_EQ(old->version, "v1beta2");
    EXPECT_FALSE(old->namespaced);
    EXPECT_EQ(discovery.unavailable(), (std::vector<std::string>{"metrics.k8s.io/v1beta1"}));
    EXPECT_EQ(discovery.find({"apps", "v1beta2", "Deployment"})->version, "v1beta2");
    EXPECT_FALSE(discovery.find({"apps", "v2", "Deployment"}));
    for (const auto* name :
         {"deploy", "deployments", "deployments.apps", "Deployment", "deployment", "deployment.apps"}) {
      EXPECT_EQ(discovery.find_name(name), deployment) << name;
    }
    EXPECT_EQ(discovery.find_name("pods"), nullptr);
  }
  EXPECT_FALSE(parse_aggregated(Json::parse(R"({"kind":"APIGroupDiscoveryList","items":7})")));
}

TEST(DiscoveryTest, GroupByGroupDocuments) {
  auto groups = parse_group_list(Json::parse(kGroups));
  ASSERT_TRUE(groups) << groups.error().text();
  ASSERT_EQ(groups->size(), 1u);
  EXPECT_EQ(groups->at(0).versions.at(0).version, "v1") << "the preferred version comes first";
  const auto resources = parse_resource_list(Json::parse(kResources));
  ASSERT_TRUE(resources) << resources.error().text();
  ASSERT_EQ(resources->size(), 1u);
  EXPECT_EQ(resources->at(0).subresources, (std::vector<std::string>{"scale", "status"}));
  EXPECT_EQ(resources->at(0).short_names, (std::vector<std::string>{"deploy"}));
  const auto core = parse_group_list(Json::parse(R"({"kind":"APIVersions","versions":["v1"]})"));
  ASSERT_TRUE(core);
  EXPECT_EQ(core->at(0).name, "");
  EXPECT_EQ(core->at(0).versions.at(0).version, "v1");
  EXPECT_FALSE(parse_group_list(Json::parse("{}")));
  EXPECT_FALSE(parse_resource_list(Json::parse("[]")));
}

std::set<std::string> described(const Discovery& discovery) {
  std::set<std::string> all;
  for (const auto& type : discovery.types()) {
    std::set<std::string> subresources(type.subresources.begin(), type.subresources.end());
    std::string line = type.api_version() + " " + type.kind + " " + type.plural + (type.namespaced ? " ns" : "");
    for (const auto& verb : type.verbs) line += " " + verb;
    for (const auto& sub : subresources) line += " /" + sub;
    for (const auto& version : type.versions) line += " " + version;
    all.insert(line);
  }
  return all;
}

// Passes requests on, but asks for the older documents only, as an old server would answer.
class OldServer final : public Client {
 public:
  explicit OldServer(Client& real) : real_(real) {}
  const ClusterAccess& access() const override { return real_.access(); }
  Result<Json> request(const Context& context, const std::string& method, const std::string& path, const Json* body,
                       const net::Headers&) override {
    return real_.request(context, method, path, body);
  }
  Result<Json> get(const Context&, const ResourceType&, const std::string&, const std::string&,
                   const std::string&) override {
    return unused();
  }
  Result<std::string> list(const Context&, const ResourceType&, const std::string&, const ListOptions&,
                           const std::function<void(Json&&)>&, const std::function<void()>&) override {
    return unused();
  }
  Result<Json> create(const Context&, const ResourceType&, const Json&, const WriteOptions&) override {
    return unused();
  }
  Result<Json> replace(const Context&, const ResourceType&, const Json&, const WriteOptions&) override {
    return unused();
  }
  Result<Json> apply(const Context&, const ResourceType&, const Json&, const WriteOptions&) override {
    return unused();
  }
  Result<Json> patch(const Context&, const ResourceType&, const std::string&, const std::string&, PatchKind,
                     const Json&, const WriteOptions&) override {
    return unused();
  }
  Result<void> remove(const Context&, const ResourceType&, const std::string&, const std::string&,
                      const DeleteOptions&) override {
    return unused();
  }
  Result<void> stream(const Context&, const std::string&, const std::function<bool(ByteView)>&) override {
    return unused();
  }
  Result<net::Headers> authenticated_headers(const Context&) override { return unused(); }
  Result<net::HttpOptions> connection_options(const Context&) override { return unused(); }

 private:
  static std::unexpected<Error> unused() { return fail(Fault::permanent, "discovery does not need this"); }
  Client& real_;
};

// Other cases add and remove kinds of their own on the same server meanwhile, and a server's documents follow one after
// the other: looks again until both ways were read from one state. What never agrees is what differs.
std::pair<std::set<std::string>, std::set<std::string>> settled(const std::function<std::set<std::string>()>& one,
                                                                const std::function<std::set<std::string>()>& other) {
  std::pair<std::set<std::string>, std::set<std::string>> seen;
  for (int attempt = 0; attempt < 50; ++attempt) {
    seen = {one(), other()};
    if (!seen.first.empty() && seen.first == seen.second) break;
    (void)Context().sleep(std::chrono::milliseconds(100));
  }
  return seen;
}

TEST(DiscoveryTest, RealServerSaysTheSameInBothWays) {
  TRANSHIP_NEEDS_CLUSTER();
  auto client = testing::connect();
  ASSERT_TRUE(client) << client.error().text();
  OldServer old(**client);
  const auto fetched = [](Client& server) {
    const auto discovery = Discovery::fetch({}, server);
    return discovery ? described(*discovery) : std::set<std::string>{"refused: " + discovery.error().text()};
  };
  const auto [new_way, old_way] = settled([&] { return fetched(**client); }, [&] { return fetched(old); });
  EXPECT_EQ(new_way, old_way);
  const auto aggregated = Discovery::fetch({}, **client);
  ASSERT_TRUE(aggregated) << aggregated.error().text();
  EXPECT_GT(aggregated->types().size(), 50u);
  EXPECT_EQ(aggregated->find_name("po")->kind, "Pod");
  EXPECT_EQ(aggregated->find_name("events")->group, "");
  EXPECT_EQ(aggregated->find_name("sts")->qualified_plural(), "statefulsets.apps");
  for (const auto* known : {&types::pod(), &types::name_space(), &types::persistent_volume_claim(),
                            &types::storage_class(), &types::custom_resource_definition(), &types::lease()}) {
    const auto served = aggregated->find(known->gvk());
    ASSERT_TRUE(served) << known->kind;
    EXPECT_EQ(served->path("n", "x"), known->path("n", "x"));
    EXPECT_EQ(served->namespaced, known->namespaced);
    for (const auto& sub : known->subresources) EXPECT_TRUE(served->has_subresource(sub)) << known->kind << sub;
  }
}

TEST(DiscoveryTest, FindsWhatKubectlLists) {
  TRANSHIP_NEEDS_CLUSTER();
  const std::string command = "kubectl --kubeconfig '" + std::string(std::getenv("TRANSHIP_TEST_KUBECONFIG")) +
                              "' --cache-dir /tmp/kubectl-cache-" + std::to_string(::getpid()) +
                              " api-resources -o name 2>/dev/null";
  const auto listed_by_kubectl = [&] {
    std::set<std::string> listed;
    FILE* output = ::popen(command.c_str(), "r");
    char line[512];
    while (output != nullptr && std::fgets(line, sizeof line, output) != nullptr) {
      std::string name = line;
      name.pop_back();
      listed.insert(name);
    }
    if (output != nullptr) ::pclose(output);
    return listed;
  };
  if (listed_by_kubectl().empty()) GTEST_SKIP() << "there is no kubectl in PATH";
  auto client = testing::connect();
  ASSERT_TRUE(client) << client.error().text();
  const auto found_here = [&] {
    std::set<std::string> found;
    const auto discovery = Discovery::fetch({}, **client);
    EXPECT_TRUE(discovery) << discovery.error().text();
    if (!discovery) return found;
    for (const auto& type : discovery->types()) found.insert(type.qualified_plural());
    return found;
  };
  const auto [found, listed] = settled(found_here, listed_by_kubectl);
  EXPECT_EQ(found, listed);
}

}  // namespace
}  // namespace tranship::kube
