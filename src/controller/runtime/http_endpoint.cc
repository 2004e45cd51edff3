#include "controller/runtime/http_endpoint.h"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <list>
#include <thread>
#include <vector>

#include "base/file.h"

namespace tranship::controller {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kRequestBytesMax = 16'384;
constexpr std::size_t kConnectionsMax = 64;
constexpr std::chrono::seconds kPatience{5};  // from the first byte to the last, both ways

struct Connection {
  int socket = -1;
  SteadyClock::time_point until;
  std::string request;
  std::string answer;  // what is still to be sent; not empty: the request is over
};

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    default:
      return "Service Unavailable";
  }
}

std::string written(const HttpAnswer& answer) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n"
      "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n{}",
      answer.status, reason_phrase(answer.status), answer.content_type, answer.body.size(), answer.body);
}

// "GET /healthz?x HTTP/1.1" -> the answer.
HttpAnswer answer_to(const std::string& request, const HttpEndpoint::Handler& handler) {
  const std::string line = request.substr(0, request.find('\r'));
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == std::string::npos || last <= first || !line.substr(last + 1).starts_with("HTTP/1.")) {
    return {.status = 400, .body = "not a request\n"};
  }
  if (line.substr(0, first) != "GET") return {.status = 405, .body = "GET only\n"};
  const std::string target = line.substr(first + 1, last - first - 1);
  return handler(target.substr(0, target.find('?')));
}

Result<int> bind_to(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) {
    return fail(Error(Fault::invalid, fmt::format("'{}' is not an address to listen on", address))
                    .with_fix("Write address and port: 0.0.0.0:8080")
                    .with_code("usage"));
  }
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  if (const int error =
          ::getaddrinfo(host.empty() ? nullptr : host.c_str(), address.c_str() + colon + 1, &hints, &found);
      error != 0) {
    return fail(Error(Fault::invalid, fmt::format("cannot listen on '{}': {}", address, ::gai_strerror(error)))
                    .with_code("usage"));
  }
  const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool bound =
      descriptor >= 0 && ::bind(descriptor, found->ai_addr, found->ai_addrlen) == 0 && ::listen(descriptor, 64) == 0;
  const int error = errno;
  ::freeaddrinfo(found);
  if (bound) return descriptor;
  if (descriptor >= 0) ::close(descriptor);
  return fail(system_error("listen on " + address, error));
}

}  // namespace

struct HttpEndpoint::Loop {
  Loop(int listening, Handler answers) : listener(listening), handler(std::move(answers)) {
    wake = ::eventfd(0, EFD_CLOEXEC);
    thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~Loop() {
    thread.request_stop();
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t told = ::write(wake, &one, sizeof one);
    thread.join();
    for (const auto& connection : connections) ::close(connection.socket);
    ::close(listener);
    ::close(wake);
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::vector<pollfd> waiting{{wake, POLLIN, 0}, {connections.size() < kConnectionsMax ? listener : -1, POLLIN, 0}};
      for (const auto& connection : connections) {
        waiting.push_back({connection.socket, static_cast<short>(connection.answer.empty() ? POLLIN : POLLOUT), 0});
      }
      ::poll(waiting.data(), waiting.size(), connections.empty() ? -1 : 1000);
      std::size_t index = 2;
      for (auto it = connections.begin(); it != connections.end(); ++index) {
        const bool open = (waiting[index].revents == 0 || step(*it)) && SteadyClock::now() < it->until;
        if (open) {
          ++it;
          continue;
        }
        ::close(it->socket);
        it = connections.erase(it);
      }
      if (waiting[1].revents != 0) accept_one();
    }
  }

  void accept_one() {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket >= 0) connections.push_back({socket, SteadyClock::now() + kPatience, {}, {}});
  }

  // Reads or writes what can be; false when the connection is over.
  bool step(Connection& connection) const {
    if (connection.answer.empty()) {
      char piece[4096];
      const ssize_t count = ::recv(connection.socket, piece, sizeof piece, 0);
      if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EINTR);
      connection.request.append(piece, static_cast<std::size_t>(count));
      if (connection.request.find("\r\n\r\n") == std::string::npos) {
        return connection.request.size() < kRequestBytesMax;
      }
      connection.answer = written(answer_to(connection.request, handler));
    }
    const ssize_t count = ::send(connection.socket, connection.answer.data(), connection.answer.size(), MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    connection.answer.erase(0, static_cast<std::size_t>(count));
    return !connection.answer.empty();
  }

  const int listener;
  const Handler handler;
  int wake = -1;
  std::list<Connection> connections;
  std::jthread thread;
};

HttpEndpoint::HttpEndpoint(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
HttpEndpoint::~HttpEndpoint() = default;

Result<std::unique_ptr<HttpEndpoint>> HttpEndpoint::listen(const std::string& address, Handler handler) {
  const int listener = TRY(bind_to(address));
  return std::unique_ptr<HttpEndpoint>(new HttpEndpoint(std::make_unique<Loop>(listener, std::move(handler))));
}

std::uint16_t HttpEndpoint::port() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(loop_->listener, reinterpret_cast<sockaddr*>(&address), &size);
  // The port stands at the same place for both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace tranship::controller
