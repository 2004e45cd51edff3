#include "repo/backup/tree.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "repo/format/tree_text.h"

namespace tranship::repo {

GrowingText::~GrowingText() { std::free(data_); }

void GrowingText::append(std::string_view text) {
  if (text.size() > capacity_ - size_) {
    // realloc() moves large memory by its pages.
    capacity_ = std::max(size_ + text.size(), capacity_ + capacity_ / 2);
    char* larger = static_cast<char*>(std::realloc(data_, capacity_));
    if (larger == nullptr) throw std::bad_alloc();
    data_ = larger;
  }
  std::memcpy(data_ + size_, text.data(), text.size());
  size_ += text.size();
}

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
  return first_ + entries_.size() - 1;
}

bool OpenDirectory::fill_step(OpenDirectory& directory, std::size_t place, std::string text) {
  const std::lock_guard lock(directory.mutex_);
  auto& entries = directory.entries_;
  entries[place - directory.first_] = {true, std::move(text)};
  for (; !entries.empty() && entries.front().filled; entries.pop_front(), ++directory.first_) {
    const std::string& entry = entries.front().text;
    if (entry.empty()) continue;
    directory.text_.append(directory.text_.view().empty() ? kTreeBegin : std::string_view(","));
    directory.text_.append(entry);
  }
  return --directory.steps_left_ == 0;
}

Result<void> OpenDirectory::fill(BackupState& run, std::shared_ptr<OpenDirectory> directory, std::size_t place,
                                 std::string text) {
  if (!fill_step(*directory, place, std::move(text))) return {};
  return complete(run, std::move(directory));
}

Result<void> OpenDirectory::close(BackupState& run, std::shared_ptr<OpenDirectory> directory) {
  {
    const std::lock_guard lock(directory->mutex_);
    if (--directory->steps_left_ > 0) return {};
  }
  return complete(run, std::move(directory));
}

// A loop, because one entry can complete every directory above it.
Result<void> OpenDirectory::complete(BackupState& run, std::shared_ptr<OpenDirectory> directory) {
  while (true) {
    GrowingText& text = directory->text_;
    if (text.view().empty()) text.append(kTreeBegin);
    text.append(kTreeEnd);
    directory->tree_ = TRY(run.writer.save(run.context, BlobType::tree, as_bytes(text.view())));
    const std::shared_ptr<OpenDirectory> parent = directory->parent_;
    if (!parent) return {};
    directory->node_.subtree = directory->tree_;
    std::string entry;
    append_node(entry, directory->node_);
    if (!fill_step(*parent, directory->place_, std::move(entry))) return {};
    directory = parent;
  }
}

}  // namespace tranship::repo
