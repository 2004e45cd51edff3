#pragma once
// What a mover pod is told (a JSON document in a Secret that dies with it), and what it says (JSON lines on its log:
// progress, then one result as the last). Shared by the mover and by whoever starts it.

#include <optional>
#include <string>

#include "base/json.h"
#include "crypto/seal.h"
#include "repo/backup/backup.h"
#include "repo/progress.h"
#include "store/location.h"

namespace tranship::mover {

enum class Direction { backup, restore };

struct Task {
  std::string id;  // unique per run of a volume; named in every line
  Direction direction = Direction::backup;
  bool block = false;  // `path` is a block device
  std::string path;    // where the volume is in the pod: "/volume", "/dev/volume"
  crypto::SealKey master_key;
  // Absent: relayed. The mover then listens on a Unix socket and `tranship mover relay` (run by exec) bridges it to
  // standard input and output.
  std::optional<store::Location> location;
  // Backup: the last backup of the same volume, if there is one. Of a directory: its tree. Of a block file: its
  // node, or, since the node of a large one does not fit into a Secret, a tree that holds it under `tree_name`.
  Id parent_tree;
  std::optional<repo::Node> parent_node;
  // Restore: what to write. A directory: its tree, and its node for owner and mode of the volume's root. A block
  // file: its node, or a tree that holds it under `tree_name`.
  Id tree;
  std::optional<repo::Node> node;
  std::string tree_name;
  int compression_level = 1;
  int threads = 0;
};

using ProgressLine = repo::ProgressCounts;

struct ResultLine {
  std::optional<Error> error;
  // Backup: the volume's node (directory with subtree, or block file), without a name. A block file's that is too
  // large for a line is the only one of `node_tree` instead: volume_node() in mover/run.h reads either.
  std::optional<repo::Node> node;
  Id node_tree;
  std::uint64_t files = 0, files_unchanged = 0, bytes = 0, bytes_stored = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::vector<std::string> unreadable, changed_while_read, failed;
};

// Nodes beyond this many blobs do not travel in tasks and lines.
inline constexpr std::size_t kNodeBlobsMax = 4'000;

Json to_json(const Task& task);  // holds keys and credentials: only for the Secret
Result<Task> task_from_json(const Json& value);
// {"progress": {...}} and {"result": {...}}; a mover adds "task". Lists of paths are cut at kPathsMax.
Json to_json(const ProgressLine& line);
Json to_json(const ResultLine& line);
Result<ProgressLine> progress_from_json(const Json& value);
Result<ResultLine> result_from_json(const Json& value);

inline constexpr std::size_t kPathsMax = 200;

}  // namespace tranship::mover
