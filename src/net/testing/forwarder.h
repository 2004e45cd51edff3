#pragma once
// For tests: a TCP forwarder on the loopback whose connections can be cut, and which can refuse new ones for a while.
// Header-only.

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tranship::net::testing {

class Forwarder {
 public:
  Forwarder(std::string target_host, int target_port)
      : target_host_(std::move(target_host)),
        target_port_(target_port),
        listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
      throw std::runtime_error("no socket on the loopback");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept_all(); });
  }
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;
  ~Forwarder() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    cut();
    workers_.clear();
  }

  int port() const { return port_; }
  // Ends every connection at once.
  void cut() {
    const std::lock_guard lock(mutex_);
    for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }
  // While refusing, new connections are ended as soon as they are made.
  void refuse(bool on) { refusing_ = on; }
  // How many were carried to the target; refused ones do not count.
  int connections() const { return connections_; }

 private:
  void accept_all() {
    while (true) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      const int server = refusing_ ? -1 : dial();
      if (server < 0) {
        ::close(client);
        continue;
      }
      ++connections_;
      const std::lock_guard lock(mutex_);
      open_.insert({client, server});
      workers_.emplace_back([this, client, server] { pump(client, server); });
    }
  }

  // -1 when the target does not answer.
  int dial() const {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(target_host_.c_str(), std::to_string(target_port_).c_str(), &hints, &found) != 0) return -1;
    int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(descriptor, found->ai_addr, found->ai_addrlen) != 0) {
      ::close(descriptor);
      descriptor = -1;
    }
    ::freeaddrinfo(found);
    return descriptor;
  }

  void pump(int client, int server) {
    std::array<char, 65536> piece;
    pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    for (bool going = true; going;) {
      if (::poll(both, 2, -1) < 0) break;
      for (int side = 0; side < 2 && going; ++side) {
        if (both[side].revents == 0) continue;
        const ssize_t count = ::recv(both[side].fd, piece.data(), piece.size(), 0);
        going = count > 0 && send_all(both[1 - side].fd, piece.data(), static_cast<std::size_t>(count));
      }
    }
    const std::lock_guard lock(mutex_);
    open_.erase(client);
    open_.erase(server);
    ::close(client);
    ::close(server);
  }

  static bool send_all(int descriptor, const char* data, std::size_t size) {
    while (size > 0) {
      const ssize_t count = ::send(descriptor, data, size, MSG_NOSIGNAL);
      if (count <= 0) return false;
      data += count;
      size -= static_cast<std::size_t>(count);
    }
    return true;
  }

  const std::string target_host_;
  const int target_port_;
  const int listener_;
  int port_ = 0;
  std::atomic<bool> refusing_{false};
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::set<int> open_;
  std::vector<std::jthread> workers_;  // the acceptor's, until it has ended
  std::jthread acceptor_;
};

}  // namespace tranship::net::testing
