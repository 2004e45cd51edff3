#pragma once
// For tests: an HTTP/1.1 server on a real socket of the loopback, with TLS when asked, whose answers (and
// misbehaviour) a function of the test decides. Keeps the requests it saw. Header-only; tests alone include it.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <functional>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/testing/certificate.h"

namespace tranship::net::testing {

struct SeenRequest {
  std::string method;
  std::string target;
  std::string head;  // all header lines, as received
  std::string body;
  std::string tls_server_name;
  int connection = 0;  // 1 for the first connection accepted
};

// How a handler talks back: raw bytes, so that it can be wrong in any way.
class Connection {
 public:
  Connection(int descriptor, SSL* tls) : descriptor_(descriptor), tls_(tls) {}
  bool write(std::string_view text) {
    while (!text.empty()) {
      const auto count = tls_ != nullptr ? SSL_write(tls_, text.data(), static_cast<int>(text.size()))
                                         : ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  bool answer(int status, std::string_view body, std::string_view headers = {}) {
    return write("HTTP/1.1 " + std::to_string(status) + " Text\r\nContent-Length: " + std::to_string(body.size()) +
                 "\r\n" + std::string(headers) + "\r\n" + std::string(body));
  }
  std::string read_some() {
    char buffer[16384];
    const auto count = tls_ != nullptr ? SSL_read(tls_, buffer, sizeof buffer)
                                       : ::recv(descriptor_, buffer, sizeof buffer, 0);
    return count <= 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(count));
  }

 private:
  int descriptor_;
  SSL* tls_;
};

class Server {
 public:
  // Answers one request; false closes the connection.
  using Handler = std::function<bool(const SeenRequest&, Connection&)>;

  explicit Server(Handler handler, const TestCertificate* certificate = nullptr) : handler_(std::move(handler)) {
    if (certificate != nullptr) tls_ = certificate->server_context();
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
      throw std::runtime_error("no socket on the loopback");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~Server() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
      std::lock_guard lock(mutex_);
      for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    if (tls_ != nullptr) SSL_CTX_free(tls_);
  }

  // From now on connections are reset once they brought so many bytes of a body.
  void hang_up_after(std::size_t bytes) { hang_up_after_ = bytes; }

  int port() const { return port_; }
  std::string url(std::string_view path = "/", std::string_view host = "127.0.0.1") const {
    return (tls_ != nullptr ? "https://" : "http://") + std::string(host) + ":" + std::to_string(port_) +
           std::string(path);
  }
  std::vector<SeenRequest> seen() const {
    std::lock_guard lock(mutex_);
    return seen_;
  }
  bool stopping() const { return stopping_; }

 private:
  void accept_all() {
    for (int number = 1; !stopping_; ++number) {
      const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0) return;
      std::lock_guard lock(mutex_);
      open_.push_back(descriptor);
      threads_.emplace_back([this, descriptor, number] { serve(descriptor, number); });
    }
  }

  void serve(int descriptor, int number) {
    // OpenSSL writes without MSG_NOSIGNAL; clients of these tests hang up in the middle of things.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    SSL* tls = nullptr;
    bool fine = true;
    bool reset = false;
    if (tls_ != nullptr) {
      tls = SSL_new(tls_);
      SSL_set_fd(tls, descriptor);
      fine = SSL_accept(tls) == 1;
    }
    Connection connection(descriptor, tls);
    std::string buffer;
    while (fine && !stopping_) {
      SeenRequest request;
      request.connection = number;
      if (!read_request(connection, buffer, request)) {
        reset = hang_up_after_ != 0;
        break;
      }
      if (tls != nullptr) {
        const char* name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
        request.tls_server_name = name == nullptr ? "" : name;
      }
      {
        std::lock_guard lock(mutex_);
        seen_.push_back(request);
      }
      fine = handler_(request, connection);
    }
    // Closing with unread bytes would reset the connection and take the last words (a TLS alert) along.
    ::shutdown(descriptor, SHUT_WR);
    char rest[4096];
    while (!stopping_ && !reset && ::recv(descriptor, rest, sizeof rest, 0) > 0) {
    }
    if (tls != nullptr) SSL_free(tls);
    std::lock_guard lock(mutex_);
    open_.remove(descriptor);
    ::close(descriptor);
  }

  bool read_request(Connection& connection, std::string& buffer, SeenRequest& request) {
    std::size_t end = 0;
    while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
      const std::string more = connection.read_some();
      if (more.empty()) return false;
      buffer += more;
      // A TLS hello on a plain port: real servers say so.
      if (buffer.starts_with('\x16')) return connection.answer(400, "plain HTTP here"), false;
    }
    request.head = buffer.substr(0, end + 2);
    buffer.erase(0, end + 4);
    request.method = request.head.substr(0, request.head.find(' '));
    const auto target = request.method.size() + 1;
    request.target = request.head.substr(target, request.head.find(' ', target) - target);
    std::size_t length = 0;
    if (const auto at = request.head.find("Content-Length: "); at != std::string::npos) {
      const char* digits = request.head.data() + at + 16;
      std::from_chars(digits, request.head.data() + request.head.size(), length);
    }
    while (buffer.size() < length) {
      if (hang_up_after_ != 0 && buffer.size() >= hang_up_after_) return false;
      const std::string more = connection.read_some();
      if (more.empty()) return false;
      buffer += more;
    }
    request.body = buffer.substr(0, length);
    buffer.erase(0, length);
    return true;
  }

  Handler handler_;
  SSL_CTX* tls_ = nullptr;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> hang_up_after_ = 0;
  mutable std::mutex mutex_;
  std::list<int> open_;
  std::vector<SeenRequest> seen_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace tranship::net::testing
