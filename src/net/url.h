#pragma once
// URLs as the clients here need them: taken apart, and text escaped for the pieces of one. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tranship::net {

struct Url {
  std::string scheme;     // lower case
  std::string user_info;  // "user:password" as written, still escaped; empty mostly
  std::string host;       // without the brackets of an IPv6 address
  std::uint16_t port = 0;  // the scheme's own when the URL has none
  std::string target;     // path and query, at least "/"

  bool secure() const { return scheme == "https" || scheme == "wss"; }
  std::string host_and_port() const;  // "[::1]:6443", "host:443": always with the port
  // Scheme, host, port and path: what an error may show (no user, no query).
  std::string shown() const;
};

// Takes http, https, ws, wss and, for proxies, socks4, socks4a, socks5 and socks5h. Fault::invalid; the text
// never repeats the URL's user or query.
Result<Url> parse_url(std::string_view text);

// RFC 3986 percent-encoding: everything but letters, digits and "-._~" (and `also`) is escaped.
std::string percent_encode(std::string_view text, std::string_view also = {});

// "%2F" -> "/"; `plus`: '+' is a space, as in queries. A '%' without two digits stays.
std::string percent_decode(std::string_view text, bool plus = false);

// The address in its binary form (4 or 16 bytes) when `text` is a literal IP address, else empty.
std::string ip_bytes(std::string_view text);

}  // namespace tranship::net
