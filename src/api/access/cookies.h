#pragma once
// Cookies: read from a request, written into an answer. Pure functions.

#include <string>
#include <utility>

#include "net/http_server.h"

namespace tranship::api {

// Empty when there is none of that name.
std::string find_cookie(const net::ServerRequest& request, const std::string& name);

// Whether the browser sees the pages over TLS, by the ingress' word.
bool is_secure(const net::ServerRequest& request);

struct CookieOptions {
  bool strict = true;   // not sent along when another site leads here
  bool secure = false;  // over TLS alone
};
// The header; pages cannot read the cookie. An empty value removes it.
std::pair<std::string, std::string> set_cookie(const std::string& name, const std::string& value,
                                               const CookieOptions& options);

}  // namespace tranship::api
