#include "net/proxy.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace tranship::net {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string environment(const char* upper_name, const char* lower_name) {
  for (const char* name : {upper_name, lower_name}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

bool is_loopback(const std::string& host) {
  if (lower(host) == "localhost") return true;
  const std::string bytes = ip_bytes(host);
  if (bytes.size() == 4) return bytes[0] == 127;
  return bytes == std::string(15, '\0') + '\1';
}

bool in_range(const std::string& address, std::string_view range) {
  const auto slash = range.find('/');
  const std::string base = ip_bytes(range.substr(0, slash));
  if (base.empty() || base.size() != address.size()) return false;
  const std::string_view digits = range.substr(slash + 1);
  unsigned bits = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || bits > base.size() * 8) {
    return false;
  }
  for (unsigned bit = 0; bit < bits; ++bit) {
    const int mask = 0x80 >> (bit % 8);
    if ((base[bit / 8] & mask) != (address[bit / 8] & mask)) return false;
  }
  return true;
}

bool entry_covers(std::string entry, const std::string& host, const std::string& address, std::uint16_t port) {
  if (entry == "*") return true;
  if (entry.find('/') != std::string::npos) return !address.empty() && in_range(address, entry);
  const auto bracket_end = entry.find(']');
  const auto colon = entry.rfind(':');
  const bool plain_ipv6 = ip_bytes(entry).size() == 16;
  if (colon != std::string::npos && !plain_ipv6 && (bracket_end == std::string::npos || colon > bracket_end)) {
    if (entry.substr(colon + 1) != std::to_string(port)) return false;
    entry.resize(colon);
  }
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  if (const std::string bytes = ip_bytes(entry); !bytes.empty()) return bytes == address;
  if (entry.starts_with("*.")) entry.erase(0, 1);
  if (entry.starts_with('.')) return host.ends_with(entry);
  return host == entry || host.ends_with("." + entry);
}

}  // namespace

bool no_proxy_covers(std::string_view no_proxy, const std::string& host, std::uint16_t port) {
  const std::string lower_host = lower(host);
  const std::string address = ip_bytes(host);
  while (!no_proxy.empty()) {
    const auto comma = no_proxy.find(',');
    std::string entry;
    for (const char c : lower(no_proxy.substr(0, comma))) {
      if (c != ' ' && c != '\t') entry += c;
    }
    if (!entry.empty() && entry_covers(entry, lower_host, address, port)) return true;
    if (comma == std::string_view::npos) break;
    no_proxy.remove_prefix(comma + 1);
  }
  return false;
}

std::string choose_proxy(const HttpOptions& options, const Url& url) {
  std::string proxy = options.proxy;
  if (proxy.empty()) {
    proxy = url.secure() ? environment("HTTPS_PROXY", "https_proxy") : environment("HTTP_PROXY", "http_proxy");
    if (proxy.empty() || is_loopback(url.host)) return {};
    if (no_proxy_covers(environment("NO_PROXY", "no_proxy"), url.host, url.port)) return {};
  }
  return proxy.find("://") == std::string::npos ? "http://" + proxy : proxy;
}

}  // namespace tranship::net
