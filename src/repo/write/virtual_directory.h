#pragma once
// Directories that are nowhere on a disk.

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/context.h"
#include "repo/format/tree.h"

namespace tranship::repo {

class Writer;

// A directory made in memory: manifests, and movers' trees joined under one root. Metadata is fixed (mode
// 0700/0600, uid and gid 0, the given time), so that equal content has equal trees.
class VirtualDirectory {
 public:
  // Path "resources/apps/Deployment/shop/web.json"; folders are made on the way. Replaces what was there.
  void add_file(std::string_view path, std::string content);
  // Puts an existing node (its name is replaced by the path's last component): a mover's directory or block file.
  void add_node(std::string_view path, Node node);
  // Saves all blobs through `writer` and returns the root tree's id.
  Result<Id> save(const Context& context, Writer& writer, std::int64_t time_ns) const;

 private:
  struct Entry {
    std::map<std::string, Entry> children;
    std::optional<std::string> content;
    std::optional<Node> node;
  };
  Entry& entry(std::string_view path);
  static Result<Id> save_entry(const Context&, Writer&, const Entry&, std::int64_t time_ns);
  Entry root_;
};

}  // namespace tranship::repo
