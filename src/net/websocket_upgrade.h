#pragma once
// The opening handshake over a connection: sends the request, reads the answer, hands over what
// came after it.

#include <cstring>

#include "net/curl_connection.h"
#include "net/websocket.h"

namespace tranship::net {

// Bytes that came and were not used yet.
class InputBuffer {
 public:
  ByteView view() const { return {buffer_.data() + begin_, end_ - begin_}; }
  void consume(std::size_t count) { begin_ += count; }
  // Room after what is there (which moves to the front): fill it, then say how much.
  MutableByteView room() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    return {buffer_.data() + end_, buffer_.size() - end_};
  }
  void filled(std::size_t count) { end_ += count; }

 private:
  Bytes buffer_ = Bytes(64u << 10);
  std::size_t begin_ = 0, end_ = 0;
};

struct Upgraded {
  std::unique_ptr<CurlConnection> connection;
  InputBuffer input;
  std::string subprotocol;
};

// Faults and `refusal` as WebSocket::connect.
Result<Upgraded> upgrade(const Context& context, const HttpOptions& options,
                         const WebSocketRequest& request, HttpResponse* refusal);

}  // namespace tranship::net
