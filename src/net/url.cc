#include "net/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace tranship::net {
namespace {

struct Scheme {
  std::string_view name;
  std::uint16_t port;
};
constexpr std::array<Scheme, 8> kSchemes = {{{"http", 80},
                                             {"https", 443},
                                             {"ws", 80},
                                             {"wss", 443},
                                             {"socks4", 1080},
                                             {"socks4a", 1080},
                                             {"socks5", 1080},
                                             {"socks5h", 1080}}};

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Result<std::uint16_t> parse_port(std::string_view text) {
  unsigned port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || port == 0 || port > 65535) {
    return fail(Fault::invalid, "the URL's port '" + std::string(text) + "' is not a number from 1 to 65535");
  }
  return static_cast<std::uint16_t>(port);
}

Result<void> parse_authority(std::string_view text, Url& url) {
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    url.user_info = text.substr(0, at);
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return fail(Fault::invalid, "the URL's IPv6 address lacks its ']'");
    url.host = text.substr(1, end - 1);
    if (ip_bytes(url.host).size() != 16) return fail(Fault::invalid, "the URL's host is not an IPv6 address");
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) return fail(Fault::invalid, "the URL has text after its host");
  } else {
    const auto colon = text.find(':');
    url.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
    if (url.host.empty()) return fail(Fault::invalid, "the URL has no host");
    if (!std::all_of(url.host.begin(), url.host.end(), is_plain)) {
      return fail(Fault::invalid, "the URL's host '" + url.host + "' has characters no host name has");
    }
  }
  if (port.size() > 1) url.port = TRY(parse_port(port.substr(1)));
  return {};
}

}  // namespace

std::string Url::host_and_port() const {
  const bool bracket = host.find(':') != std::string::npos;
  return (bracket ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Url::shown() const { return scheme + "://" + host_and_port() + target.substr(0, target.find('?')); }

Result<Url> parse_url(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) {
    return fail(Fault::invalid, "not a URL: it does not begin with https:// or http://");
  }
  Url url;
  url.scheme = text.substr(0, colon);
  std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), to_lower);
  const auto scheme = std::find_if(kSchemes.begin(), kSchemes.end(),
                                   [&](const Scheme& known) { return known.name == url.scheme; });
  if (scheme == kSchemes.end()) {
    return fail(Fault::invalid, "a URL with the scheme '" + url.scheme + "', which is not supported");
  }
  url.port = scheme->port;
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));
  const auto bad = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; };
  if (std::any_of(text.begin(), text.end(), bad)) {
    return fail(Fault::invalid, "a URL with blanks or control characters");
  }
  const auto end = text.find_first_of("/?");
  TRY(parse_authority(text.substr(0, end), url));
  url.target = end == std::string_view::npos ? "/" : std::string(text.substr(end));
  if (url.target.front() == '?') url.target.insert(0, "/");
  return url;
}

std::string percent_encode(std::string_view text, std::string_view also) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    if (is_plain(c) || also.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string ip_bytes(std::string_view text) {
  if (text.find('\0') != text.npos) return {};  // the text below ends there
  const std::string copy(text);
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) return {bytes.data(), 4};
  if (inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return {bytes.data(), 16};
  return {};
}

std::string percent_decode(std::string_view text, bool plus) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += plus && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace tranship::net
