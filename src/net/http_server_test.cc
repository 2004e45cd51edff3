// Goal: requests are taken apart and answered, answers stream with back-pressure, and nonsense, silence and slowness
// disturb nobody.

#include "net/http_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "net/url.h"

namespace tranship::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

int dial(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return socket;
}

std::string read_all(int socket) {
  std::string answer;
  char piece[4096];
  for (ssize_t count; (count = ::recv(socket, piece, sizeof piece, 0)) > 0;) {
    answer.append(piece, static_cast<std::size_t>(count));
  }
  return answer;
}

std::string ask(std::uint16_t port, const std::string& request) {
  const int socket = dial(port);
  EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  std::string answer = read_all(socket);
  ::close(socket);
  return answer;
}

std::string get(std::uint16_t port, const std::string& target) {
  return ask(port, "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
}

std::unique_ptr<HttpServer> serve(HttpServer::Handler handler, std::size_t body_bytes_max = 1000) {
  const ServerOptions options{.address = "127.0.0.1:0", .threads = 3, .body_bytes_max = body_bytes_max};
  auto server = HttpServer::listen(options, std::move(handler));
  if (!server) throw std::runtime_error(server.error().text());
  return std::move(*server);
}

ServerResponse echo(const ServerRequest& request) {
  std::string text = request.method + " " + request.path + "|";
  for (const auto& [name, value] : request.query) text += name + "=" + value + ";";
  return {.status = request.path == "/none" ? 404 : 200, .body = text + "|" + request.body};
}

TEST(HttpServer, TakesRequestsApart) {
  const auto server = serve(echo);
  const auto port = server->port();
  EXPECT_THAT(get(port, "/a%2Fb?x=1&y=a+b%21&x=2&z"), HasSubstr("\r\n\r\nGET /a%2Fb|x=2;y=a b!;z=;|"));
  EXPECT_THAT(get(port, "/none"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(ask(port, "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody"),
              EndsWith("POST /||body"));
  EXPECT_THAT(ask(port, "GET / HTTP/1.0\r\n\r\n"), EndsWith("GET /||"));
  EXPECT_THAT(ask(port, "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              ::testing::AllOf(HasSubstr("Content-Length: 8\r\n"), EndsWith("\r\n\r\n")));
}

TEST(HttpServer, KeepsConnections) {
  const auto server = serve(echo);
  EXPECT_THAT(
      ask(server->port(), "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
      ::testing::AllOf(HasSubstr("GET /1||"), EndsWith("GET /2||")));
}

TEST(HttpServer, RefusesNonsense) {
  const auto server = serve(echo);
  const auto port = server->port();
  EXPECT_THAT(ask(port, "\r\n\r\nGET\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(port, "GET / HTTP/9.9 x\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask(port, std::string(80'000, 'x')), Not(HasSubstr(" 200 ")));
  EXPECT_THAT(get(port, "/still"), HasSubstr(" 200 "));
}

TEST(HttpServer, WhatAHandlerThrowsIsItsOwn) {
  const auto server = serve([](const ServerRequest& request) -> ServerResponse {
    if (request.path == "/throw") throw std::runtime_error("secret");
    return {};
  });
  EXPECT_THAT(get(server->port(), "/throw"), ::testing::AllOf(StartsWith("HTTP/1.1 500 "), Not(HasSubstr("secret"))));
  EXPECT_THAT(get(server->port(), "/"), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, SilentClientsDoNotKeepOthersOut) {
  const auto server = serve(echo);
  std::vector<int> silent;
  for (int i = 0; i < 100; ++i) silent.push_back(dial(server->port()));
  EXPECT_THAT(get(server->port(), "/"), StartsWith("HTTP/1.1 200 "));
  for (const int socket : silent) ::close(socket);
}

TEST(HttpServer, ProbesAreAnsweredWhileHandlersAreBusy) {
  std::promise<void> go;
  const auto wait = go.get_future().share();
  const ServerOptions options{
      .address = "127.0.0.1:0", .threads = 1, .at_once = [](const std::string& path) { return path == "/healthz"; }};
  const auto server = HttpServer::listen(options, [&](const ServerRequest& request) {
    if (request.path != "/healthz") wait.wait();
    return ServerResponse{.body = request.path};
  });
  ASSERT_TRUE(server);
  const int busy = dial((*server)->port());
  const std::string request = "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  ::send(busy, request.data(), request.size(), 0);
  EXPECT_THAT(get((*server)->port(), "/healthz"), EndsWith("/healthz"));
  go.set_value();
  EXPECT_THAT(read_all(busy), EndsWith("/slow"));
  ::close(busy);
}

TEST(HttpServer, StreamsWithBackPressure) {
  constexpr std::size_t kPieces = 200;
  std::atomic<std::size_t> written = 0;
  const auto server = serve([&](const ServerRequest&) {
    return ServerResponse{.stream = [&](const std::shared_ptr<ServerStream>& stream) {
      for (; written < kPieces; ++written) {
        if (!stream->write(std::string(100'000, 'x'))) return;
      }
      stream->finish();
    }};
  });
  const int socket = dial(server->port());
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  ::send(socket, request.data(), request.size(), 0);
  // Nobody reads: the writer has to wait long before the end.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(written, kPieces);
  const std::string answer = read_all(socket);
  ::close(socket);
  EXPECT_EQ(written, kPieces);
  EXPECT_GT(answer.size(), kPieces * 100'000);
  EXPECT_THAT(answer.substr(0, 200), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n0\r\n\r\n"));
}

TEST(HttpServer, AStreamEndsWithItsClient) {
  std::promise<void> gone;
  std::shared_ptr<ServerStream> kept;
  const auto server = serve([&](const ServerRequest&) {
    return ServerResponse{.stream = [&](std::shared_ptr<ServerStream> stream) {
      stream->offer("first\n");
      stream->on_close([&] { gone.set_value(); });
      kept = std::move(stream);
    }};
  });
  const int socket = dial(server->port());
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  ::send(socket, request.data(), request.size(), 0);
  std::string answer;
  char piece[4096];
  while (answer.find("first") == std::string::npos) {
    const ssize_t count = ::recv(socket, piece, sizeof piece, 0);
    ASSERT_GT(count, 0);
    answer.append(piece, static_cast<std::size_t>(count));
  }
  ::close(socket);
  gone.get_future().wait();
  EXPECT_TRUE(kept->closed());
  EXPECT_FALSE(kept->offer("more"));
  EXPECT_FALSE(kept->write("more"));
  kept.reset();
}

TEST(HttpServer, AClientThatTakesNothingIsDropped) {
  std::promise<void> gone;
  std::shared_ptr<ServerStream> kept;
  const auto server = serve([&](const ServerRequest&) {
    return ServerResponse{.stream = [&](std::shared_ptr<ServerStream> stream) {
      stream->on_close([&] { gone.set_value(); });
      kept = stream;
      while (stream->offer(std::string(1u << 20, 'x'))) {
      }
    }};
  });
  const int socket = dial(server->port());
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  ::send(socket, request.data(), request.size(), 0);
  gone.get_future().wait();
  ::close(socket);
  kept.reset();
}

TEST(HttpServer, EndsWithItsStreams) {
  std::promise<void> began, gone;
  std::shared_ptr<ServerStream> kept;
  auto server = serve([&](const ServerRequest&) {
    return ServerResponse{.stream = [&](std::shared_ptr<ServerStream> stream) {
      kept = std::move(stream);
      kept->on_close([&] {
        kept.reset();
        gone.set_value();
      });
      began.set_value();
    }};
  });
  const int socket = dial(server->port());
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  ::send(socket, request.data(), request.size(), 0);
  began.get_future().wait();
  server.reset();
  gone.get_future().wait();
  EXPECT_THAT(read_all(socket), Not(HasSubstr("0\r\n\r\n")));  // cut off, and seen to be
  ::close(socket);
}

TEST(HttpServer, AddressesThatAreNone) {
  const auto listen = [](const std::string& address) { return HttpServer::listen({.address = address}, echo); };
  for (const char* address : {"nowhere", "host.example:80", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:x"}) {
    EXPECT_EQ(listen(address).error().code(), "usage") << address;
  }
  const auto first = listen("127.0.0.1:0");
  ASSERT_TRUE(first);
  EXPECT_FALSE(listen("127.0.0.1:" + std::to_string((*first)->port())));
}

TEST(Url, PercentDecode) {
  EXPECT_EQ(percent_decode("a%2fb%2F%zz%4"), "a/b/%zz%4");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
}

}  // namespace
}  // namespace tranship::net
