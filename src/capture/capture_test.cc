// Goal: capture against a real API server takes exactly what nobody makes again, says what it lacks the
// rights for, and gives the state of one instant while the application changes.

#include "capture/capture.h"

#include <gmock/gmock.h>

#include <atomic>

#include "capture/test_zoo.h"

namespace tranship::capture {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::unique_ptr<kube::Client> connect(const kube::Impersonation& impersonate = {}) {
  auto client = kube::testing::connect(impersonate);
  EXPECT_TRUE(client) << client.error().text();
  return client ? *std::move(client) : nullptr;
}

app::Application application(kube::Client& client, const std::string& name_space,
                             const std::string& selector = {}) {
  auto found = app::find_application({}, client, {name_space, selector, {}});
  EXPECT_TRUE(found) << found.error().text();
  return found ? *found : app::Application{};
}

TEST(Capture, TakesWhatNobodyMakesAgain) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto client = connect();
  const Zoo zoo(*client);
  const auto captured = capture_manifests({}, *client, zoo.discovery(), application(*client, zoo.name()));
  ASSERT_TRUE(captured) << captured.error().text();
  auto expected = zoo.expected();
  expected.insert("Namespace " + zoo.name());
  EXPECT_EQ(ids_of(captured->objects), expected);
  EXPECT_EQ(kube::GroupVersionKind::of(captured->objects.front()).kind, "Namespace");
  EXPECT_EQ(ids_of(captured->closure), zoo.expected_closure());
  EXPECT_THAT(captured->images, ElementsAre("agent:1", "alone:1", "animal:1", "db:1", "import:1", "nightly:1",
                                            "old:1", "template:1", "tool:1", "web:1"));
  EXPECT_TRUE(captured->settled);
  EXPECT_THAT(captured->warnings,
              ElementsAre("DeviceClass nothing.example.com is used by the application but does not exist"));
  EXPECT_THAT(captured->kubernetes_version, testing::StartsWith("v1."));
  EXPECT_FALSE(captured->cluster_id.empty());
  std::set<std::string> types;
  for (const auto& type : captured->types) {
    types.insert(type.kind);
    EXPECT_THAT(type.versions, Contains(type.version)) << type.kind;
  }
  EXPECT_THAT(types, Contains("Animal"));
  EXPECT_THAT(types, Contains("StorageClass"));
  EXPECT_GE(types.size(), 38u);
}

TEST(Capture, ExcludedKindsAreLeftOutWithTheirChildren) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto client = connect();
  const Zoo zoo(*client);
  CaptureOptions options;
  options.exclude_kinds = {"secrets", "deployments.apps", "CronJob"};
  options.leases = true;
  options.closure = false;
  const auto captured =
      capture_manifests({}, *client, zoo.discovery(), application(*client, zoo.name()), options);
  ASSERT_TRUE(captured) << captured.error().text();
  const auto ids = ids_of(captured->objects);
  EXPECT_THAT(ids, Not(Contains(HasSubstr("Secret "))));
  EXPECT_THAT(ids, Not(Contains("Deployment web")));
  EXPECT_THAT(ids, Not(Contains("ReplicaSet web-5d8f")));
  EXPECT_THAT(ids, Not(Contains("Job nightly-1")));
  EXPECT_THAT(ids, Contains("ReplicaSet alone"));
  EXPECT_THAT(ids, Contains("Lease leader"));
  EXPECT_THAT(captured->closure, IsEmpty());
}

TEST(Capture, LabelSelectionBringsWhatItUses) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto client = connect();
  const Zoo zoo(*client);
  // The label is on the pods too: their owners come with them, once.
  const auto captured =
      capture_manifests({}, *client, zoo.discovery(), application(*client, zoo.name(), "app=web"));
  ASSERT_TRUE(captured) << captured.error().text();
  EXPECT_EQ(captured->application.name, zoo.name() + "-app-web");
  EXPECT_THAT(ids_of(captured->objects),
              testing::UnorderedElementsAre("Namespace " + zoo.name(), "Deployment web", "ConfigMap settings",
                                            "Secret password", "ServiceAccount robot"));
  EXPECT_THAT(ids_of(captured->closure), Contains("PriorityClass " + zoo.name() + "-high"));
  EXPECT_THAT(ids_of(captured->closure), Not(Contains("StorageClass " + zoo.name() + "-standard")));
}

// Runs `disturb` before each of the comparing passes (told by their requests for metadata alone).
class DisturbingClient : public ForwardingClient {
 public:
  DisturbingClient(kube::Client& inner, std::function<void(int)> disturb)
      : ForwardingClient(inner), disturb_(std::move(disturb)) {}
  Result<Json> request(const Context& context, const std::string& method, const std::string& path,
                       const Json* body = nullptr, const net::Headers& headers = {}) override {
    // ConfigMaps are asked for once a pass; the write comes before their versions are read.
    if (path.find("/configmaps?limit=") != std::string::npos && path.find("continue=") == std::string::npos) {
      disturb_(passes_++);
    }
    return ForwardingClient::request(context, method, path, body, headers);
  }
  int passes() const { return passes_; }

 private:
  std::function<void(int)> disturb_;
  std::atomic<int> passes_{0};
};

Json config_map(const std::string& name_space, const std::string& name, const std::string& value) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", name}, {"namespace", name_space}}},
          {"data", {{"value", value}}}};
}

const Json* find(const std::vector<Json>& objects, const std::string& kind, const std::string& name) {
  for (const auto& object : objects) {
    if (json_string(object, {"kind"}) == kind && json_string(object, {"metadata", "name"}) == name)
      return &object;
  }
  return nullptr;
}

