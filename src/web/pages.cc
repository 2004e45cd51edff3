#include "web/pages.h"

#include <algorithm>

namespace tranship::web {

const Page* find(std::string_view path) {
  const std::string_view last = path.substr(path.rfind('/') + 1);
  if (last.find('.') == std::string_view::npos && !path.starts_with("/assets/")) path = "/index.html";
  const auto all = pages();
  const auto found = std::ranges::lower_bound(all, path, {}, &Page::path);
  return found != all.end() && found->path == path ? &*found : nullptr;
}

}  // namespace tranship::web
