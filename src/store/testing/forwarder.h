#pragma once
// For tests: a TCP forwarder on the loopback whose connections can be cut, and which can be closed for a while.
// Header-only.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace tranship::store::testing {

class Forwarder {
 public:
  explicit Forwarder(int target_port)
      : target_port_(target_port), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
      throw std::runtime_error("no socket on the loopback");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;
  ~Forwarder() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    cut();
    for (auto& thread : threads_) thread.join();
  }

  int port() const { return port_; }
  // Ends every connection at once.
  void cut() {
    std::lock_guard lock(mutex_);
    for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }
  // While refusing, new connections are ended as soon as they are made.
  void refuse(bool on) { refusing_ = on; }
  std::size_t connections() const { return connections_; }

 private:
  static sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  void accept_all() {
    while (!stopping_) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      ++connections_;
      const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const sockaddr_in address = loopback(target_port_);
      if (refusing_ || ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(client);
        ::close(server);
        continue;
      }
      std::lock_guard lock(mutex_);
      open_.push_back(client);
      open_.push_back(server);
      threads_.emplace_back([this, client, server] { pump(client, server); });
    }
  }

  void pump(int client, int server) {
    pollfd both[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    for (bool going = true; going;) {
      if (::poll(both, 2, -1) < 0) break;
      for (int i = 0; i < 2 && going; ++i) {
        if (both[i].revents == 0) continue;
        char buffer[16384];
        const auto count = ::recv(both[i].fd, buffer, sizeof buffer, 0);
        going = count > 0 && send_all(both[1 - i].fd, buffer, static_cast<std::size_t>(count));
      }
    }
    std::lock_guard lock(mutex_);
    std::erase(open_, client);
    std::erase(open_, server);
    ::close(client);
    ::close(server);
  }

  static bool send_all(int descriptor, const char* data, std::size_t size) {
    while (size > 0) {
      const auto count = ::send(descriptor, data, size, MSG_NOSIGNAL);
      if (count <= 0) return false;
      data += count;
      size -= static_cast<std::size_t>(count);
    }
    return true;
  }

  const int target_port_;
  const int listener_;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> refusing_{false};
  std::atomic<std::size_t> connections_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace tranship::store::testing
