#include "store/nfs/address.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "store/key.h"

namespace tranship::store::nfs {
namespace {

constexpr const char* kFix =
    "Give nfs://server/path or nfs://server:port/path, and behind it, as needed, ?version=3|4&mountport=N&uid=N&gid=N";
constexpr std::size_t kPathBytesMax = 1024;
constexpr std::uint64_t kIdMax = std::numeric_limits<std::int32_t>::max();  // as libnfs takes it

std::unexpected<Error> refuse(std::string what) {
  return fail(Error(Fault::invalid, std::move(what)).with_fix(kFix));
}

Result<std::uint64_t> number(std::string_view name, std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    return refuse(fmt::format("{} of an NFS location is a number from {} to {}, not '{}'", name, least, most, text));
  }
  return value;
}

// "server", "server:port", "[v6]:port".
Result<void> parse_server(std::string_view text, NfsServer& server) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == text.npos) return refuse("the NFS server's address has no ]");
    server.host = std::string(text.substr(1, end - 1));
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) return refuse("the NFS server's address goes on behind ]");
  } else {
    const std::size_t colon = text.find(':');
    server.host = std::string(text.substr(0, colon));
    port = colon == text.npos ? std::string_view() : text.substr(colon);
  }
  if (!port.empty()) server.port = static_cast<int>(TRY(number("port", port.substr(1), 1, 65'535)));
  return {};
}

Result<void> parse_option(std::string_view option, NfsServer& server) {
  const std::size_t equals = option.find('=');
  const std::string_view name = option.substr(0, equals);
  const std::string_view value = equals == option.npos ? std::string_view() : option.substr(equals + 1);
  if (name == "version") {
    server.version = static_cast<int>(TRY(number(name, value, 3, 4)));
  } else if (name == "mountport") {
    server.mount_port = static_cast<int>(TRY(number(name, value, 1, 65'535)));
  } else if (name == "uid") {
    server.uid = static_cast<std::uint32_t>(TRY(number(name, value, 0, kIdMax)));
  } else if (name == "gid") {
    server.gid = static_cast<std::uint32_t>(TRY(number(name, value, 0, kIdMax)));
  } else {
    return refuse(fmt::format("an NFS location has no option '{}'", name));
  }
  return {};
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253 || host.front() == '-') return false;
  for (const char c : host) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '.' && c != '-' && c != '_' && c != ':' && c != '%') return false;
  }
  return true;
}

}  // namespace

Result<void> check(const Location& location) {
  const NfsServer& server = location.nfs;
  if (!is_host(server.host)) return refuse(fmt::format("'{}' is no name of an NFS server", server.host));
  if (location.path.size() > kPathBytesMax || !location.path.starts_with('/')) {
    return refuse("the path of an NFS location is absolute and has at most 1024 bytes");
  }
  const std::string inside = location.path.substr(1);
  if (location.path.find('?') != std::string::npos) return refuse("the path of an NFS location holds a '?'");
  for (std::size_t at = 0; at < inside.size();) {
    const std::size_t end = std::min(inside.find('/', at), inside.size());
    if (auto good = check_key(inside.substr(at, end - at)); !good)
      return refuse("path of the location: " + good.error().what());
    at = end + 1;
  }
  if (inside.ends_with('/')) return refuse("the path of an NFS location ends with a '/'");
  if (!location.prefix.empty()) TRY_IN("prefix of the location", check_key(location.prefix));
  const auto is_port = [](int port) { return port >= 0 && port <= 65'535; };
  if (!is_port(server.port) || !is_port(server.mount_port)) return refuse("a port is a number up to 65535");
  if (server.version != 3 && server.version != 4) return refuse("the version of an NFS location is 3 or 4");
  if (server.uid > kIdMax || server.gid > kIdMax) return refuse("uid or gid of the location is too large");
  return {};
}

Result<Location> parse_address(std::string_view address) {
  std::string_view rest = address.substr(std::string_view("nfs://").size());
  const std::size_t slash = rest.find('/');
  if (slash == rest.npos) return refuse(fmt::format("location '{}' names no path", address));
  Location location;
  location.kind = Location::Kind::nfs;
  location.nfs.uid = ::geteuid();
  location.nfs.gid = ::getegid();
  TRY(parse_server(rest.substr(0, slash), location.nfs));
  rest.remove_prefix(slash);
  const std::size_t question = rest.find('?');
  location.path = std::string(rest.substr(0, question));
  while (location.path.size() > 1 && location.path.ends_with('/')) location.path.pop_back();
  if (question != rest.npos) {
    rest.remove_prefix(question + 1);
    for (;;) {
      const std::size_t ampersand = rest.find('&');
      TRY(parse_option(rest.substr(0, ampersand), location.nfs));
      if (ampersand == rest.npos) break;
      rest.remove_prefix(ampersand + 1);
    }
  }
  TRY(check(location));
  return location;
}

std::string address_of(const Location& location) {
  const NfsServer& server = location.nfs;
  const bool v6 = server.host.find(':') != std::string::npos;
  std::string text = v6 ? fmt::format("nfs://[{}]", server.host) : "nfs://" + server.host;
  if (server.port != 0) text += fmt::format(":{}", server.port);
  text += location.path;
  if (!location.prefix.empty()) text += (location.path == "/" ? "" : "/") + location.prefix;
  text += fmt::format("?uid={}&gid={}", server.uid, server.gid);
  if (server.version != 3) text += fmt::format("&version={}", server.version);
  if (server.mount_port != 0) text += fmt::format("&mountport={}", server.mount_port);
  return text;
}

Json to_location_json(const Location& location) {
  const NfsServer& server = location.nfs;
  return {{"kind", "nfs"},
          {"server", server.host},
          {"port", server.port},
          {"mountPort", server.mount_port},
          {"version", server.version},
          {"path", location.path},
          {"prefix", location.prefix},
          {"uid", server.uid},
          {"gid", server.gid}};
}

Result<Location> from_location_json(const Json& value) {
  Location location;
  location.kind = Location::Kind::nfs;
  location.nfs.host = json_string(value, {"server"});
  location.path = json_string(value, {"path"});
  location.prefix = json_string(value, {"prefix"});
  // Anything that does not fit becomes a value that check() refuses.
  const auto bounded = [&](const char* name, std::int64_t absent) {
    const std::int64_t told = json_integer(value, {name}, absent);
    return told < 0 || told > static_cast<std::int64_t>(kIdMax) ? -1 : static_cast<int>(told);
  };
  location.nfs.port = bounded("port", 0);
  location.nfs.mount_port = bounded("mountPort", 0);
  location.nfs.version = bounded("version", 3);
  location.nfs.uid = static_cast<std::uint32_t>(bounded("uid", -1));
  location.nfs.gid = static_cast<std::uint32_t>(bounded("gid", -1));
  TRY(check(location));
  return location;
}

}  // namespace tranship::store::nfs
