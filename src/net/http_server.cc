#include "net/http_server.h"

#include <fmt/format.h>

#include <charconv>
#include <future>
#include <list>
#include <thread>

#include "base/file.h"
#include "net/http_server_connection.h"

namespace tranship::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

Result<tcp::endpoint> parse_address(const std::string& address) {
  const auto none = [&] {
    return fail(Error(Fault::invalid, fmt::format("'{}' is not an address to listen on", address))
                    .with_fix("Write address and port: 127.0.0.1:8080")
                    .with_code("usage"));
  };
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return none();
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  unsigned port = 65536;
  const char *from = address.data() + colon + 1, *to = address.data() + address.size();
  const auto parsed = std::from_chars(from, to, port);
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(host.empty() ? "0.0.0.0" : host, error);
  if (error || parsed.ec != std::errc() || parsed.ptr != to || port > 65535) return none();
  return tcp::endpoint(ip, static_cast<std::uint16_t>(port));
}

}  // namespace

struct HttpServer::State {
  State(const ServerOptions& options, Handler handler) : shared(options, std::move(handler)), acceptor(io) {}
  ~State() {
    if (thread.joinable()) close_all();
    shared.handlers.join();  // handlers of streams see that their client is gone
    io.stop();
  }

  Result<void> bind(const tcp::endpoint& endpoint) {
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(system_error("listen on " + shared.options.address, error.value()));
    accept();
    thread = std::jthread([this] {
      const auto keep = asio::make_work_guard(io);
      io.run();
    });
    return {};
  }

  // Returns when the connections know that they are over: what they tell then is among the handlers' work.
  void close_all() {
    std::promise<void> closed;
    asio::post(io, [&] {
      boost::system::error_code ignored;
      acceptor.close(ignored);
      for (const auto& each : open) {
        if (const auto connection = each.lock()) connection->abort();
      }
      asio::post(io, [&] { closed.set_value(); });  // after theirs: there is one thread
    });
    closed.get_future().wait();
  }

  void accept() {
    acceptor.async_accept(asio::make_strand(io), [this](boost::system::error_code error, tcp::socket socket) {
      if (!acceptor.is_open()) return;
      // Too many: the newest has to come again.
      if (!error && shared.connections < shared.options.connections_max) {
        const auto connection = std::make_shared<ServerConnection>(std::move(socket), shared);
        std::erase_if(open, [](const auto& each) { return each.expired(); });
        open.push_back(connection);
        connection->start();
      }
      accept();
    });
  }

  ServerShared shared;
  asio::io_context io{1};
  tcp::acceptor acceptor;
  std::list<std::weak_ptr<ServerConnection>> open;  // on the I/O thread alone
  std::jthread thread;
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const ServerOptions& options, Handler handler) {
  const auto endpoint = TRY(parse_address(options.address));
  auto state = std::make_unique<State>(options, std::move(handler));
  TRY(state->bind(endpoint));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

std::uint16_t HttpServer::port() const {
  boost::system::error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

}  // namespace tranship::net
