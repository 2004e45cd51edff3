// Goal: probes are answered, and nonsense and slow clients disturb nobody.

#include "controller/runtime/http_endpoint.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

namespace tranship::controller {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

int dial(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  return socket;
}

std::string ask(std::uint16_t port, const std::string& request) {
  const int socket = dial(port);
  EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  std::string answer;
  char piece[4096];
  for (ssize_t count; (count = ::recv(socket, piece, sizeof piece, 0)) > 0;) {
    answer.append(piece, static_cast<std::size_t>(count));
  }
  ::close(socket);
  return answer;
}

TEST(HttpEndpoint, AnswersGetAndNothingElse) {
  const auto endpoint = HttpEndpoint::listen("127.0.0.1:0", [](const std::string& path) {
    if (path == "/large") return HttpAnswer{.body = std::string(5'000'000, 'x')};
    return HttpAnswer{.status = path == "/ok" ? 200 : 404, .body = path};
  });
  ASSERT_TRUE(endpoint) << endpoint.error().text();
  const auto port = (*endpoint)->port();
  EXPECT_THAT(ask(port, "GET /ok?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(ask(port, "GET /ok HTTP/1.0\r\n\r\n"), HasSubstr("\r\n\r\n/ok"));
  EXPECT_THAT(ask(port, "GET /none HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(port, "POST /ok HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(ask(port, "\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(port, "GET\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(ask(port, "GET /large HTTP/1.1\r\n\r\n").size() / 1'000'000, 5u);
  EXPECT_EQ(ask(port, std::string(40'000, 'x')), "");  // never a request: dropped
}

TEST(HttpEndpoint, SilentClientsDoNotKeepOthersOut) {
  const auto endpoint = HttpEndpoint::listen("127.0.0.1:0", [](const std::string&) { return HttpAnswer{}; });
  ASSERT_TRUE(endpoint);
  std::vector<int> silent;
  for (int i = 0; i < 40; ++i) silent.push_back(dial((*endpoint)->port()));
  EXPECT_THAT(ask((*endpoint)->port(), "GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  for (const int socket : silent) ::close(socket);
}

TEST(HttpEndpoint, AddressesThatAreNone) {
  const auto listen = [](const std::string& address) {
    return HttpEndpoint::listen(address, [](const std::string&) { return HttpAnswer{}; });
  };
  EXPECT_EQ(listen("nowhere").error().code(), "usage");
  EXPECT_EQ(listen("host.example:80").error().code(), "usage");
  const auto first = listen("127.0.0.1:0");
  ASSERT_TRUE(first);
  EXPECT_FALSE(listen("127.0.0.1:" + std::to_string((*first)->port())));
}

}  // namespace
}  // namespace tranship::controller
