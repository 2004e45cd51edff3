// The dynamic client against a real API server.
#include "kube/client.h"

#include <gtest/gtest.h>

#include <future>
#include <set>

#include "kube/testing/cluster.h"

namespace tranship::kube {
namespace {

Json config_map(const std::string& name_space, const std::string& name, const std::string& value) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", name}, {"namespace", name_space}, {"labels", {{"app", "test"}}}}},
          {"data", {{"key", value}}}};
}

class ClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    TRANSHIP_NEEDS_CLUSTER();
    auto connected = testing::connect();
    ASSERT_TRUE(connected) << connected.error().text();
    client_ = std::move(*connected);
    space_ = std::make_unique<testing::TestNamespace>(*client_);
  }
  const std::string& space() const { return space_->name(); }

  std::unique_ptr<Client> client_;
  std::unique_ptr<testing::TestNamespace> space_;
};

TEST_F(ClientTest, CreatesReadsReplacesAndDeletes) {
  const auto created = client_->create({}, types::config_map(), config_map(space(), "a", "1"));
  ASSERT_TRUE(created) << created.error().text();
  const auto again = client_->create({}, types::config_map(), config_map(space(), "a", "1"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().fault(), Fault::conflict);
  EXPECT_TRUE(has_reason(again.error(), "AlreadyExists")) << again.error().text();
  EXPECT_NE(again.error().text().find("create ConfigMap " + space() + "/a"), std::string::npos);

  Json changed = *created;
  changed["data"]["key"] = "2";
  const auto replaced = client_->replace({}, types::config_map(), changed);
  ASSERT_TRUE(replaced) << replaced.error().text();
  const auto stale = client_->replace({}, types::config_map(), changed);
  ASSERT_FALSE(stale) << "the resourceVersion is an old one";
  EXPECT_TRUE(has_reason(stale.error(), "Conflict")) << stale.error().text();
  const auto read = client_->get({}, types::config_map(), space(), "a");
  ASSERT_TRUE(read);
  EXPECT_EQ(json_string(*read, {"data", "key"}), "2");

  ASSERT_TRUE(client_->remove({}, types::config_map(), space(), "a"));
  const auto gone = client_->get({}, types::config_map(), space(), "a");
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().fault(), Fault::not_found);
  EXPECT_TRUE(has_reason(gone.error(), "NotFound"));
  EXPECT_EQ(client_->remove({}, types::config_map(), space(), "a").error().fault(), Fault::not_found);
}

TEST_F(ClientTest, ListsInPages) {
  constexpr int kCount = 1200;
  std::vector<std::future<void>> writers;
  for (int part = 0; part < 8; ++part) {
    writers.push_back(std::async(std::launch::async, [&, part] {
      for (int i = part; i < kCount; i += 8) {
        const auto made = client_->create({}, types::config_map(), config_map(space(), "c" + std::to_string(i), "x"));
        EXPECT_TRUE(made) << made.error().text();
      }
    }));
  }
  writers.clear();
  std::set<std::string> names;
  const auto version = client_->list(
      {}, types::config_map(), space(), {.label_selector = "app=test"},
      [&](Json&& item) {
        EXPECT_EQ(json_string(item, {"apiVersion"}), "v1");
        EXPECT_EQ(json_string(item, {"kind"}), "ConfigMap");
        EXPECT_TRUE(names.insert(json_string(item, {"metadata", "name"})).second);
      },
      [] { FAIL() << "nothing expired"; });
  ASSERT_TRUE(version) << version.error().text();
  EXPECT_FALSE(version->empty());
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kCount));
  const auto one = client_->list_all({}, types::config_map(), space(),
                                     {.field_selector = "metadata.name=c77", .page_size = 1});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->size(), 1u);
  const auto none = client_->list_all({}, types::config_map(), space(), {.label_selector = "app in (other)"});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
  const auto bad = client_->list_all({}, types::config_map(), space(), {.label_selector = "((("});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().fault(), Fault::invalid) << bad.error().text();
}

