#pragma once
// One connection of the HTTP server: reads a request, has it answered, and reads the next. Private to src/net.

#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "net/http_server.h"

namespace tranship::net {

// What all connections share. Outlives them.
struct ServerShared {
  ServerOptions options;
  HttpServer::Handler handler;
  boost::asio::thread_pool handlers;
  std::atomic<std::size_t> connections = 0;
  ServerShared(ServerOptions given, HttpServer::Handler answers)
      : options(std::move(given)), handler(std::move(answers)), handlers(options.threads) {}
};

class ServerConnection : public ServerStream, public std::enable_shared_from_this<ServerConnection> {
 public:
  ServerConnection(boost::asio::ip::tcp::socket socket, ServerShared& shared);
  ~ServerConnection() override;
  void start();
  bool offer(std::string piece) override;
  bool write(std::string piece) override;
  void finish() override;
  void abort() override;
  bool closed() const override;
  void on_close(std::function<void()> callback) override;

 private:
  using Body = boost::beast::http::string_body;

  void read();
  void answer();
  void send_whole(ServerResponse response);
  void send_head(ServerResponse response);
  void send_next();
  void watch_for_end();
  void end();
  bool enqueue(std::string piece);

  ServerShared& shared_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_{64u << 10};
  std::optional<boost::beast::http::request_parser<Body>> parser_;
  // Of the request that is being answered; as for one that was none.
  unsigned version_ = 11;
  bool keep_ = false, head_only_ = false;

  mutable std::mutex mutex_;
  std::condition_variable drained_;
  std::deque<std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool sending_ = false, finishing_ = false, closed_ = false, streaming_ = false;
  std::function<void()> when_closed_;
};

}  // namespace tranship::net
