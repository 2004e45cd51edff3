#pragma once
// A directory of a backup under way: entries come in any order from several threads, and with the last one its tree is
// stored and becomes an entry of the directory above. Only its text is held.

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "repo/backup/state.h"

namespace tranship::repo {

// Text that grows without being copied, however long it gets.
class GrowingText {
 public:
  GrowingText() = default;
  ~GrowingText();
  GrowingText(const GrowingText&) = delete;
  GrowingText& operator=(const GrowingText&) = delete;

  void append(std::string_view text);
  std::string_view view() const { return {data_, size_}; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

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
  static Result<void> fill(BackupState& run, std::shared_ptr<OpenDirectory> directory, std::size_t place,
                           std::string text);
  // No more places will be added. Once for each directory.
  static Result<void> close(BackupState& run, std::shared_ptr<OpenDirectory> directory);

 private:
  struct Entry {
    bool filled = false;
    std::string text;
  };
  // Fills one step of `directory`; true when it was the last.
  static bool fill_step(OpenDirectory& directory, std::size_t place, std::string text);
  static Result<void> complete(BackupState& run, std::shared_ptr<OpenDirectory> directory);

  const std::shared_ptr<OpenDirectory> parent_;
  const std::size_t place_;
  Node node_;
  Id tree_;
  std::mutex mutex_;  // for the next
  GrowingText text_;              // of the tree, as far as its entries are there in order
  std::size_t first_ = 0;         // the place of the first entry that is not
  std::deque<Entry> entries_;     // from there on
  std::size_t steps_left_ = 1;    // places to fill, and closing
};

}  // namespace tranship::repo