TEST_F(ClientTest, PagesOfLargeObjectsAreMadeSmaller) {
  const std::string large(900'000, 'x');
  for (int i = 0; i < 24; ++i) {
    ASSERT_TRUE(client_->create({}, types::config_map(), config_map(space(), "l" + std::to_string(i), large)));
  }
  std::size_t count = 0;
  const auto version = client_->list({}, types::config_map(), space(), {.label_selector = "app=test"},
                                     [&](Json&&) { ++count; }, [] {});
  ASSERT_TRUE(version) << version.error().text();
  EXPECT_EQ(count, 24u);
}

TEST_F(ClientTest, ApplyOwnsItsFieldsAndTakesBackWhatItGave) {
  const auto applied = client_->apply({}, types::config_map(), config_map(space(), "a", "1"));
  ASSERT_TRUE(applied) << applied.error().text();
  EXPECT_EQ(applied->at("metadata").at("managedFields").at(0).at("manager"), "tranship");
  const auto same = client_->apply({}, types::config_map(), *applied);
  ASSERT_TRUE(same) << same.error().text();
  EXPECT_EQ(json_string(*same, {"metadata", "resourceVersion"}),
            json_string(*applied, {"metadata", "resourceVersion"}));
}

TEST_F(ClientTest, ApplyConflictNamesTheOtherManagerAndForceWins) {
  ASSERT_TRUE(client_->apply({}, types::config_map(), config_map(space(), "a", "1"), {.field_manager = "other"}));
  const auto conflict = client_->apply({}, types::config_map(), config_map(space(), "a", "2"));
  ASSERT_FALSE(conflict);
  EXPECT_EQ(conflict.error().fault(), Fault::conflict);
  EXPECT_TRUE(has_reason(conflict.error(), "Conflict"));
  EXPECT_NE(conflict.error().text().find("\"other\""), std::string::npos) << conflict.error().text();
  const auto forced = client_->apply({}, types::config_map(), config_map(space(), "a", "2"), {.force = true});
  ASSERT_TRUE(forced) << forced.error().text();
  EXPECT_EQ(json_string(*forced, {"data", "key"}), "2");
}

TEST_F(ClientTest, Patches) {
  ASSERT_TRUE(client_->create({}, types::config_map(), config_map(space(), "a", "1")));
  const auto json = client_->patch({}, types::config_map(), space(), "a", PatchKind::json,
                                   Json::parse(R"([{"op":"add","path":"/data/other","value":"x"}])"));
  ASSERT_TRUE(json) << json.error().text();
  const auto merge = client_->patch({}, types::config_map(), space(), "a", PatchKind::merge,
                                    Json::parse(R"({"data":{"key":null}})"));
  ASSERT_TRUE(merge) << merge.error().text();
  const auto strategic = client_->patch({}, types::config_map(), space(), "a", PatchKind::strategic,
                                        Json::parse(R"({"metadata":{"annotations":{"n":"v"}}})"));
  ASSERT_TRUE(strategic) << strategic.error().text();
  EXPECT_EQ(strategic->at("data"), Json::parse(R"({"other":"x"})"));
  const auto failed = client_->patch({}, types::config_map(), space(), "a", PatchKind::json,
                                     Json::parse(R"([{"op":"test","path":"/data/other","value":"y"}])"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().fault(), Fault::invalid) << failed.error().text();
}

TEST_F(ClientTest, DeletePreconditionsProtect) {
  const auto created = client_->create({}, types::config_map(), config_map(space(), "a", "1"));
  ASSERT_TRUE(created);
  const auto wrong = client_->remove({}, types::config_map(), space(), "a",
                                     {.uid_precondition = "00000000-0000-0000-0000-000000000000"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().fault(), Fault::conflict) << wrong.error().text();
  ASSERT_TRUE(client_->get({}, types::config_map(), space(), "a"));
  const auto right = client_->remove({}, types::config_map(), space(), "a",
                                     {.uid_precondition = json_string(*created, {"metadata", "uid"})});
  EXPECT_TRUE(right) << right.error().text();
}

TEST_F(ClientTest, DryRunWritesNothing) {
  const auto dry = client_->create({}, types::config_map(), config_map(space(), "a", "1"), {.dry_run = true});
  ASSERT_TRUE(dry) << dry.error().text();
  EXPECT_FALSE(client_->get({}, types::config_map(), space(), "a"));
}

TEST_F(ClientTest, MissingRightsAreNamed) {
  auto jane = testing::connect({.user = "jane", .groups = {"developers"}});
  ASSERT_TRUE(jane) << jane.error().text();
  const auto denied = (*jane)->list_all({}, types::secret(), space());
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().fault(), Fault::auth);
  EXPECT_TRUE(has_reason(denied.error(), "Forbidden"));
  const std::string text = denied.error().text();
  EXPECT_NE(text.find("user jane has no right to list secrets in namespace " + space()), std::string::npos) << text;
  const ResourceType deployment = [] {
    ResourceType type = types::config_map();
    type.group = "apps";
    type.kind = "Deployment";
    type.plural = "deployments";
    return type;
  }();
  const auto removed = (*jane)->remove({}, deployment, space(), "web");
  ASSERT_FALSE(removed);
  EXPECT_NE(removed.error().text().find("delete deployments.apps"), std::string::npos) << removed.error().text();
}

TEST_F(ClientTest, RefusalsByAdmissionKeepTheirOwnWords) {
  const Json patch = Json::parse(R"({"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}})");
  ASSERT_TRUE(client_->patch({}, types::name_space(), "", space(), PatchKind::merge, patch));
  const Json account = {{"apiVersion", "v1"}, {"kind", "ServiceAccount"},
                        {"metadata", {{"name", "default"}, {"namespace", space()}}}};
  (void)client_->create({}, types::service_account(), account);
  const Json pod = {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", {{"name", "p"}, {"namespace", space()}}},
                    {"spec", {{"containers", {{{"name", "c"}, {"image", "i"}}}}}}};
  const auto refused = client_->create({}, types::pod(), pod);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::auth);
  EXPECT_NE(refused.error().text().find("violates PodSecurity"), std::string::npos) << refused.error().text();
}

