#pragma once
// Reading a directory or a block device into a repository.

#include <string>
#include <vector>

#include "repo/format/tree.h"
#include "repo/progress.h"
#include "repo/write/writer.h"

namespace tranship::repo {

struct BackupOptions {
  // Tree of the directory's last backup: files whose metadata is unchanged are taken from it unread.
  Id parent;
  // Writes st_dev into nodes, as restic does. Without it they have none, and hard links a number that stays the same:
  // clones of a volume get another device each time, and every tree would be new.
  bool keep_device_id = false;
  int threads = 0;  // 0: one per core, at most 4
  // File systems mounted below are left out (not the directories they are mounted on), and /lost+found of the root.
  bool one_file_system = true;
};

struct BackupResult {
  Id tree;
  std::uint64_t files = 0, files_unchanged = 0, bytes = 0;
  // Paths that could not be read, with the reason, and so are not in the tree (or lack extended attributes, when the
  // reason says so); files that vanished while being read are not among them. At most a thousand, like the next.
  std::vector<std::string> unreadable;
  // Files that changed while they were read: inconsistent within themselves.
  std::vector<std::string> changed_while_read;
};

// The tree of `path`'s content (the directory itself is the caller's). Writer::flush is the caller's too.
Result<BackupResult> backup_directory(const Context& context, Repository& repository, Writer& writer,
                                      const std::string& path, const BackupOptions& options, Progress& progress);
// One sparse file node (without a name) of a block device or image: fixed 4 MiB pieces; holes and zeros cost nothing.
// `parent` (may be null): its times are kept when the content is the same, so that the node is.
Result<Node> backup_block(const Context& context, Repository& repository, Writer& writer,
                          const std::string& device, const BackupOptions& options, const Node* parent,
                          Progress& progress);

// The node of the directory itself (mode, owner, times, xattrs), with `subtree` set to `tree`.
Result<Node> directory_node(const std::string& path, const Id& tree);

}  // namespace tranship::repo
