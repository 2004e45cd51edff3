#include "net/websocket_upgrade.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <charconv>

#include "net/socket_waiter.h"
#include "net/websocket_handshake.h"

namespace tranship::net {
namespace {

constexpr std::size_t kRefusalBytesMax = 1u << 20;
constexpr std::chrono::seconds kAnswerTimeout{30};

// Reads until the answer's empty line, and returns what stands before it.
Result<std::string> read_head(const Context& context, CurlConnection& connection,
                              InputBuffer& input, SocketWaiter& waiter) {
  while (true) {
    const std::string_view seen = as_text(input.view());
    if (const std::size_t end = seen.find("\r\n\r\n"); end != seen.npos) {
      std::string head(seen.substr(0, end));
      input.consume(end + 4);
      return head;
    }
    const MutableByteView room = input.room();
    if (room.empty())
      return fail(Fault::corrupt, "the headers of the server's answer are too long");
    const std::size_t count = TRY(connection.receive_some(room));
    input.filled(count);
    if (count == 0) TRY(waiter.wait(context, connection.socket(), POLLIN, kAnswerTimeout));
  }
}

// The body of a refusal as far as it comes: good for an error text, so nothing here is an error.
std::string read_refusal(const Context& context, CurlConnection& connection, InputBuffer& input,
                         SocketWaiter& waiter, const Headers& headers) {
  std::string body(as_text(input.view()));
  std::size_t length = kRefusalBytesMax;
  const std::string given = header(headers, "Content-Length");
  std::from_chars(given.data(), given.data() + given.size(), length);
  const bool chunked = !header(headers, "Transfer-Encoding").empty();
  length = std::min(length, kRefusalBytesMax);
  Bytes piece(16u << 10);
  while (body.size() < length && !(chunked && body.ends_with("0\r\n\r\n"))) {
    const auto count = connection.receive_some(piece);
    if (!count) break;
    body.append(as_text(ByteView(piece).first(*count)));
    if (*count == 0 && !waiter.wait(context, connection.socket(), POLLIN, kAnswerTimeout)) break;
  }
  if (!chunked) return body;
  std::string plain;
  for (std::size_t at = 0; at < body.size();) {
    std::size_t size = 0;
    const char* begin = body.data() + at;
    std::from_chars(begin, body.data() + body.size(), size, 16);
    const std::size_t line_end = body.find("\r\n", at);
    if (size == 0 || line_end == body.npos || size > body.size()) break;
    plain += body.substr(line_end + 2, size);
    at = line_end + 2 + size + 2;
  }
  return plain;
}

Result<void> send_text(const Context& context, CurlConnection& connection, SocketWaiter& waiter,
                       std::string_view text) {
  ByteView left = as_bytes(text);
  while (!left.empty()) {
    const std::size_t count = TRY(connection.send_some(left));
    left = left.subspan(count);
    if (count == 0) TRY(waiter.wait(context, connection.socket(), POLLOUT, kAnswerTimeout));
  }
  return {};
}

Error refused(const Url& url, int status) {
  const Fault fault = status == 401 || status == 403   ? Fault::auth
                      : status == 404                  ? Fault::not_found
                      : status == 429 || status >= 500 ? Fault::retryable
                                                       : Fault::invalid;
  return Error(fault, fmt::format("{} refused the WebSocket with HTTP status {}",
                                  url.host_and_port(), status));
}

}  // namespace

Result<Upgraded> upgrade(const Context& context, const HttpOptions& options,
                         const WebSocketRequest& request, HttpResponse* refusal) {
  TRY(context.check());
  const Url url = TRY(parse_url(request.url));
  const std::string key = make_handshake_key();
  const std::string text = TRY(handshake_request(url, request, key, options.user_agent));
  auto connection = TRY(CurlConnection::open(context, options, url));
  InputBuffer input;
  SocketWaiter waiter;
  const Context answering = context.with_timeout(kAnswerTimeout);
  TRY(send_text(answering, *connection, waiter, text));
  auto head = read_head(answering, *connection, input, waiter);
  if (!head && head.error().fault() == Fault::cancelled && !context.stopped())
    return fail(connection->cut("no answer to the request within 30 seconds"));
  HttpResponse response = TRY(parse_response_head(TRY(std::move(head))));
  if (response.status != 101) {
    response.body = read_refusal(answering, *connection, input, waiter, response.headers);
    const int status = response.status;
    if (refusal) *refusal = std::move(response);
    return fail(refused(url, status));
  }
  std::string subprotocol = TRY(check_upgrade(response, request, key));
  return Upgraded{std::move(connection), std::move(input), std::move(subprotocol)};
}

}  // namespace tranship::net
