#include "net/websocket_handshake.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/random.h>

#include <algorithm>
#include <charconv>

namespace tranship::net {
namespace {

bool equal_without_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

bool has_line_end(std::string_view text) {
  return text.find_first_of("\r\n") != text.npos;
}

}  // namespace

std::string make_handshake_key() {
  std::array<std::uint8_t, 16> key{};
  // Never fails for so few bytes once the kernel's generator is seeded; it waits until then.
  if (getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) key = {};
  return to_base64(key);
}

std::string handshake_accept(std::string_view key) {
  // The fixed text is RFC 6455's, section 1.3.
  const std::string joined = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<std::uint8_t, 20> digest{};
  unsigned size = 0;
  EVP_Digest(joined.data(), joined.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return to_base64(digest);
}

Result<std::string> handshake_request(const Url& url, const WebSocketRequest& request,
                                      std::string_view key, const std::string& user_agent) {
  std::string text = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\nUser-Agent: {}\r\n",
      url.target, url.host_and_port(), key, user_agent);
  if (!request.subprotocols.empty())
    text += fmt::format("Sec-WebSocket-Protocol: {}\r\n", fmt::join(request.subprotocols, ", "));
  for (const auto& [name, value] : request.headers) {
    if (has_line_end(name) || has_line_end(value))
      return fail(Fault::invalid, "the value of header " + name + " holds a line end");
    text += name + ": " + value + "\r\n";
  }
  return text + "\r\n";
}

Result<HttpResponse> parse_response_head(std::string_view head) {
  HttpResponse response;
  const std::size_t line_end = head.find("\r\n");
  const std::string_view status_line = head.substr(0, line_end);
  if (!status_line.starts_with("HTTP/1.") || status_line.size() < 12)
    return fail(Fault::corrupt, "the server did not answer the WebSocket request in HTTP/1.1");
  std::from_chars(status_line.data() + 9, status_line.data() + 12, response.status);
  if (response.status < 100)
    return fail(Fault::corrupt, "the server answered without an HTTP status");
  while (head.find("\r\n") != head.npos) {
    head.remove_prefix(head.find("\r\n") + 2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    response.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return response;
}

Result<std::string> check_upgrade(const HttpResponse& response, const WebSocketRequest& request,
                                  std::string_view key) {
  if (!equal_without_case(header(response.headers, "Upgrade"), "websocket") ||
      header(response.headers, "Sec-WebSocket-Accept") != handshake_accept(key))
    return fail(Fault::permanent,
                "the server's answer to the WebSocket request breaks the protocol (a proxy in "
                "between may have changed it)");
  const std::string chosen = header(response.headers, "Sec-WebSocket-Protocol");
  if (!request.subprotocols.empty() && chosen.empty())
    return fail(Fault::permanent,
                fmt::format("the server speaks none of the WebSocket subprotocols {}",
                            fmt::join(request.subprotocols, ", ")));
  if (!chosen.empty() && !std::ranges::count(request.subprotocols, chosen))
    return fail(Fault::permanent, "the server chose the WebSocket subprotocol " + chosen +
                                      ", which was not asked for");
  return chosen;
}

}  // namespace tranship::net
