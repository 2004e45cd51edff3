#include "mover/task.h"

#include <fmt/format.h>

#include <algorithm>

namespace tranship::mover {
namespace {

constexpr int kVersion = 1;
constexpr std::size_t kPathBytesMax = 4096;
// A node in a task or line has no name of its own; trees want one.
constexpr const char* kNodeName = "volume";

std::unexpected<Error> bad(std::string_view what) {
  return fail(Fault::invalid, fmt::format("the task or line of a mover is not understood: {}", what));
}

// As restic writes nodes: the tree's own text, so that nothing is lost on the way.
Json node_json(repo::Node node) {
  node.name = kNodeName;
  const auto tree = parse_json(repo::tree_json({std::move(node)}));
  return tree ? json_at(*tree, {"nodes"}).at(0) : Json();
}

Result<std::optional<repo::Node>> node_from_json(const Json& value) {
  if (value.is_null()) return std::nullopt;
  auto nodes = TRY_IN("node", repo::parse_tree(to_text({{"nodes", Json::array({value})}})));
  if (nodes.size() != 1) return bad("it has no node where one is due");
  nodes[0].name.clear();
  return std::move(nodes[0]);
}

Result<Id> id_from_json(const Json& value, std::string_view member) {
  const std::string text = json_string(value, {member});
  return text.empty() ? Result<Id>(Id()) : Id::parse(text);
}

std::string id_text(const Id& id) { return id.empty() ? std::string() : id.hex(); }

std::string key_text(const crypto::SealKey& key) {
  Bytes bytes(key.encrypt.begin(), key.encrypt.end());
  bytes.insert(bytes.end(), key.mac_k.begin(), key.mac_k.end());
  bytes.insert(bytes.end(), key.mac_r.begin(), key.mac_r.end());
  return to_base64(bytes);
}

Result<crypto::SealKey> key_from_text(std::string_view text) {
  crypto::SealKey key;
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() != key.encrypt.size() + key.mac_k.size() + key.mac_r.size()) return bad("its key");
  auto at = bytes->begin();
  for (const MutableByteView part :
       {MutableByteView(key.encrypt), MutableByteView(key.mac_k), MutableByteView(key.mac_r)}) {
    std::copy_n(at, part.size(), part.begin());
    at += static_cast<std::ptrdiff_t>(part.size());
  }
  return key;
}

Json error_json(const Error& error) {
  return {{"fault", std::string(fault_name(error.fault()))},
          {"what", error.what()},
          {"fix", error.fix()},
          {"code", error.code()}};
}

Error error_from_json(const Json& value) {
  const std::string name = json_string(value, {"fault"});
  Fault fault = Fault::permanent;
  for (const Fault known : {Fault::retryable, Fault::not_found, Fault::conflict, Fault::auth, Fault::corrupt,
                            Fault::invalid, Fault::permanent, Fault::cancelled}) {
    if (fault_name(known) == name) fault = known;
  }
  const std::string what = json_string(value, {"what"});
  return Error(fault, what.empty() ? "the mover failed without saying why" : what)
      .with_fix(json_string(value, {"fix"}))
      .with_code(json_string(value, {"code"}));
}

Json paths_json(const std::vector<std::string>& paths) {
  Json list = Json::array();
  for (const std::string& path : paths) {
    if (list.size() == kPathsMax) {
      list.push_back(fmt::format("and {} more", paths.size() - kPathsMax));
      break;
    }
    list.push_back(path.substr(0, kPathBytesMax));
  }
  return list;
}

std::vector<std::string> paths_from_json(const Json& value, std::string_view member) {
  std::vector<std::string> paths;
  const Json& list = json_at(value, {member});
  if (!list.is_array()) return paths;
  for (const Json& path : list) {
    if (path.is_string()) paths.push_back(path.get<std::string>());
  }
  return paths;
}

std::uint64_t number(const Json& value, std::string_view member) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(json_integer(value, {member}), 0));
}

}  // namespace

Json to_json(const Task& task) {
  Json value{{"version", kVersion},
             {"id", task.id},
             {"direction", task.direction == Direction::backup ? "backup" : "restore"},
             {"block", task.block},
             {"path", task.path},
             {"masterKey", key_text(task.master_key)},
             {"parentTree", id_text(task.parent_tree)},
             {"tree", id_text(task.tree)},
             {"treeName", task.tree_name},
             {"compressionLevel", task.compression_level},
             {"threads", task.threads}};
  if (task.location) value["location"] = store::to_json(*task.location);
  if (task.parent_node) value["parentNode"] = node_json(*task.parent_node);
  if (task.node) value["node"] = node_json(*task.node);
  return value;
}

