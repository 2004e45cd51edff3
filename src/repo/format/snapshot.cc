#include "repo/format/snapshot.h"

#include "repo/format/go_text.h"

namespace tranship::repo {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
  if (out.size() > 1) out += ',';
  append_json_string(out, name);
  out += ':';
  append_json_string(out, text);
}

void append_list(std::string& out, std::string_view name, const std::vector<std::string>& list) {
  out += ',';
  append_json_string(out, name);
  out += ":[";
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, list[i]);
  }
  out += ']';
}

Result<std::vector<std::string>> read_list(const Json& value, const char* name) {
  std::vector<std::string> list;
  const Json& member = json_at(value, {name});
  if (member.is_null()) return list;
  if (!member.is_array()) return fail(Fault::corrupt, std::string(name) + " is not a list");
  for (const Json& item : member) {
    if (!item.is_string()) return fail(Fault::corrupt, std::string(name) + " holds something else than text");
    list.push_back(item.get<std::string>());
  }
  return list;
}

}  // namespace

std::string snapshot_json(const Snapshot& snapshot) {
  std::string out = "{";
  append_member(out, "time", snapshot.time);
  if (!snapshot.parent.empty()) append_member(out, "parent", snapshot.parent.hex());
  append_member(out, "tree", snapshot.tree.hex());
  append_list(out, "paths", snapshot.paths);
  if (!snapshot.hostname.empty()) append_member(out, "hostname", snapshot.hostname);
  if (!snapshot.username.empty()) append_member(out, "username", snapshot.username);
  if (!snapshot.tags.empty()) append_list(out, "tags", snapshot.tags);
  if (!snapshot.program_version.empty()) append_member(out, "program_version", snapshot.program_version);
  if (snapshot.summary.is_object()) out += ",\"summary\":" + to_text(snapshot.summary);
  out += "}\n";
  return out;
}

Result<Snapshot> parse_snapshot(const Id& id, std::string_view json) {
  const auto bad = [&](std::string what) {
    return fail(Fault::corrupt, "snapshot " + id.brief() + ": " + std::move(what));
  };
  const auto parsed = parse_json(json);
  if (!parsed) return bad(parsed.error().what());
  const Json& value = *parsed;
  Snapshot snapshot;
  snapshot.id = id;
  snapshot.time = json_string(value, {"time"});
  if (!parse_json_time(snapshot.time)) return bad("no valid time");
  const auto tree = Id::parse(json_string(value, {"tree"}));
  if (!tree) return bad("no valid tree id");
  snapshot.tree = *tree;
  if (const auto parent = json_string(value, {"parent"}); !parent.empty()) {
    const auto parent_id = Id::parse(parent);
    if (!parent_id) return bad("no valid parent id");
    snapshot.parent = *parent_id;
  }
  auto paths = read_list(value, "paths");
  if (!paths) return bad(paths.error().what());
  auto tags = read_list(value, "tags");
  if (!tags) return bad(tags.error().what());
  snapshot.paths = std::move(*paths);
  snapshot.tags = std::move(*tags);
  snapshot.hostname = json_string(value, {"hostname"});
  snapshot.username = json_string(value, {"username"});
  snapshot.program_version = json_string(value, {"program_version"});
  snapshot.summary = json_at(value, {"summary"});
  return snapshot;
}

}  // namespace tranship::repo
