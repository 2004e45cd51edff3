#pragma once
// A snapshot file: the root of one tree, with when, where and of what. Plain value and its JSON.

#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/json.h"

namespace tranship::repo {

struct Snapshot {
  Id id;            // empty before it is saved
  std::string time;  // RFC 3339 with nanoseconds
  Id tree;
  Id parent;  // empty: none
  std::vector<std::string> paths;
  std::string hostname;
  std::string username;
  std::vector<std::string> tags;
  std::string program_version;
  Json summary;  // object as restic 0.17+ writes it, or null
};

std::string snapshot_json(const Snapshot& snapshot);
Result<Snapshot> parse_snapshot(const Id& id, std::string_view json);

}  // namespace tranship::repo
