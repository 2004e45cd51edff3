#pragma once
// JSON pointers (RFC 6901) put together from keys.

#include <string>
#include <string_view>

namespace tranship::app {

// One reference token: '~' and '/' escaped.
inline std::string pointer_token(std::string_view key) {
  std::string token;
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

}  // namespace tranship::app