Result<Task> task_from_json(const Json& value) {
  if (json_integer(value, {"version"}) != kVersion) {
    return fail(Error(Fault::invalid, "the mover's task is not of this release")
                    .with_fix("Use the mover image of the same release as the tranship that starts it"));
  }
  Task task;
  task.id = json_string(value, {"id"});
  const std::string direction = json_string(value, {"direction"});
  if (direction != "backup" && direction != "restore") return bad("its direction");
  task.direction = direction == "backup" ? Direction::backup : Direction::restore;
  task.block = json_bool(value, {"block"});
  task.path = json_string(value, {"path"});
  if (!task.path.starts_with('/')) return bad("its path");
  task.master_key = TRY(key_from_text(json_string(value, {"masterKey"})));
  const Json& location = json_at(value, {"location"});
  if (!location.is_null()) task.location = TRY(store::location_from_json(location));
  task.parent_tree = TRY(id_from_json(value, "parentTree"));
  task.parent_node = TRY(node_from_json(json_at(value, {"parentNode"})));
  task.tree = TRY(id_from_json(value, "tree"));
  task.node = TRY(node_from_json(json_at(value, {"node"})));
  task.tree_name = json_string(value, {"treeName"});
  task.compression_level =
      static_cast<int>(std::clamp<std::int64_t>(json_integer(value, {"compressionLevel"}, 1), 0, 19));
  task.threads = static_cast<int>(std::clamp<std::int64_t>(json_integer(value, {"threads"}), 0, 64));
  const bool whole_block = task.node || (!task.tree.empty() && !task.tree_name.empty());
  if (task.direction == Direction::restore && (task.block ? !whole_block : task.tree.empty())) {
    return bad("it does not say what to restore");
  }
  return task;
}

Json to_json(const ProgressLine& line) {
  return {{"progress",
           {{"filesDone", line.files_done},
            {"filesTotal", line.files_total},
            {"bytesDone", line.bytes_done},
            {"bytesTotal", line.bytes_total},
            {"bytesStored", line.bytes_stored},
            {"scanned", line.scanned}}}};
}

Json to_json(const ResultLine& line) {
  Json value{{"files", line.files},
             {"filesUnchanged", line.files_unchanged},
             {"bytes", line.bytes},
             {"bytesStored", line.bytes_stored},
             {"peakMemoryBytes", line.peak_memory_bytes},
             {"unreadable", paths_json(line.unreadable)},
             {"changedWhileRead", paths_json(line.changed_while_read)},
             {"failed", paths_json(line.failed)}};
  if (line.error) value["error"] = error_json(*line.error);
  if (line.node) value["node"] = node_json(*line.node);
  if (!line.node_tree.empty()) value["nodeTree"] = line.node_tree.hex();
  return {{"result", std::move(value)}};
}

Result<ProgressLine> progress_from_json(const Json& value) {
  const Json& line = json_at(value, {"progress"});
  if (!line.is_object()) return bad("no progress");
  ProgressLine result;
  result.files_done = number(line, "filesDone");
  result.files_total = number(line, "filesTotal");
  result.bytes_done = number(line, "bytesDone");
  result.bytes_total = number(line, "bytesTotal");
  result.bytes_stored = number(line, "bytesStored");
  result.scanned = json_bool(line, {"scanned"});
  return result;
}

Result<ResultLine> result_from_json(const Json& value) {
  const Json& line = json_at(value, {"result"});
  if (!line.is_object()) return bad("no result");
  ResultLine result;
  if (const Json& error = json_at(line, {"error"}); error.is_object()) result.error = error_from_json(error);
  result.node = TRY(node_from_json(json_at(line, {"node"})));
  result.node_tree = TRY(id_from_json(line, "nodeTree"));
  result.files = number(line, "files");
  result.files_unchanged = number(line, "filesUnchanged");
  result.bytes = number(line, "bytes");
  result.bytes_stored = number(line, "bytesStored");
  result.peak_memory_bytes = number(line, "peakMemoryBytes");
  result.unreadable = paths_from_json(line, "unreadable");
  result.changed_while_read = paths_from_json(line, "changedWhileRead");
  result.failed = paths_from_json(line, "failed");
  return result;
}

}  // namespace tranship::mover
