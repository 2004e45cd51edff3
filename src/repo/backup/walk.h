#pragma once
// The walk of a backup: one thread, depth first, names in order. Unchanged files are taken from the parent's tree;
// others go to the readers.

#include <memory>
#include <string>
#include <vector>

#include "repo/backup/files.h"
#include "repo/read/tree_source.h"

namespace tranship::repo {

class BackupWalk {
 public:
  BackupWalk(BackupState& run, FileReaders& readers) : run_(run), readers_(readers), trees_(run.repository) {}

  // Everything below the open directory; its tree is complete when the readers have finished too.
  Result<std::shared_ptr<OpenDirectory>> walk(int root);

 private:
  struct Level {
    std::shared_ptr<OpenDirectory> directory;
    std::shared_ptr<const Descriptor> descriptor;  // only of the lowest levels
    std::vector<std::string> names;
    std::size_t next = 0;
    std::optional<TreeCursor> old;  // the parent's tree
    Node old_node;                  // at which it is; no name before the first
  };

  void push(Level level);
  Result<void> leave();
  Result<void> visit(Level& level, const std::string& name);
  Result<void> enter(Level& level, const std::string& name, Node* old);
  Result<void> add_file(Level& level, const std::string& name, const struct stat& status, Node* old);
  Result<void> add_special(Level& level, const std::string& name, NodeType type, const struct stat& status);
  Result<void> fill(Level& level, std::size_t place, const Node& node);
  Result<std::optional<TreeCursor>> load_old(const Id& tree);
  Node* find_old(Level& level, const std::string& name);
  bool unchanged(const Node& old, const Node& node) const;
  Result<int> descriptor_of(Level& level);

  BackupState& run_;
  FileReaders& readers_;
  TreeSource trees_;
  int root_ = -1;
  dev_t root_device_ = 0;
  std::vector<Level> levels_;
};

}  // namespace tranship::repo
