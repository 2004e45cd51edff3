// What the client does when servers misbehave: busy, cut, refusing credentials, forgetting a listing.
#include <gtest/gtest.h>

#include <atomic>

#include "kube/client.h"
#include "net/testing/server.h"

namespace tranship::kube {
namespace {

using net::testing::Connection;
using net::testing::SeenRequest;
using net::testing::Server;
using std::chrono::milliseconds;

// Counts what it is asked; its token changes with every renewal.
class TestCredentials final : public Credentials {
 public:
  Result<void> decorate(const Context&, net::Headers& headers) override {
    headers.emplace_back("Authorization", "Bearer t" + std::to_string(renewals));
    return {};
  }
  bool renew() override { return ++renewals, true; }
  std::atomic<int> renewals = 0;
};

std::unique_ptr<Client> client_of(const Server& server, std::shared_ptr<Credentials> credentials = nullptr) {
  ClusterAccess access;
  access.name = "test";
  access.server = server.url("");
  access.credentials = std::move(credentials);
  return std::move(Client::connect(std::move(access)).value());
}

const Json kConfigMap = {{"apiVersion", "v1"},
                         {"kind", "ConfigMap"},
                         {"metadata", {{"name", "a"}, {"namespace", "n"}}}};
Context soon() { return Context().with_timeout(milliseconds(10'000)); }

TEST(SenderTest, BusyServersAreObeyedForEveryVerb) {
  std::atomic<int> count = 0;
  Server server([&](const SeenRequest&, Connection& connection) {
    if (++count % 2 == 1) return connection.answer(count == 1 ? 429 : 503, "{}", "Retry-After: 1\r\n");
    return connection.answer(201, kConfigMap.dump());
  });
  const auto client = client_of(server);
  const auto before = std::chrono::steady_clock::now();
  const auto first = client->create(soon(), types::config_map(), kConfigMap);
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_GE(std::chrono::steady_clock::now() - before, milliseconds(1000));
  EXPECT_TRUE(client->get(soon(), types::config_map(), "n", "a"));
  EXPECT_EQ(count, 4);
}

TEST(SenderTest, BusyBeyondTheDeadlineIsTheAnswer) {
  Server server([&](const SeenRequest&, Connection& connection) {
    return connection.answer(429, R"({"kind":"Status","reason":"TooManyRequests","message":"slow down"})",
                             "Retry-After: 60\r\n");
  });
  const auto client = client_of(server);
  const auto before = std::chrono::steady_clock::now();
  const auto answer = client->get(soon(), types::config_map(), "n", "a");
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(2000));
  EXPECT_EQ(answer.error().fault(), Fault::retryable);
  EXPECT_TRUE(has_reason(answer.error(), "TooManyRequests")) << answer.error().text();
}

TEST(SenderTest, EvictionsGetTheir429) {
  Server server([&](const SeenRequest&, Connection& connection) {
    return connection.answer(429, R"({"kind":"Status","reason":"TooManyRequests","message":"disruption budget"})",
                             "Retry-After: 1\r\n");
  });
  const auto client = client_of(server);
  EXPECT_FALSE(client->create(soon(), types::pod(), kConfigMap, {.subresource = "eviction"}));
  EXPECT_EQ(server.seen().size(), 1u);
  EXPECT_TRUE(server.seen()[0].target.starts_with("/api/v1/namespaces/n/pods/a/eviction?"));
}

TEST(SenderTest, CutConnectionsAreRepeatedOnlyWhereThatIsHarmless) {
  std::atomic<int> count = 0;
  Server server([&](const SeenRequest& request, Connection& connection) {
    if (request.target == "/version") return connection.answer(200, "{}");
    ++count;
    if (request.method == "DELETE" && count == 2) return connection.answer(404, "{}");
    // Half an answer, so that libcurl cannot take it for a kept connection that went stale.
    if (request.method == "POST" || request.method == "DELETE" || count < 3) {
      connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
      return false;
    }
    return connection.answer(200, kConfigMap.dump());
  });
  const auto client = client_of(server);
  ASSERT_TRUE(client->request(soon(), "GET", "/version"));
  EXPECT_TRUE(client->get(soon(), types::config_map(), "n", "a"));
  EXPECT_EQ(count, 3);
  count = 0;
  const auto created = client->create(soon(), types::config_map(), kConfigMap);
  EXPECT_EQ(created.error().fault(), Fault::retryable) << created.error().text();
  EXPECT_EQ(count, 1) << "it may have been created: only the caller can know";
  count = 0;
  const auto removed = client->remove(soon(), types::config_map(), "n", "a");
  EXPECT_TRUE(removed) << "the delete whose answer was lost did it: " << removed.error().text();
}

TEST(SenderTest, RefusedCredentialsAreRenewedOnce) {
  Server server([&](const SeenRequest& request, Connection& connection) {
    if (request.head.find("Bearer t1") != std::string::npos) return connection.answer(200, "{\"fine\":true}");
    return connection.answer(401, "{}");
  });
  auto credentials = std::make_shared<TestCredentials>();
  const auto client = client_of(server, credentials);
  EXPECT_TRUE(client->request(soon(), "GET", "/x"));
  EXPECT_EQ(credentials->renewals, 1);
  credentials->renewals = 5;
  const auto refused = client->request(soon(), "GET", "/x");
  EXPECT_EQ(refused.error().fault(), Fault::auth);
  EXPECT_TRUE(has_reason(refused.error(), "Unauthorized")) << refused.error().text();
  EXPECT_EQ(credentials->renewals, 6) << "once, not for ever";
}

TEST(SenderTest, ExpiredListingsStartAgain) {
  const auto page = [](int first, const std::string& next) {
    Json list = {{"metadata", {{"resourceVersion", "7"}, {"continue", next}}}, {"items", Json::array()}};
    for (int i = first; i < first + 2; ++i) list["items"].push_back({{"metadata", {{"name", std::to_string(i)}}}});
    return list.dump();
  };
  std::atomic<bool> expired = false;
  Server server([&](const SeenRequest& request, Connection& connection) {
    if (request.target.find("continue=") == std::string::npos) return connection.answer(200, page(0, "token/2"));
    if (!expired.exchange(true)) {
      return connection.answer(410, R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})");
    }
    EXPECT_NE(request.target.find("continue=token%2F2"), std::string::npos);
    return connection.answer(200, page(2, ""));
  });
  const auto client = client_of(server);
  std::vector<std::string> names;
  int restarts = 0;
  const auto version = client->list(
      soon(), types::pod(), "n", {},
      [&](Json&& item) {
        EXPECT_EQ(json_string(item, {"kind"}), "Pod");
        names.push_back(json_string(item, {"metadata", "name"}));
      },
      [&] {
        ++restarts;
        names.clear();
      });
  ASSERT_TRUE(version) << version.error().text();
  EXPECT_EQ(*version, "7");
  EXPECT_EQ(restarts, 1);
  EXPECT_EQ(names, (std::vector<std::string>{"0", "1", "2", "3"}));
}

TEST(SenderTest, AnswersThatAreNotKubernetesAreErrorsWithTheirText) {
  Server server([&](const SeenRequest& request, Connection& connection) {
    if (request.target == "/html") return connection.answer(200, "<html>log in</html>");
    return connection.answer(500, "the proxy\nis unwell");
  });
  const auto client = client_of(server);
  EXPECT_EQ(client->request(soon(), "GET", "/html").error().fault(), Fault::corrupt);
  const auto unwell = client->request(soon(), "GET", "/other");
  EXPECT_EQ(unwell.error().fault(), Fault::retryable);
  EXPECT_NE(unwell.error().text().find("the proxy is unwell"), std::string::npos) << unwell.error().text();
  EXPECT_TRUE(has_reason(unwell.error(), "InternalError"));
}

TEST(SenderTest, AStreamIsNotRepeatedOnceItsFirstBytesWereSeen) {
  std::atomic<int> count = 0;
  Server server([&](const SeenRequest&, Connection& connection) {
    ++count;
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart");
    return false;
  });
  const auto client = client_of(server);
  std::string seen;
  const auto streamed = client->stream(soon(), "/log", [&](ByteView piece) { return seen += as_text(piece), true; });
  EXPECT_EQ(streamed.error().fault(), Fault::retryable) << streamed.error().text();
  EXPECT_EQ(seen, "part");
  EXPECT_EQ(count, 1);
}

TEST(SenderTest, AServerThatNeverAnsweredFailsFast) {
  int port = 0;
  {
    Server gone([](const SeenRequest&, Connection&) { return false; });
    port = gone.port();
  }
  ClusterAccess access;
  access.name = "wrong";
  access.server = "http://127.0.0.1:" + std::to_string(port);
  const auto client = Client::connect(access);
  ASSERT_TRUE(client);
  const auto before = std::chrono::steady_clock::now();
  const auto answer = (*client)->get({}, types::pod(), "n", "a");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(3));
  EXPECT_EQ(answer.error().fault(), Fault::retryable) << answer.error().text();
  EXPECT_FALSE(Client::connect({.name = "bad", .server = "ftp://x"}));
}

}  // namespace
}  // namespace tranship::kube
