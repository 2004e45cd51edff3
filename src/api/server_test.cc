// Goal: against a real API server, callers are who they say, may do what the cluster lets them and no more, and see
// what there is, live.

#include "api/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "api/access/session_key.h"
#include "base/file.h"
#include "controller/api/types.h"
#include "controller/testing/cluster.h"
#include "net/testing/server.h"
#include "observe/audit.h"

namespace tranship::api {
namespace {

using controller::testing::ApiCluster;
using ::testing::HasSubstr;
using ::testing::Not;

// A stream that keeps what it gets.
class Kept : public net::ServerStream {
 public:
  bool offer(std::string piece) override {
    std::lock_guard lock(mutex_);
    text_ += piece;
    changed_.notify_all();
    return !closed_;
  }
  bool write(std::string piece) override { return offer(std::move(piece)); }
  void finish() override {}
  void abort() override {}
  bool closed() const override { return closed_; }
  void on_close(std::function<void()>) override {}
  void close() { closed_ = true; }

  bool wait_for(const std::string& part) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return text_.find(part) != std::string::npos; });
  }
  std::string text() {
    std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  std::atomic<bool> closed_ = false;
};

class ApiServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("TRANSHIP_TEST_KUBECONFIG") == nullptr) GTEST_SKIP() << "needs an API server";
    cluster_ = std::make_unique<ApiCluster>();
  }
  void TearDown() override { stop_.request_stop(); }

  std::unique_ptr<Server> local() {
    const Context context(stop_.get_token());
    Site site;
    site.context = context;
    site.local = true;
    site.cluster = "east";
    auto client = kube::testing::connect();
    EXPECT_TRUE(client);
    const std::shared_ptr<kube::Client> shared = std::move(*client);
    const auto user = user_of(context, *shared);
    EXPECT_TRUE(user) << user.error().text();
    site.sessions = local_sessions(context, *user, shared, Secret("key"), "tranship");
    return std::make_unique<Server>(std::move(site), [](const auto&) { return net::ServerResponse{.body = "page"}; });
  }

  std::unique_ptr<Server> in_cluster(bool oidc = false, const std::string& system_namespace = "tranship") {
    const Context context(stop_.get_token());
    Site site;
    site.context = context;
    auto client = kube::testing::connect();
    EXPECT_TRUE(client);
    site.own_client = std::move(*client);
    const auto seal = crypto::SealKey::random();
    if (oidc) site.oidc = std::make_unique<OidcLogin>(site.own_client, cluster_->name_space(), seal);
    site.sessions = cluster_sessions(context, site.own_client, site.own_client->access(), seal, system_namespace);
    return std::make_unique<Server>(std::move(site), [](const auto&) { return net::ServerResponse{.body = "page"}; });
  }

  // Of a ServiceAccount that may do `rules` in the test's namespace.
  std::string token_with(const Json& rules) {
    kube::Client& client = cluster_->client();
    const std::string& where = cluster_->name_space();
    const auto make = [&](const char* group, const char* kind, const char* plural, Json object) {
      kube::ResourceType type{group, "v1", kind, plural, true, {}, {}, {"v1"}};
      object["apiVersion"] = type.api_version();
      object["kind"] = kind;
      object["metadata"] = {{"name", "somebody"}, {"namespace", where}};
      const auto made = client.create({}, type, object);
      EXPECT_TRUE(made) << made.error().text();
    };
    constexpr const char* kRbac = "rbac.authorization.k8s.io";
    make("", "ServiceAccount", "serviceaccounts", Json::object());
    make(kRbac, "Role", "roles", {{"rules", rules}});
    make(kRbac, "RoleBinding", "rolebindings",
         {{"roleRef", {{"apiGroup", kRbac}, {"kind", "Role"}, {"name", "somebody"}}},
          {"subjects", {{{"kind", "ServiceAccount"}, {"name", "somebody"}, {"namespace", where}}}}});
    const Json request{
        {"apiVersion", "authentication.k8s.io/v1"}, {"kind", "TokenRequest"}, {"spec", {{"expirationSeconds", 600}}}};
    const auto token =
        client.request({}, "POST", "/api/v1/namespaces/" + where + "/serviceaccounts/somebody/token", &request);
    EXPECT_TRUE(token) << token.error().text();
    return json_string(*token, {"status", "token"});
  }

  static net::ServerRequest request(const std::string& method, const std::string& path, const Json& body = nullptr,
                                    net::Headers headers = {}) {
    net::ServerRequest made{.method = method, .path = path};
    made.headers = std::move(headers);
    made.headers.emplace_back("Host", "127.0.0.1:1");
    if (!body.is_null()) made.body = to_text(body);
    return made;
  }

  std::stop_source stop_;
  std::unique_ptr<ApiCluster> cluster_;
};

