#pragma once
// A WebSocket client (RFC 6455) over the same proxies and TLS options as HttpClient. One thread may read while
// another writes; writes from several threads are serialised.

#include <memory>
#include <string>
#include <vector>

#include "net/http.h"

namespace tranship::net {

struct WebSocketRequest {
  std::string url;  // https:// or wss:// (http:// or ws://)
  Headers headers;
  std::vector<std::string> subprotocols;  // in order of preference
};

struct WebSocketMessage {
  bool text = false;
  bool closed = false;     // the peer closed; code and payload (reason) are of its close frame
  std::uint16_t close_code = 0;
  Bytes payload;
};

class WebSocket {
 public:
  // Faults as HttpClient::perform; a refusal with an HTTP status gives `refusal` (when not null) the answer.
  static Result<std::unique_ptr<WebSocket>> connect(const Context& context, const HttpOptions& options,
                                                    const WebSocketRequest& request,
                                                    HttpResponse* refusal = nullptr);
  virtual ~WebSocket() = default;
  virtual const std::string& subprotocol() const = 0;
  virtual Result<void> send(const Context& context, ByteView payload, bool text = false) = 0;
  // The next whole message (at most 16 MiB); answers pings itself.
  virtual Result<WebSocketMessage> receive(const Context& context) = 0;
  virtual void close() = 0;
};

}  // namespace tranship::net
