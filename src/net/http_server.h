#pragma once
// An HTTP/1.1 server for pages, their API, probes and scrapes: a request comes whole, the answer goes whole or as a
// stream. One thread moves bytes, some others run the handler. Clients that are slow, silent or send nonsense are
// dropped and disturb nobody. No TLS: it listens on the loopback, or behind a Service whose ingress ends it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace tranship::net {

struct ServerRequest {
  std::string method;                        // "GET"
  std::string path;                          // "/api/v1/session": still escaped, without the query
  std::map<std::string, std::string> query;  // unescaped; of a name given twice the last
  Headers headers;
  std::string body;
};

// The client's end of an answer that has no end yet. Thread-safe. Let go of it when on_close() is called: it must not
// outlive the server.
class ServerStream {
 public:
  virtual ~ServerStream() = default;
  // Never waits. False when the client is gone, or so slow that more than 16 MiB are waiting for it: it is then
  // dropped.
  virtual bool offer(std::string piece) = 0;
  // Waits until the client has taken most of what came before. False when it is gone.
  virtual bool write(std::string piece) = 0;
  // The answer is whole.
  virtual void finish() = 0;
  // It is not, and the client sees that.
  virtual void abort() = 0;
  virtual bool closed() const = 0;
  // Called once, when the client is gone or the answer is over; at once when that is so already. On any thread.
  virtual void on_close(std::function<void()> callback) = 0;
};

struct ServerResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  Headers headers;
  std::string body;
  // In place of `body`: bytes that live as long as the program.
  std::string_view static_body;
  // In place of both: called with the client's end after the head is on its way, on a handler's thread. It may keep
  // the stream and return.
  std::function<void(std::shared_ptr<ServerStream>)> stream;
};

struct ServerOptions {
  std::string address;  // "0.0.0.0:8080", "[::]:8080", "127.0.0.1:0" (any free port)
  std::size_t threads = 16;
  // Of these paths the handler is called on the thread that moves bytes, and must be quick: probes are answered also
  // while all handlers are busy. Null: of none.
  std::function<bool(const std::string& path)> at_once;
  std::size_t connections_max = 256;
  std::size_t body_bytes_max = 2u << 20;
};

class HttpServer {
 public:
  // Called on several threads at once; for HEAD too, whose body is left away. What it throws is a 500.
  using Handler = std::function<ServerResponse(const ServerRequest&)>;
  // Fault::invalid (code "usage") when the address is none; permanent when it is taken.
  static Result<std::unique_ptr<HttpServer>> listen(const ServerOptions& options, Handler handler);
  // Ends connections, waits for handlers.
  ~HttpServer();
  std::uint16_t port() const;

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tranship::net
