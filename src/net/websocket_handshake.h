#pragma once
// The opening handshake of RFC 6455 (section 4) as text: pure functions.

#include <string>

#include "net/url.h"
#include "net/websocket.h"

namespace tranship::net {

// 16 random bytes as base64: the request's Sec-WebSocket-Key.
std::string make_handshake_key();
// What the server must answer to a key in Sec-WebSocket-Accept.
std::string handshake_accept(std::string_view key);
// The whole request with its empty line. Fault::invalid for header values that hold line ends.
Result<std::string> handshake_request(const Url& url, const WebSocketRequest& request,
                                      std::string_view key, const std::string& user_agent);
// Status and headers of an answer's head (everything before the empty line). Fault::corrupt.
Result<HttpResponse> parse_response_head(std::string_view head);
// The subprotocol agreed on (empty when none was asked for). Fault::permanent when a 101 answer
// breaks the rules.
Result<std::string> check_upgrade(const HttpResponse& response, const WebSocketRequest& request,
                                  std::string_view key);

}  // namespace tranship::net
