#pragma once
// A directory of a backup under way: entries come in any order from several threads, and with the last one its tree is
// stored and becomes an entry of the directory above. Only the texts of entries are held, and only of directories that
// are not complete.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "repo/backup_run.h"

namespace tranship::repo {

class OpenDirectory {
 public:
  // `node`: its own, without the sub-tree; `place`: of its entry in `parent`. The root has neither.
  OpenDirectory(std::shared_ptr<OpenDirectory> parent, std::size_t place, Node node)
      : parent_(std::move(parent)), place_(place), node_(std::move(node)) {}

  // Relative to the root; with `name`, of an entry.
  std::string path() const;
  std::string path_of(const std::string& name) const;

  // A place for the next entry: places are given in the order of names.
  std::size_t add_place();
  // The tree's id of a complete root.
  const Id& tree() const { return tree_; }

  // Fills a place with an entry's text; empty: it is left out.
  static Result<void> fill(BackupRun& run, std::shared_ptr<OpenDirectory> directory, std::size_t place,
                           std::string text);
  // No more places will be added. Once for each directory.
  static Result<void> close(BackupRun& run, std::shared_ptr<OpenDirectory> directory);

 private:
  std::string tree_text();
  static Result<void> complete(BackupRun& run, std::shared_ptr<OpenDirectory> directory);

  const std::shared_ptr<OpenDirectory> parent_;
  const std::size_t place_;
  Node node_;
  Id tree_;
  std::mutex mutex_;  // for the next
  std::vector<std::string> entries_;
  std::size_t steps_left_ = 1;  // places to fill, and closing
};

}  // namespace tranship::repo
