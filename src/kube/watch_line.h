#pragma once
// One line of a watch. Private to kube; a pure function.

#include <string>

#include "base/json.h"

namespace tranship::kube {

enum class WatchLineType { added, modified, deleted, other };  // other: bookmarks, and what later servers may send

struct WatchLine {
  WatchLineType type = WatchLineType::other;
  std::string resource_version;  // empty: it says none
  Json object;                   // an object of JSON
};

// Fault::retryable when the line was cut or holds no object; for an event of type ERROR what its Status says, where
// conflict means that the watch must begin with a list again.
Result<WatchLine> parse_watch_line(std::string_view line);

}  // namespace tranship::kube
