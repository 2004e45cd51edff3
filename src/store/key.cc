#include "store/key.h"

#include <fmt/format.h>

namespace tranship::store {
namespace {

bool is_component_allowed(std::string_view component) {
  return !component.empty() && component != "." && component != ".." && !component.starts_with(kHiddenPrefix);
}

}  // namespace

Result<void> check_key(std::string_view key) {
  if (key.empty()) return fail(Fault::invalid, "an object needs a name");
  if (key.size() > kKeyBytesMax) {
    return fail(Fault::invalid, fmt::format("object name of {} bytes is longer than {}", key.size(), kKeyBytesMax));
  }
  if (key.find('\0') != key.npos) return fail(Fault::invalid, "object name holds a NUL byte");
  std::string_view rest = key;
  for (;;) {
    const std::size_t slash = rest.find('/');
    if (!is_component_allowed(rest.substr(0, slash))) {
      return fail(Fault::invalid, fmt::format("object name '{}' has a component that is not allowed", key));
    }
    if (slash == rest.npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

std::string_view folder_of(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  return slash == key.npos ? std::string_view() : key.substr(0, slash);
}

Error exists_already(const std::string& object) {
  return Error(Fault::conflict, object + " exists already").with_code("store.exists");
}

}  // namespace tranship::store
