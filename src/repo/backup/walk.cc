#include "repo/backup/walk.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "repo/format/tree_text.h"
#include "repo/local/directory_names.h"

namespace tranship::repo {
namespace {

constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
// Levels above hold no descriptor: they are opened again when the walk comes back.
constexpr std::size_t kLevelsOpen = 64;

Result<std::vector<std::string>> sorted_names(int directory) {
  auto names = directory_names(directory);
  if (!names) return fail(source_error("list", names.error()));
  std::sort(names->begin(), names->end());
  return *std::move(names);
}

}  // namespace

Result<std::shared_ptr<OpenDirectory>> BackupWalk::walk(int root) {
  root_ = root;
  struct stat status {};
  if (::fstat(root, &status) != 0) return fail(source_error("stat", errno));
  root_device_ = status.st_dev;
  run_.nodes.add_device(status.st_dev);
  Level top;
  top.names = TRY(sorted_names(root));
  if (run_.options.one_file_system) std::erase(top.names, "lost+found");
  top.old = TRY(load_old(run_.options.parent));
  const auto directory = std::make_shared<OpenDirectory>(nullptr, 0, Node());
  top.directory = directory;
  top.descriptor = std::make_shared<const Descriptor>(::fcntl(root, F_DUPFD_CLOEXEC, 0));
  push(std::move(top));
  while (!levels_.empty()) {
    TRY(run_.context.check());
    Level& level = levels_.back();
    if (level.next == level.names.size()) {
      TRY(leave());
    } else {
      const std::string name = std::move(level.names[level.next++]);
      TRY(visit(level, name));
    }
  }
  return directory;
}

void BackupWalk::push(Level level) {
  levels_.push_back(std::move(level));
  if (levels_.size() > kLevelsOpen) levels_[levels_.size() - kLevelsOpen - 1].descriptor.reset();
}

Result<void> BackupWalk::leave() {
  const auto directory = std::move(levels_.back().directory);
  levels_.pop_back();
  return OpenDirectory::close(run_, directory);
}

// Without its descriptor a level is reached again from the root, name by name, not through links.
Result<int> BackupWalk::descriptor_of(Level& level) {
  if (!level.descriptor) {
    Descriptor here(::fcntl(root_, F_DUPFD_CLOEXEC, 0));
    const std::string path = level.directory->path();
    for (std::string_view rest = path; !rest.empty();) {
      const std::size_t end = std::min(rest.find('/'), rest.size());
      Descriptor next(::openat(here.number(), std::string(rest.substr(0, end)).c_str(), kOpenDirectory));
      if (!next.open()) return fail(source_error("open", errno));
      here = std::move(next);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    level.descriptor = std::make_shared<const Descriptor>(std::move(here));
  }
  return level.descriptor->number();
}

Result<void> BackupWalk::visit(Level& level, const std::string& name) {
  const auto descriptor = descriptor_of(level);
  struct stat status {};
  if (!descriptor || ::fstatat(*descriptor, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    run_.cannot_read(level.directory->path_of(name), descriptor ? source_error("stat", errno) : descriptor.error());
    return {};
  }
  const auto type = node_type(status.st_mode);
  if (!type || *type == NodeType::socket) return {};  // restic leaves sockets out too
  Node* old = find_old(level, name);
  if (old != nullptr && old->type != *type) old = nullptr;
  if (*type == NodeType::directory) return enter(level, name, old);
  if (run_.options.one_file_system && status.st_dev != root_device_) return {};
  if (*type == NodeType::file) return add_file(level, name, status, old);
  return add_special(level, name, *type, status);
}

Result<void> BackupWalk::enter(Level& level, const std::string& name, Node* old) {
  Descriptor descriptor(::openat(level.descriptor->number(), name.c_str(), kOpenDirectory | O_NOATIME));
  if (!descriptor.open() && errno == EPERM) {
    descriptor.reset(::openat(level.descriptor->number(), name.c_str(), kOpenDirectory));
  }
  struct stat status {};
  if (!descriptor.open() || ::fstat(descriptor.number(), &status) != 0) {
    run_.cannot_read(level.directory->path_of(name), source_error("open", errno));
    return {};
  }
  // What is mounted on it is left out, the directory is not.
  const bool inside = !run_.options.one_file_system || status.st_dev == root_device_;
  Level next;
  if (inside) {
    auto names = sorted_names(descriptor.number());
    if (!names) {
      run_.cannot_read(level.directory->path_of(name), names.error());
      return {};
    }
    next.names = std::move(*names);
    run_.nodes.add_device(status.st_dev);
  }
  Node node = run_.nodes.make(name, NodeType::directory, status);
  std::optional<Error> failed;
  node.extended_attributes = read_attributes(descriptor.number(), failed);
  if (failed) run_.cannot_read(level.directory->path_of(name), *failed);
  if (inside && old != nullptr) next.old = TRY(load_old(old->subtree));
  next.directory = std::make_shared<OpenDirectory>(level.directory, level.directory->add_place(), std::move(node));
  next.descriptor = std::make_shared<const Descriptor>(std::move(descriptor));
  push(std::move(next));
  return {};
}

Result<void> BackupWalk::add_file(Level& level, const std::string& name, const struct stat& status, Node* old) {
  const std::size_t place = level.directory->add_place();
  Node node = run_.nodes.make(name, NodeType::file, status);
  if (old == nullptr || !unchanged(*old, node)) {
    FileJob job;
    job.directory = level.directory;
    job.descriptor = level.descriptor;
    job.place = place;
    job.name = name;
    job.size = node.size;
    job.sparse = static_cast<std::uint64_t>(status.st_blocks) * 512 < node.size;
    return readers_.add(std::move(job));
  }
  node.content = std::move(old->content);
  node.extended_attributes = std::move(old->extended_attributes);
  ++run_.files;
  ++run_.files_unchanged;
  run_.bytes += node.size;
  ++run_.progress.files_done;
  run_.progress.bytes_done += node.size;
  return fill(level, place, node);
}

Result<void> BackupWalk::add_special(Level& level, const std::string& name, NodeType type,
                                     const struct stat& status) {
  const int directory = level.descriptor->number();
  Node node = run_.nodes.make(name, type, status);
  if (type == NodeType::symlink) {
    auto target = read_link_target(directory, name);
    if (!target) {
      run_.cannot_read(level.directory->path_of(name), target.error());
      return {};
    }
    node.link_target = std::move(*target);
  }
  std::optional<Error> failed;
  node.extended_attributes = read_entry_attributes(directory, name, failed);
  if (failed) run_.cannot_read(level.directory->path_of(name), *failed);
  return fill(level, level.directory->add_place(), node);
}

Result<void> BackupWalk::fill(Level& level, std::size_t place, const Node& node) {
  std::string entry;
  append_node(entry, node);
  return OpenDirectory::fill(run_, level.directory, place, std::move(entry));
}

// A parent that is damaged costs reading what it would have saved, nothing else.
Result<std::optional<TreeCursor>> BackupWalk::load_old(const Id& tree) {
  if (tree.empty()) return std::nullopt;
  auto json = trees_.load_text(run_.context, tree);
  if (json) return TreeCursor(std::move(*json));
  if (json.error().fault() == Fault::corrupt || json.error().fault() == Fault::not_found) return std::nullopt;
  return fail(std::move(json).error());
}

// Both lists are sorted: names are asked for in order.
Node* BackupWalk::find_old(Level& level, const std::string& name) {
  while (level.old && level.old_node.name < name) {
    const auto more = level.old->next(level.old_node);
    if (!more || !*more) level.old.reset();
  }
  return level.old && level.old_node.name == name ? &level.old_node : nullptr;
}

// As restic decides; a change of attributes or owner changes ctime.
bool BackupWalk::unchanged(const Node& old, const Node& node) const {
  if (old.size != node.size || old.mtime_ns != node.mtime_ns || old.ctime_ns != node.ctime_ns ||
      old.inode != node.inode) {
    return false;
  }
  return std::all_of(old.content.begin(), old.content.end(),
                     [&](const Id& id) { return run_.repository.index().reusable(BlobType::data, id); });
}

}  // namespace tranship::repo
