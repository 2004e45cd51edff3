// src/net: addresses, proxies, certificates, and the bytes of WebSockets.

#include "net/certificate.h"
#include "net/proxy.h"
#include "net/url.h"
#include "net/websocket_frame.h"
#include "net/websocket_handshake.h"
#include "target.h"

namespace tranship::fuzz {
namespace {

bool has_line_end(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos;
}

void url(ByteView input) {
  const auto parsed = net::parse_url(as_text(input));
  if (!accepted(parsed)) return;
  require(!parsed->host.empty(), "an accepted URL has a host");
  require(parsed->target.starts_with('/'), "a target begins with a slash");
  require(!has_line_end(parsed->host) && !has_line_end(parsed->target) && !has_line_end(parsed->user_info),
          "no line end gets into a request");
  const std::string written = parsed->scheme + "://" + parsed->host_and_port() + parsed->target;
  const auto again = net::parse_url(written);
  require(again && again->host == parsed->host && again->port == parsed->port && again->target == parsed->target,
          "a URL written again is the same");
  (void)net::choose_proxy({}, *parsed);
  (void)parsed->shown();
}

// First line NO_PROXY, second the host.
void no_proxy(ByteView input) {
  const auto text = as_text(input);
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  const std::string host(text.substr(std::min(line_end + 1, text.size())));
  (void)net::no_proxy_covers(text.substr(0, line_end), host, 443);
  require(net::no_proxy_covers("*", host, 443), "a star covers everything");
  const std::string address = net::ip_bytes(text);
  require(address.empty() || address.size() == 4 || address.size() == 16, "an address has 4 or 16 bytes");
}

void certificate(ByteView input) {
  const auto text = as_text(input);
  if (const auto certificates = net::inspect_certificates(text); accepted(certificates)) {
    require(!certificates->empty(), "there is one at least");
  }
  (void)accepted(net::check_key_pair(text, Secret(std::string(text))));
}

void websocket_frame(ByteView input) {
  const auto parsed = net::parse_frame_header(input);
  if (!accepted(parsed) || !*parsed) return;
  const auto& header = (*parsed)->header;
  require((*parsed)->size <= input.size() && (*parsed)->size <= net::kFrameHeaderMax,
          "a header is no longer than it is");
  require(header.length <= net::kMessageBytesMax, "a frame keeps the limit");
  require(!header.is_control() || (header.final && header.length <= net::kControlPayloadMax),
          "control frames are short");
  std::uint8_t out[net::kFrameHeaderMax];
  const std::size_t size = net::write_frame_header(header, out);
  const auto again = net::parse_frame_header({out, size});
  require(again && *again && (*again)->header.length == header.length && (*again)->header.opcode == header.opcode &&
              (*again)->header.mask == header.mask,
          "a header written again is the same");
}

void websocket_answer(ByteView input) {
  const auto response = net::parse_response_head(as_text(input));
  if (!accepted(response)) return;
  require(response->status >= 100 && response->status <= 999, "a status has three digits");
  net::WebSocketRequest request;
  request.subprotocols = {"v5.channel.k8s.io", "v4.channel.k8s.io"};
  if (const auto protocol = net::check_upgrade(*response, request, "dGhlIHNhbXBsZSBub25jZQ=="); accepted(protocol)) {
    require(*protocol == request.subprotocols[0] || *protocol == request.subprotocols[1], "a protocol asked for");
  }
}

}  // namespace

std::vector<Target> net_targets() {
  const std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      net::handshake_accept("dGhlIHNhbXBsZSBub25jZQ==") + "\r\nSec-WebSocket-Protocol: v5.channel.k8s.io";
  return {
      {"url",
       url,
       {"https://play.example:9000/a/b?c=d", "http://[::1]:8080", "socks5://user:secret@proxy:1080/", "wss://h/x#y"},
       {"https://", "HTTP://", "socks5h://", "@", "[", "]", ":65536", ":0", "::ffff:1.2.3.4", "%25eth0", "?", "#",
        "\r\n"}},
      {"no_proxy",
       no_proxy,
       {"10.0.0.0/8,.example.com,host:443,*.x\nsub.example.com", "::1/128,[::1]:80\n::1"},
       {"/0", "/32", "/129", "/-1", "*", ".", ",", ":443", "[", "]", "::", "\n"}},
      {"certificate",
       certificate,
       {"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"},
       {"-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"}},
      {"websocket_frame",
       websocket_frame,
       {std::string("\x82\x05hello", 7), std::string("\x82\x7e\x01\x00", 4), std::string("\x88\x02\x03\xe8", 4),
        std::string("\x82\xff\x00\x00\x00\x00\x01\x00\x00\x00", 10) + "mask"},
       {}},
      {"websocket_answer",
       websocket_answer,
       {answer, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2"},
       {"HTTP/1.", "HTTP/1.1 ", "\r\n", ":", "Upgrade: ", "websocket",
        "Sec-WebSocket-Accept: ", "Sec-WebSocket-Protocol: "}},
  };
}

}  // namespace tranship::fuzz
