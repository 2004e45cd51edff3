#pragma once
// Trees: one blob per directory, a JSON list of nodes sorted by raw name bytes. The writer gives the bytes
// restic gives for the same directory (same field order, escapes and omissions), so that both deduplicate.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "base/id.h"

namespace tranship::repo {

enum class NodeType { file, directory, symlink, block_device, character_device, fifo, socket };

struct ExtendedAttribute {
  std::string name;
  std::string value;  // raw bytes
};

struct Node {
  std::string name;  // raw bytes of one path component
  NodeType type = NodeType::file;
  std::uint32_t mode = 0;  // st_mode's permission, setuid, setgid and sticky bits (07777)
  std::int64_t mtime_ns = 0, atime_ns = 0, ctime_ns = 0;  // since 1970 UTC
  std::uint32_t uid = 0, gid = 0;
  std::string user, group;
  std::uint64_t inode = 0, device_id = 0, size = 0, links = 0, device = 0;
  std::string link_target;  // raw bytes
  std::vector<ExtendedAttribute> extended_attributes;
  std::vector<Id> content;  // files
  Id subtree;               // directories
};

// `{"nodes":[...]}` and a line end. Nodes must be sorted by name and unique (asserted).
std::string tree_json(const std::vector<Node>& nodes);
// Fault::corrupt for anything a tree must not be: unsorted, duplicate or unsafe names ("", ".", "..", with '/'),
// unknown types.
Result<std::vector<Node>> parse_tree(std::string_view json);

// The nodes of a tree one after the other, with the checks of parse_tree: a large directory's nodes are many times its
// text.
class TreeCursor {
 public:
  explicit TreeCursor(Bytes json);
  ~TreeCursor();
  TreeCursor(TreeCursor&&) noexcept;
  TreeCursor& operator=(TreeCursor&&) noexcept;

  // False at the end.
  Result<bool> next(Node& node);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tranship::repo
