#include "repo/backup_tree.h"

#include "repo/tree_text.h"

namespace tranship::repo {

std::string OpenDirectory::path() const {
  if (!parent_) return "";
  return parent_->path_of(node_.name);
}

std::string OpenDirectory::path_of(const std::string& name) const {
  std::vector<const std::string*> names{&name};
  for (const OpenDirectory* at = this; at->parent_; at = at->parent_.get()) names.push_back(&at->node_.name);
  std::string path = *names.back();
  for (names.pop_back(); !names.empty(); names.pop_back()) path += "/" + *names.back();
  return path;
}

std::size_t OpenDirectory::add_place() {
  const std::lock_guard lock(mutex_);
  entries_.emplace_back();
  ++steps_left_;
  return entries_.size() - 1;
}

Result<void> OpenDirectory::fill(BackupRun& run, std::shared_ptr<OpenDirectory> directory, std::size_t place,
                                 std::string text) {
  {
    const std::lock_guard lock(directory->mutex_);
    directory->entries_[place] = std::move(text);
    if (--directory->steps_left_ > 0) return {};
  }
  return complete(run, std::move(directory));
}

Result<void> OpenDirectory::close(BackupRun& run, std::shared_ptr<OpenDirectory> directory) {
  {
    const std::lock_guard lock(directory->mutex_);
    if (--directory->steps_left_ > 0) return {};
  }
  return complete(run, std::move(directory));
}

std::string OpenDirectory::tree_text() {
  std::size_t size = kTreeBegin.size() + kTreeEnd.size();
  for (const std::string& entry : entries_) size += entry.size() + 1;
  std::string text;
  text.reserve(size);
  text += kTreeBegin;
  for (std::string& entry : entries_) {
    if (entry.empty()) continue;
    if (text.size() > kTreeBegin.size()) text += ',';
    text += entry;
    std::string().swap(entry);
  }
  text += kTreeEnd;
  std::vector<std::string>().swap(entries_);
  return text;
}

// A loop, because one entry can complete every directory above it.
Result<void> OpenDirectory::complete(BackupRun& run, std::shared_ptr<OpenDirectory> directory) {
  while (true) {
    directory->tree_ = TRY(run.writer.save(run.context, BlobType::tree, as_bytes(directory->tree_text())));
    const std::shared_ptr<OpenDirectory> parent = directory->parent_;
    if (!parent) return {};
    directory->node_.subtree = directory->tree_;
    std::string entry;
    append_node(entry, directory->node_);
    {
      const std::lock_guard lock(parent->mutex_);
      parent->entries_[directory->place_] = std::move(entry);
      if (--parent->steps_left_ > 0) return {};
    }
    directory = parent;
  }
}

}  // namespace tranship::repo
