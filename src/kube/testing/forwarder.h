#pragma once
// For tests: a TCP forwarder on loopback whose connections can be cut, and which can be told to
// refuse or to swallow.

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "kube/access.h"
#include "net/url.h"

namespace tranship::kube::testing {

class Forwarder {
 public:
  // Between this process and the API server of `access`.
  explicit Forwarder(const ClusterAccess& access)
      : behind_(access), target_(*net::parse_url(access.server)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 16);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this](std::stop_token stop) { accept_all(stop); });
  }
  ~Forwarder() {
    acceptor_.request_stop();
    acceptor_.join();
    cut();
    workers_.clear();
    ::close(listener_);
  }

  // The same cluster, through here.
  ClusterAccess access() const {
    ClusterAccess through = behind_;
    through.server = "https://127.0.0.1:" + std::to_string(port_);
    if (through.http.tls.server_name.empty()) through.http.tls.server_name = target_.host;
    return through;
  }
  void cut() {
    std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  std::atomic<bool> refuse = false;
  std::atomic<int> connections = 0;

 private:
  void accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{listener_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      const int server = refuse ? -1 : dial();
      if (server < 0) {
        ::close(client);
        continue;
      }
      ++connections;
      std::lock_guard lock(mutex_);
      open_.insert({client, server});
      workers_.emplace_back([this, client, server] { pump(client, server); });
    }
  }

  int dial() const {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(target_.host.c_str(), std::to_string(target_.port).c_str(), &hints, &found) !=
        0)
      return -1;
    int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(socket, found->ai_addr, found->ai_addrlen) != 0) {
      ::close(socket);
      socket = -1;
    }
    ::freeaddrinfo(found);
    return socket;
  }

  void pump(int client, int server) {
    std::array<char, 65536> piece;
    pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    for (bool open = true; open;) {
      ::poll(both, 2, -1);
      for (int side = 0; side < 2 && open; ++side) {
        if (both[side].revents == 0) continue;
        const ssize_t count = ::recv(both[side].fd, piece.data(), piece.size(), 0);
        for (ssize_t sent = 0; open && sent < count;) {
          const ssize_t more = ::send(both[1 - side].fd, piece.data() + sent,
                                      static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
          open = more > 0;
          sent += more;
        }
        open = open && count > 0;
      }
    }
    std::lock_guard lock(mutex_);
    open_.erase(client);
    open_.erase(server);
    ::close(client);
    ::close(server);
  }

  const ClusterAccess behind_;
  const net::Url target_;
  int listener_ = -1;
  int port_ = 0;
  std::mutex mutex_;
  std::set<int> open_;
  std::vector<std::jthread> workers_;
  std::jthread acceptor_;
};

}  // namespace tranship::kube::testing
