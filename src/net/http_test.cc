// The HTTP client against a server on a socket: bodies both ways, limits, time-outs, cancellation, cut connections.
#include "net/http.h"

#include <gtest/gtest.h>

#include <future>

#include "net/testing/server.h"

namespace tranship::net {
namespace {

using testing::Connection;
using testing::SeenRequest;
using testing::Server;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

// Waits until the client is gone or the test ends.
bool stay_silent(Connection& connection) { return !connection.read_some().empty(); }

TEST(HttpTest, AnyStatusIsAnAnswerWithHeadersAndBody) {
  Server server([](const SeenRequest&, Connection& connection) {
    return connection.answer(404, "nothing here", "X-Thing: a b \r\nX-Empty:\r\n");
  });
  HttpClient client({});
  const auto response = client.perform({}, get(server.url("/a%2Fb/../c?x=1")));
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "nothing here");
  EXPECT_EQ(header(response->headers, "x-thing"), "a b");
  EXPECT_EQ(header(response->headers, "x-empty"), "");
  EXPECT_EQ(server.seen().at(0).target, "/a%2Fb/../c?x=1") << "the path must arrive as it was written";
}

TEST(HttpTest, UploadsFromMemoryAndSendsOnlyTheHeadersGiven) {
  Server server([](const SeenRequest& request, Connection& connection) {
    return connection.answer(200, std::to_string(request.body.size()));
  });
  HttpClient client({});
  std::string body(3'000'000, 'x');
  body.back() = 'y';
  HttpRequest request = get(server.url());
  request.method = "PUT";
  request.headers = {{"X-Amz-Date", "now"}, {"X-Blank", ""}};
  request.body = as_bytes(body);
  const auto response = client.perform({}, request);
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->body, "3000000");
  const auto seen = server.seen().at(0);
  EXPECT_EQ(seen.body, body);
  EXPECT_EQ(seen.head.find("Expect"), std::string::npos);
  EXPECT_EQ(seen.head.find("Content-Type"), std::string::npos);
  EXPECT_NE(seen.head.find("X-Amz-Date: now\r\n"), std::string::npos);
  EXPECT_NE(seen.head.find("X-Blank:"), std::string::npos);
}

TEST(HttpTest, EmptyUploadHasALengthAndHeadHasNoBody) {
  Server server([](const SeenRequest& request, Connection& connection) {
    if (request.method == "HEAD") return connection.write("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n");
    return connection.answer(200, "");
  });
  HttpClient client({});
  HttpRequest request = get(server.url());
  request.method = "PUT";
  ASSERT_TRUE(client.perform({}, request));
  EXPECT_NE(server.seen().at(0).head.find("Content-Length: 0\r\n"), std::string::npos);
  request.method = "HEAD";
  const auto head = client.perform({}, request);
  ASSERT_TRUE(head) << head.error().text();
  EXPECT_EQ(header(head->headers, "content-length"), "77");
}