TEST_F(ClientTest, InvalidObjectsSayWhichField) {
  Json bad = config_map(space(), "Not_A_Name", "1");
  const auto refused = client_->create({}, types::config_map(), bad);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault(), Fault::invalid);
  EXPECT_TRUE(has_reason(refused.error(), "Invalid"));
  EXPECT_NE(refused.error().text().find("metadata.name"), std::string::npos);
  bad = config_map("", "a", "1");
  EXPECT_EQ(client_->apply({}, types::config_map(), bad).error().fault(), Fault::invalid);
}

TEST_F(ClientTest, AnyPathAndStreams) {
  const auto version = client_->request({}, "GET", "/version");
  ASSERT_TRUE(version) << version.error().text();
  EXPECT_FALSE(json_string(*version, {"gitVersion"}).empty());
  const Json review = {{"apiVersion", "authorization.k8s.io/v1"},
                       {"kind", "SelfSubjectAccessReview"},
                       {"spec", {{"resourceAttributes", {{"verb", "delete"}, {"resource", "nodes"}}}}}};
  const auto answer =
      client_->request({}, "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", &review);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_TRUE(json_bool(*answer, {"status", "allowed"}));
  EXPECT_EQ(client_->request({}, "GET", "/no/such/path").error().fault(), Fault::not_found);

  std::string seen;
  const auto watched = client_->stream(
      Context().with_timeout(std::chrono::seconds(10)),
      types::config_map().path(space()) + "?watch=true&allowWatchBookmarks=true&sendInitialEvents=true"
                                          "&resourceVersionMatch=NotOlderThan",
      [&](ByteView piece) {
        seen += as_text(piece);
        return seen.find("BOOKMARK") == std::string::npos;
      });
  EXPECT_EQ(watched.error().fault(), Fault::cancelled) << watched.error().text();
  EXPECT_NE(seen.find("BOOKMARK"), std::string::npos) << seen;
  const auto absent = client_->stream({}, types::pod().path(space(), "none", "log"), [](ByteView) { return true; });
  EXPECT_EQ(absent.error().fault(), Fault::not_found) << absent.error().text();
}

TEST_F(ClientTest, RequestsShareOneConnection) {
  // 40 watches and a get at the same time: over HTTP/1.1 the limit of 16 connections would block the get.
  std::stop_source stop;
  std::vector<std::future<void>> watches;
  for (int i = 0; i < 40; ++i) {
    watches.push_back(std::async(std::launch::async, [&] {
      (void)client_->stream(Context(stop.get_token()), types::config_map().path(space()) + "?watch=true",
                            [](ByteView) { return true; });
    }));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto read = client_->get(Context().with_timeout(std::chrono::seconds(5)), types::name_space(), "", space());
  EXPECT_TRUE(read) << read.error().text();
  stop.request_stop();
}

}  // namespace
}  // namespace tranship::kube