net::Headers enter(Server& server) {
  net::ServerRequest first{.method = "GET", .path = "/"};
  first.query["key"] = "key";
  const auto answer = server.answer(first);
  EXPECT_EQ(answer.status, 303);
  const std::string cookie = net::header(answer.headers, "set-cookie");
  EXPECT_THAT(cookie, HasSubstr("HttpOnly; SameSite=Strict"));
  return {{"Cookie", cookie.substr(0, cookie.find(';'))}, {"X-Tranship", "1"}};
}

TEST_F(ApiServerTest, TheKeyOfTheAddressIsTheSession) {
  const auto server = local();
  EXPECT_EQ(server->answer(request("GET", "/api/v1/session")).status, 401);
  net::ServerRequest wrong{.method = "GET", .path = "/"};
  wrong.query["key"] = "kez";
  EXPECT_EQ(server->answer(wrong).status, 403);
  const auto headers = enter(*server);
  const auto answer = server->answer(request("GET", "/api/v1/session", nullptr, headers));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr(R"("name":"east")"));
  // A page of another site that gave this machine's address a name of its own.
  auto foreign = request("GET", "/api/v1/session", nullptr, headers);
  for (auto& [name, value] : foreign.headers) {
    if (name == "Host") value = "evil.example";
  }
  EXPECT_THAT(server->answer(foreign).body, HasSubstr("api.host"));
}

TEST_F(ApiServerTest, ObjectsAreWrittenAndSeenLive) {
  const auto server = local();
  const auto headers = enter(*server);
  const std::string collection = "/api/v1/namespaces/" + cluster_->name_space() + "/policies";
  auto events = server->answer(request("GET", "/api/v1/events", nullptr, headers));
  ASSERT_TRUE(events.stream);
  const auto stream = std::make_shared<Kept>();
  events.stream(stream);
  EXPECT_TRUE(stream->wait_for("event: reset\ndata: {\"kind\":\"Policy\""));
  EXPECT_TRUE(stream->wait_for(R"({"items":[{"addresses")")) << "applications";

  const Json spec{{"import", {{"location", {{"name", "depot"}}}, {"tokenSecret", {{"name", "token"}}}}}};
  const Json policy{{"metadata", {{"name", "daily"}}}, {"spec", spec}};
  auto dry = request("POST", collection, policy, headers);
  dry.query["dryRun"] = "true";
  EXPECT_EQ(server->answer(dry).status, 201);
  EXPECT_EQ(server->answer(request("GET", collection + "/daily", nullptr, headers)).status, 404);
  EXPECT_EQ(server->answer(request("POST", collection, policy, headers)).status, 201);
  EXPECT_TRUE(stream->wait_for("event: changed\ndata: {\"kind\":\"Policy\",\"item\""));
  EXPECT_EQ(server->answer(request("POST", collection, policy, headers)).status, 409);
  const auto patched = server->answer(request("PATCH", collection + "/daily", {{"spec", {{"paused", true}}}}, headers));
  EXPECT_THAT(patched.body, HasSubstr(R"("paused":true)"));
  const auto refused = server->answer(
      request("POST", collection, {{"metadata", {{"name", "none"}}}, {"spec", Json::object()}}, headers));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("at least one of backup, export and import"));
  EXPECT_EQ(server->answer(request("DELETE", collection + "/daily", nullptr, headers)).status, 204);
  EXPECT_TRUE(stream->wait_for("event: removed\ndata: {\"kind\":\"Policy\",\"name\":\"daily\""));
  EXPECT_THAT(stream->text(), Not(HasSubstr("managedFields")));
}

