#include "api/access/cookies.h"

#include <fmt/format.h>

#include <algorithm>

namespace tranship::api {

std::string find_cookie(const net::ServerRequest& request, const std::string& name) {
  for (const auto& header : request.headers) {
    if (net::header({header}, "cookie").empty()) continue;
    std::string_view rest = header.second;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      std::string_view pair = rest.substr(0, end);
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
        return std::string(pair.substr(name.size() + 1));
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

bool is_secure(const net::ServerRequest& request) {
  return net::header(request.headers, "x-forwarded-proto") == "https";
}

std::pair<std::string, std::string> set_cookie(const std::string& name, const std::string& value,
                                               const CookieOptions& options) {
  return {"Set-Cookie",
          fmt::format("{}={}; Path=/; HttpOnly; SameSite={}{}{}", name, value, options.strict ? "Strict" : "Lax",
                      options.secure ? "; Secure" : "", value.empty() ? "; Max-Age=0" : "")};
}

}  // namespace tranship::api
