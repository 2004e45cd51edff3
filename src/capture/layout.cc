#include <algorithm>

#include "base/bytes.h"
#include "capture/write.h"
#include "crypto/digest.h"

namespace tranship::capture {
namespace {

// File systems allow 255 bytes; ".json" and ".raw" are added to what is escaped.
constexpr std::size_t kComponentMax = 240;
constexpr std::size_t kShortenedStart = 160;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == ':';
}

std::string percent(char c) {
  return "%" + to_hex(as_bytes(std::string_view(&c, 1)));
}

}  // namespace

std::string escape_component(const std::string& name) {
  std::string escaped;
  for (const char c : name) escaped += is_plain(c) ? std::string(1, c) : percent(c);
  if (escaped.empty()) return "%";
  if (escaped.find_first_not_of('.') == std::string::npos) escaped.replace(0, 1, percent('.'));
  if (escaped.size() <= kComponentMax) return escaped;
  // '~' is never plain, so that no other name gives this.
  return escaped.substr(0, kShortenedStart) + "~" + crypto::sha256(as_bytes(name)).hex();
}

Result<std::string> unescape_component(const std::string& component) {
  if (component == "%") return std::string();
  std::string name;
  for (std::size_t at = 0; at < component.size(); ++at) {
    const char c = component[at];
    if (is_plain(c)) {
      name += c;
      continue;
    }
    const auto byte = c == '%' && at + 2 < component.size() ? from_hex(component.substr(at + 1, 2))
                                                            : fail(Fault::corrupt, "");
    if (!byte) return fail(Fault::corrupt, "'" + component + "' is not an escaped name");
    name += static_cast<char>((*byte)[0]);
    at += 2;
  }
  return name;
}

std::string resource_path(const kube::ObjectReference& object) {
  const std::string group = object.type.group.empty() ? "core" : escape_component(object.type.group);
  const std::string name_space = object.name_space.empty() ? "_cluster" : escape_component(object.name_space);
  return "resources/" + group + "/" + escape_component(object.type.kind) + "/" + name_space + "/" +
         escape_component(object.name) + ".json";
}

std::string volume_path(const std::string& claim, bool block) {
  std::string name = escape_component(claim);
  if (block) return "volumes/" + name + ".raw";
  // A file volume called "data.raw" must not meet the block volume "data".
  if (name.ends_with(".raw")) name.replace(name.size() - 4, 1, percent('.'));
  return "volumes/" + name;
}

}  // namespace tranship::capture