TEST(HttpTest, SinkGetsASuccessAndNotAFailure) {
  Server server([](const SeenRequest& request, Connection& connection) {
    return connection.answer(request.target == "/good" ? 200 : 500, std::string(100'000, 'z'));
  });
  HttpClient client({});
  std::size_t received = 0;
  int status = 0;
  HttpRequest request = get(server.url("/good"));
  request.sink = [&](ByteView piece) { return received += piece.size(), true; };
  request.on_headers = [&](int code, const Headers&) {
    EXPECT_EQ(received, 0u);
    status = code;
  };
  const auto good = client.perform({}, request);
  ASSERT_TRUE(good);
  EXPECT_EQ(received, 100'000u);
  EXPECT_TRUE(good->body.empty());
  EXPECT_EQ(status, 200);
  received = 0;
  request.url = server.url("/bad");
  const auto bad = client.perform({}, request);
  ASSERT_TRUE(bad);
  EXPECT_EQ(received, 0u);
  EXPECT_EQ(bad->body.size(), 100'000u);
  EXPECT_EQ(status, 500);
}

TEST(HttpTest, SinkEndsTheRequest) {
  Server server([](const SeenRequest&, Connection& connection) {
    return connection.answer(200, std::string(1'000'000, 'z'));
  });
  HttpClient client({});
  HttpRequest request = get(server.url());
  request.sink = [](ByteView) { return false; };
  const auto response = client.perform({}, request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault(), Fault::cancelled);
}

TEST(HttpTest, BodyOverTheLimitIsAPermanentFault) {
  Server server([](const SeenRequest&, Connection& connection) {
    return connection.answer(200, std::string(5000, 'z'));
  });
  HttpClient client({});
  HttpRequest request = get(server.url());
  request.body_bytes_max = 4999;
  EXPECT_EQ(client.perform({}, request).error().fault(), Fault::permanent);
  request.body_bytes_max = 5000;
  EXPECT_TRUE(client.perform({}, request));
}

TEST(HttpTest, StopAndDeadlineEndARequestAtOnce) {
  Server server([](const SeenRequest&, Connection& connection) { return stay_silent(connection); });
  HttpClient client({});
  std::stop_source stop;
  auto waiting = std::async(std::launch::async,
                            [&] { return client.perform(Context(stop.get_token()), get(server.url())); });
  EXPECT_EQ(waiting.wait_for(milliseconds(100)), std::future_status::timeout);
  auto before = steady_clock::now();
  stop.request_stop();
  EXPECT_EQ(waiting.get().error().fault(), Fault::cancelled);
  EXPECT_LT(steady_clock::now() - before, milliseconds(50));

  before = steady_clock::now();
  const auto late = client.perform(Context().with_timeout(milliseconds(100)), get(server.url()));
  EXPECT_EQ(late.error().fault(), Fault::cancelled);
  EXPECT_GE(steady_clock::now() - before, milliseconds(100));
  EXPECT_LT(steady_clock::now() - before, milliseconds(150));
}

TEST(HttpTest, SilenceIsRetryableAndZeroWaitsForever) {
  Server server([](const SeenRequest& request, Connection& connection) {
    if (request.target == "/late") std::this_thread::sleep_for(milliseconds(700));
    return request.target == "/late" ? connection.answer(200, "late") : stay_silent(connection);
  });
  HttpClient client({});
  HttpRequest request = get(server.url());
  request.idle_timeout = milliseconds(300);
  const auto silent = client.perform({}, request);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().fault(), Fault::retryable) << silent.error().text();
  request.url = server.url("/late");
  request.idle_timeout = milliseconds(0);
  EXPECT_TRUE(client.perform({}, request));
}

TEST(HttpTest, CutConnectionIsRetryable) {
  Server server([](const SeenRequest&, Connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf");
    return false;
  });
  HttpClient client({});
  const auto response = client.perform({}, get(server.url("/x?secret=1")));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().fault(), Fault::retryable);
  EXPECT_EQ(response.error().text().find("secret"), std::string::npos) << response.error().text();
}

TEST(HttpTest, ARefusalThatIsCutOffIsARefusal) {
  Server server([](const SeenRequest& request, Connection& connection) {
    const std::string status = request.target == "/refused" ? "401 Unauthorized" : "200 OK";
    connection.write("HTTP/1.1 " + status + "\r\nContent-Length: 1000\r\n\r\nhalf");
    return false;
  });
  HttpClient client({});
  const auto refused = client.perform({}, get(server.url("/refused")));
  ASSERT_TRUE(refused) << refused.error().text();
  EXPECT_EQ(refused->status, 401);
  EXPECT_EQ(client.perform({}, get(server.url("/other"))).error().fault(), Fault::retryable);
}

TEST(HttpTest, ConnectFaultsSayWhatToDo) {
  HttpClient client({});
  int port = 0;
  {
    Server gone([](const SeenRequest&, Connection&) { return false; });
    port = gone.port();
  }
  const auto refused = client.perform({}, get("http://127.0.0.1:" + std::to_string(port)));
  EXPECT_EQ(refused.error().fault(), Fault::retryable);
  EXPECT_NE(refused.error().text().find("refused"), std::string::npos) << refused.error().text();
  const auto unknown = client.perform({}, get("https://no-such-host.invalid/x"));
  EXPECT_EQ(unknown.error().fault(), Fault::invalid);
  EXPECT_NE(unknown.error().text().find("no-such-host.invalid"), std::string::npos);
  EXPECT_EQ(client.perform({}, get("ftp://host/")).error().fault(), Fault::invalid);
  EXPECT_EQ(client.perform({}, get("nonsense")).error().fault(), Fault::invalid);
  HttpRequest injected = get("http://127.0.0.1:1/");
  injected.headers = {{"X-A", "b\r\nX-Evil: c"}};
  EXPECT_EQ(client.perform({}, injected).error().fault(), Fault::invalid);
}

TEST(HttpTest, DestructorEndsRequestsUnderWay) {
  Server server([](const SeenRequest&, Connection& connection) { return stay_silent(connection); });
  auto client = std::make_unique<HttpClient>(HttpOptions{});
  HttpClient* shared = client.get();
  std::vector<std::future<Result<HttpResponse>>> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(std::async(std::launch::async, [&] { return shared->perform({}, get(server.url())); }));
  }
  while (server.seen().size() < 4) std::this_thread::sleep_for(milliseconds(5));
  client.reset();
  for (auto& one : waiting) EXPECT_EQ(one.get().error().fault(), Fault::cancelled);
}

TEST(HttpTest, ConnectionsAreKeptAndLimitedAndQueuedRequestsDoNotCountAsIdle) {
  Server server([](const SeenRequest&, Connection& connection) {
    std::this_thread::sleep_for(milliseconds(100));
    return connection.answer(200, "x");
  });
  HttpOptions options;
  options.connections_per_host_max = 2;
  HttpClient client(options);
  std::vector<std::future<Result<HttpResponse>>> waiting;
  for (int i = 0; i < 12; ++i) {
    waiting.push_back(std::async(std::launch::async, [&] {
      HttpRequest request = get(server.url());
      request.idle_timeout = milliseconds(400);
      return client.perform({}, request);
    }));
  }
  for (auto& one : waiting) {
    const auto response = one.get();
    EXPECT_TRUE(response) << response.error().text();
  }
  for (const auto& request : server.seen()) EXPECT_LE(request.connection, 2);
}

TEST(HttpTest, AnExceptionOfTheSinkReachesTheCaller) {
  Server server([](const SeenRequest&, Connection& connection) { return connection.answer(200, "text"); });
  HttpClient client({});
  HttpRequest request = get(server.url());
  request.sink = [](ByteView) -> bool { throw std::runtime_error("full"); };
  EXPECT_THROW((void)client.perform({}, request), std::runtime_error);
}

}  // namespace
}  // namespace tranship::net
