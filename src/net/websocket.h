#pragma once
// A WebSocket client (RFC 6455) over the same proxies and TLS options as HttpClient. One thread may
// read while another writes; writes from several threads are serialised.

#include <memory>
#include <span>
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
  bool closed = false;  // the peer closed; code and payload (reason) are of its close frame
  std::uint16_t close_code = 0;
  Bytes payload;
};

class WebSocket {
 public:
  // Faults as HttpClient::perform; a refusal with an HTTP status gives `refusal` (when not null)
  // the answer.
  static Result<std::unique_ptr<WebSocket>> connect(const Context& context,
                                                    const HttpOptions& options,
                                                    const WebSocketRequest& request,
                                                    HttpResponse* refusal = nullptr);
  virtual ~WebSocket() = default;
  virtual const std::string& subprotocol() const = 0;
  // One message of all pieces joined (saves the caller a copy). A send that its context cut short
  // in the middle of a message leaves the connection unusable: later calls fail with
  // Fault::retryable.
  virtual Result<void> send_pieces(const Context& context, std::span<const ByteView> pieces,
                                   bool text = false) = 0;
  Result<void> send(const Context& context, ByteView payload, bool text = false) {
    return send_pieces(context, {&payload, 1}, text);
  }
  // The next whole message (at most 16 MiB); answers pings itself, and sends some when nothing
  // comes for 30 seconds. Fault::retryable when the connection is cut or silent for two minutes,
  // cancelled after close(). May be called again after its context ended.
  virtual Result<WebSocketMessage> receive(const Context& context) = 0;
  // Says goodbye and wakes whoever waits. From any thread; the second time does nothing.
  virtual void close() = 0;
};

}  // namespace tranship::net