TEST_F(ApiServerTest, WritesNeedAHeaderThatOtherSitesCannotSend) {
  const auto server = local();
  auto headers = enter(*server);
  std::erase_if(headers, [](const auto& each) { return each.first == "X-Tranship"; });
  const auto answer = server->answer(request("POST", "/api/v1/namespaces/default/policies", Json::object(), headers));
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("api.header"));
}

TEST_F(ApiServerTest, ATokenIsASessionWithItsRightsAlone) {
  const std::string record = ::testing::TempDir() + "tranship-audit-" + std::to_string(::getpid());
  ASSERT_TRUE(observe::open_audit_record(record));
  const auto server = in_cluster();
  const std::string token =
      token_with({{{"apiGroups", {"tranship.io"}}, {"resources", {"policies"}}, {"verbs", {"get", "list", "watch"}}}});
  const auto nobody = server->answer(request("GET", "/api/v1/session"));
  EXPECT_EQ(nobody.status, 401);
  EXPECT_THAT(nobody.body, HasSubstr(R"("login":{"oidc":null,"token":true})"));
  const net::Headers write{{"X-Tranship", "1"}};
  EXPECT_THAT(server->answer(request("POST", "/api/v1/session", {{"token", "nonsense"}}, write)).body,
              HasSubstr("api.token"));

  const auto begun = server->answer(request("POST", "/api/v1/session", {{"token", token}}, write));
  ASSERT_EQ(begun.status, 201) << begun.body;
  const std::string cookie = net::header(begun.headers, "set-cookie");
  EXPECT_THAT(begun.body, HasSubstr(":somebody")) << "the session, as a GET of it";
  EXPECT_THAT(cookie, Not(HasSubstr(token.substr(0, 40)))) << "sealed";
  const net::Headers headers{{"Cookie", "other=1; " + cookie.substr(0, cookie.find(';'))}, {"X-Tranship", "1"}};
  EXPECT_THAT(server->answer(request("GET", "/api/v1/session", nullptr, headers)).body,
              HasSubstr(cluster_->name_space() + ":somebody"));

  const std::string own = "/api/v1/namespaces/" + cluster_->name_space();
  EXPECT_EQ(server->answer(request("GET", own + "/policies", nullptr, headers)).status, 200);
  EXPECT_EQ(server->answer(request("GET", "/api/v1/namespaces/default/policies", nullptr, headers)).status, 403);
  EXPECT_EQ(server
                ->answer(request("POST", own + "/policies", {{"metadata", {{"name", "x"}}}, {"spec", Json::object()}},
                                 headers))
                .status,
            403);
  // What the server would do with its own rights is asked about first.
  const auto content = server->answer(request("GET", own + "/restorepoints/x/manifests", nullptr, headers));
  EXPECT_EQ(content.status, 403);
  EXPECT_THAT(content.body, HasSubstr("get restorepoints/content"));
  EXPECT_EQ(server->answer(request("POST", own + "/location-tests", {{"spec", Json::object()}}, headers)).status, 403);
  EXPECT_EQ(server->answer(request("POST", own + "/token-inspections", {{"token", "x"}}, headers)).status, 403);

  const std::string audited = read_file(record, 1 << 20).value_or("");
  EXPECT_THAT(audited, HasSubstr(R"("verb":"logIn","outcome":"refused","code":"api.token")"));
  EXPECT_THAT(audited, HasSubstr(R"(:somebody","verb":"logIn","outcome":"allowed")"));
  EXPECT_THAT(audited, HasSubstr(R"("verb":"createPolicy","namespace":")" + cluster_->name_space() +
                                 R"(","name":"x","outcome":"refused","code":"kube.Forbidden")"));
  EXPECT_THAT(audited, HasSubstr(R"("verb":"listManifests")"));
  EXPECT_THAT(audited, Not(HasSubstr("listPolicies"))) << "reading is not recorded";
  EXPECT_THAT(audited, Not(HasSubstr(token)));
  std::filesystem::remove(record);

  auto events = request("GET", "/api/v1/events", nullptr, headers);
  const auto everywhere = std::make_shared<Kept>();
  server->answer(events).stream(everywhere);
  EXPECT_TRUE(everywhere->wait_for("event: denied\ndata: {\"error\":{\"code\":\"kube.Forbidden\""));
  events.query["namespace"] = cluster_->name_space();
  const auto here = std::make_shared<Kept>();
  server->answer(events).stream(here);
  EXPECT_TRUE(here->wait_for("event: reset\ndata: {\"kind\":\"Policy\""));
  EXPECT_TRUE(here->wait_for("\"kind\":\"Application\""));
}

TEST_F(ApiServerTest, SharedLocationsAreSeenByThoseWhoMayNameThem) {
  const kube::testing::TestNamespace system(cluster_->client());
  const auto make = [&](const char* name, bool shared) {
    const Json s3{{"bucket", "backups"}, {"credentialsSecret", {{"name", "the-keys"}}}};
    const Json location{{"apiVersion", "tranship.io/v1alpha1"},
                        {"kind", "Location"},
                        {"metadata", {{"name", name}, {"namespace", system.name()}}},
                        {"spec", {{"s3", s3}, {"shared", shared}, {"passphraseSecret", {{"name", "the-phrase"}}}}}};
    return cluster_->client().create({}, controller::api::Location::type(), location);
  };
  ASSERT_TRUE(make("for-all", true));
  ASSERT_TRUE(make("not-for-all", false));
  const auto server = in_cluster(false, system.name());
  const Json rule{{"apiGroups", {"tranship.io"}}, {"resources", {"locations"}}, {"verbs", {"list", "watch"}}};
  const net::Headers headers{{"Authorization", "Bearer " + token_with(Json::array({rule}))}};
  auto events = request("GET", "/api/v1/events", nullptr, headers);
  events.query["namespace"] = cluster_->name_space();
  const auto seen = std::make_shared<Kept>();
  server->answer(events).stream(seen);
  EXPECT_TRUE(seen->wait_for(R"("name":"for-all")"));
  // Anybody may be told that it is not shared any more, once it was.
  const auto kept_back = cluster_->client().patch({}, controller::api::Location::type(), system.name(), "for-all",
                                                  kube::PatchKind::merge, {{"spec", {{"shared", false}}}});
  ASSERT_TRUE(kept_back);
  EXPECT_TRUE(seen->wait_for("event: removed\ndata: {\"kind\":\"Location\",\"name\":\"for-all\""));
  EXPECT_THAT(seen->text(), Not(HasSubstr("not-for-all")));
  EXPECT_THAT(seen->text(), Not(HasSubstr("the-keys")));
  EXPECT_THAT(seen->text(), Not(HasSubstr("the-phrase")));
}

TEST_F(ApiServerTest, SharedLocationsAreNotSeenWithoutTheRightToLocations) {
  const kube::testing::TestNamespace system(cluster_->client());
  const Json location{{"apiVersion", "tranship.io/v1alpha1"},
                      {"kind", "Location"},
                      {"metadata", {{"name", "for-all"}, {"namespace", system.name()}}},
                      {"spec", {{"s3", {{"bucket", "backups"}}}, {"shared", true}}}};
  ASSERT_TRUE(cluster_->client().create({}, controller::api::Location::type(), location));
  const auto server = in_cluster(false, system.name());
  const Json rule{{"apiGroups", {"tranship.io"}}, {"resources", {"policies"}}, {"verbs", {"list", "watch"}}};
  const net::Headers headers{{"Authorization", "Bearer " + token_with(Json::array({rule}))}};
  auto events = request("GET", "/api/v1/events", nullptr, headers);
  events.query["namespace"] = cluster_->name_space();
  const auto seen = std::make_shared<Kept>();
  server->answer(events).stream(seen);
  EXPECT_TRUE(seen->wait_for("\"kind\":\"Location\"}")) << "denied";
  EXPECT_TRUE(seen->wait_for("event: reset\ndata: {\"kind\":\"Policy\""));
  EXPECT_THAT(seen->text(), Not(HasSubstr("for-all")));
}

// A login provider that knows one code, and gives a token of the cluster's for it.
class Provider {
 public:
  explicit Provider(std::string token) : token_(std::move(token)) {}
  std::string url() { return server_.url(""); }
  std::string form() {
    std::lock_guard lock(mutex_);
    return form_;
  }

 private:
  std::string token_;
  std::mutex mutex_;
  std::string form_;
  net::testing::Server server_{[this](const net::testing::SeenRequest& request, net::testing::Connection& connection) {
    if (request.target == "/.well-known/openid-configuration") {
      const Json document{{"authorization_endpoint", url() + "/authorize"}, {"token_endpoint", url() + "/token"}};
      return connection.answer(200, to_text(document));
    }
    {
      std::lock_guard lock(mutex_);
      form_ = request.body;
    }
    const bool good = request.body.find("code=good&") != std::string::npos;
    return connection.answer(good ? 200 : 400,
                             good ? to_text(Json{{"id_token", token_}}) : R"({"error":"invalid_grant"})");
  }};
};

// By name, of an address' query.
std::string parameter(const std::string& address, const std::string& name) {
  const auto at = address.find(name + "=");
  return address.substr(at + name.size() + 1, address.find('&', at) - at - name.size() - 1);
}

TEST_F(ApiServerTest, ALoginProviderThatTheClusterTrusts) {
  const auto server = in_cluster(true);
  EXPECT_EQ(server->answer(request("GET", "/api/v1/session/oidc")).status, 404) << "none is set up";
  Provider provider(token_with(Json::array()));
  const Json secret{{"apiVersion", "v1"},
                    {"kind", "Secret"},
                    {"metadata", {{"name", "tranship-oidc"}, {"namespace", cluster_->name_space()}}},
                    {"stringData", {{"issuer", provider.url()}, {"clientID", "tranship"}, {"name", "Example"}}}};
  ASSERT_TRUE(cluster_->client().create({}, kube::types::secret(), secret));
  const auto fresh = in_cluster(true);
  EXPECT_THAT(fresh->answer(request("GET", "/api/v1/session")).body, HasSubstr(R"("oidc":{"name":"Example"})"));
  const auto begun = fresh->answer(request("GET", "/api/v1/session/oidc"));
  ASSERT_EQ(begun.status, 303) << begun.body;
  const std::string address = net::header(begun.headers, "location");
  EXPECT_THAT(address, HasSubstr("redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fapi%2Fv1%2Fsession%2Foidc%2Fcallback"));
  std::string cookie = net::header(begun.headers, "set-cookie");
  cookie = cookie.substr(0, cookie.find(';'));

  const auto back = [&](const std::string& code, const std::string& state) {
    auto made = request("GET", "/api/v1/session/oidc/callback", nullptr, {{"Cookie", cookie}});
    made.query = {{"code", code}, {"state", state}};
    return fresh->answer(made);
  };
  const std::string state = parameter(address, "state");
  EXPECT_EQ(back("good", "another").status, 403);
  EXPECT_THAT(back("bad", state).body, HasSubstr("invalid_grant"));
  const auto done = back("good", state);
  ASSERT_EQ(done.status, 303) << done.body;
  EXPECT_THAT(provider.form(), HasSubstr("code_verifier="));
  std::string session = net::header(done.headers, "set-cookie");
  session = session.substr(0, session.find(';'));
  EXPECT_THAT(fresh->answer(request("GET", "/api/v1/session", nullptr, {{"Cookie", session}})).body,
              HasSubstr(":somebody"));
}

TEST_F(ApiServerTest, ChangedCookiesAreNobody) {
  const auto server = in_cluster();
  const std::string token = token_with(Json::array());
  const auto begun = server->answer(request("POST", "/api/v1/session", {{"token", token}}, {{"X-Tranship", "1"}}));
  ASSERT_EQ(begun.status, 201) << begun.body;
  std::string cookie = net::header(begun.headers, "set-cookie");
  cookie = cookie.substr(0, cookie.find(';'));
  cookie.back() = cookie.back() == '0' ? '1' : '0';
  for (const std::string& each :
       {cookie, cookie.substr(0, cookie.size() - 9), cookie + "00", cookie.substr(0, cookie.find('=') + 1)}) {
    EXPECT_EQ(server->answer(request("GET", "/api/v1/session", nullptr, {{"Cookie", each}})).status, 401) << each;
  }
}

TEST_F(ApiServerTest, TheSessionKeyIsMadeOnce) {
  const auto first = session_key({}, cluster_->client(), cluster_->name_space());
  const auto second = session_key({}, cluster_->client(), cluster_->name_space());
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(*first == *second);
  EXPECT_TRUE(first->valid());
}

}  // namespace
}  // namespace tranship::api