TEST(Capture, ChangesDuringCaptureAreListedAgain) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto client = connect();
  const kube::testing::TestNamespace space(*client);
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    ASSERT_TRUE(client->create({}, kube::types::config_map(), config_map(space.name(), name, "old")));
  }
  const auto discovery = kube::Discovery::fetch({}, *client);
  ASSERT_TRUE(discovery);
  DisturbingClient disturbing(*client, [&](int pass) {
    if (pass != 0) return;
    EXPECT_TRUE(client->create({}, kube::types::config_map(), config_map(space.name(), "new", "new")));
    EXPECT_TRUE(client->remove({}, kube::types::config_map(), space.name(), "b"));
    EXPECT_TRUE(client->patch({}, kube::types::config_map(), space.name(), "c", kube::PatchKind::merge,
                              {{"data", {{"value", "changed"}}}}));
  });
  CaptureOptions options;
  options.page_size = 2;  // every list in pages
  const auto captured =
      capture_manifests({}, disturbing, *discovery, application(*client, space.name()), options);
  ASSERT_TRUE(captured) << captured.error().text();
  EXPECT_TRUE(captured->settled);
  EXPECT_EQ(disturbing.passes(), 2);
  EXPECT_NE(find(captured->objects, "ConfigMap", "new"), nullptr);
  EXPECT_EQ(find(captured->objects, "ConfigMap", "b"), nullptr);
  const Json* changed = find(captured->objects, "ConfigMap", "c");
  ASSERT_NE(changed, nullptr);
  EXPECT_EQ(json_string(*changed, {"data", "value"}), "changed");
}

TEST(Capture, NeverStillIsSaidSo) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto client = connect();
  const kube::testing::TestNamespace space(*client);
  ASSERT_TRUE(client->create({}, kube::types::config_map(), config_map(space.name(), "busy", "-")));
  const auto discovery = kube::Discovery::fetch({}, *client);
  ASSERT_TRUE(discovery);
  DisturbingClient disturbing(*client, [&](int pass) {
    EXPECT_TRUE(client->patch({}, kube::types::config_map(), space.name(), "busy", kube::PatchKind::merge,
                              {{"data", {{"value", std::to_string(pass)}}}}));
  });
  CaptureOptions options;
  options.passes_max = 3;
  const auto captured =
      capture_manifests({}, disturbing, *discovery, application(*client, space.name()), options);
  ASSERT_TRUE(captured) << captured.error().text();
  EXPECT_FALSE(captured->settled);
  EXPECT_EQ(disturbing.passes(), 3);
  EXPECT_THAT(captured->warnings, Contains(HasSubstr("ConfigMap " + space.name() + "/busy")));
}

TEST(Capture, StatusAloneIsNoChange) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto client = connect();
  const Zoo zoo(*client);
  const auto* animal = zoo.discovery().find(zoo.name() + ".example.com", "Animal");
  ASSERT_NE(animal, nullptr);
  DisturbingClient disturbing(*client, [&](int pass) {
    kube::WriteOptions status;
    status.subresource = "status";
    const auto patched = client->patch({}, *animal, zoo.name(), "cat", kube::PatchKind::merge,
                                       {{"status", {{"seen", pass}}}}, status);
    EXPECT_TRUE(patched) << patched.error().text();
  });
  const auto captured = capture_manifests({}, disturbing, zoo.discovery(), application(*client, zoo.name()));
  ASSERT_TRUE(captured) << captured.error().text();
  EXPECT_TRUE(captured->settled);
}

TEST(FindApplication, SimilarNamesAreListed) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto client = connect();
  const kube::testing::TestNamespace space(*client);
  const auto found = app::find_application({}, *client, {space.name() + "x", {}, {}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault(), Fault::not_found);
  EXPECT_EQ(found.error().code(), "application.not-found");
  EXPECT_THAT(found.error().fix(), HasSubstr(space.name()));
}

TEST(FindApplication, BeingDeletedIsAnErrorOfItsOwn) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto client = connect();
  const kube::testing::TestNamespace space(*client);
  // Something to wait for, where a namespace controller runs.
  Json held = config_map(space.name(), "held", "x");
  held["metadata"]["finalizers"] = {"example.com/held"};
  ASSERT_TRUE(client->create({}, kube::types::config_map(), held));
  ASSERT_TRUE(client->remove({}, kube::types::name_space(), {}, space.name()));
  const auto found = app::find_application({}, *client, {space.name(), {}, {}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().fault(), Fault::conflict);
  EXPECT_EQ(found.error().code(), "application.deleting");
  EXPECT_THAT(found.error().what(), HasSubstr("is being deleted since 20"));
  EXPECT_TRUE(client->patch({}, kube::types::config_map(), space.name(), "held", kube::PatchKind::merge,
                            {{"metadata", {{"finalizers", nullptr}}}}));
}

TEST(FindApplication, BadInputIsNamed) {
  TRANSHIP_NEEDS_CLUSTER();
  const auto client = connect();
  EXPECT_EQ(app::find_application({}, *client, {"", {}, {}}).error().fault(), Fault::invalid);
  EXPECT_EQ(app::find_application({}, *client, {"a/b", {}, {}}).error().fault(), Fault::invalid);
  EXPECT_EQ(app::find_application({}, *client, {"default", "app ==", {}}).has_value(), true);
  EXPECT_EQ(app::find_application({}, *client, {"default", "(x)", {}}).error().fault(), Fault::invalid);
}

}  // namespace
}  // namespace tranship::capture
