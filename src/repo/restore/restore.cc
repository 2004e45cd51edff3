// The walk of a restore: directories and special entries are made on the way, files are gathered into batches, and
// what can only be done after the files (hard links, directories' own metadata) follows each batch. Memory does not
// grow with the tree: only the trees' texts of the directories the walk is in, and one batch.

#include "repo/restore/restore.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <thread>

#include "base/units.h"
#include "repo/read/tree_source.h"
#include "repo/restore/files.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kDirectoriesMax = 16384;  // waiting for their metadata

std::string joined(const std::string& directory, const std::string& name) {
  return directory.empty() ? name : directory + "/" + name;
}

// Files held open while their pieces come: as many as the process may, within reason.
int open_files_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  if (limit.rlim_cur < limit.rlim_max) {
    const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, 16384);
    rlimit raised{std::max(limit.rlim_cur, wanted), limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit.rlim_cur = raised.rlim_cur;
  }
  return static_cast<int>(std::clamp<rlim_t>(limit.rlim_cur / 4, 16, 4096));
}

// Sums up what there is to do while the restore is under way already.
void scan(const Context& context, Repository& repository, const Id& tree, Progress& progress) {
  TreeSource source(repository);
  std::vector<Id> open{tree};
  while (!open.empty()) {
    const Id next = open.back();
    open.pop_back();
    if (context.stopped()) return;
    auto text = source.load_text(context, next);
    if (!text) {
      if (text.error().fault() == Fault::corrupt) continue;
      return;
    }
    std::uint64_t files = 0, bytes = 0;
    TreeCursor nodes(std::move(*text));
    Node node;
    for (auto more = nodes.next(node); more && *more; more = nodes.next(node)) {
      if (node.type == NodeType::directory) open.push_back(node.subtree);
      if (node.type == NodeType::file) ++files, bytes += node.size;
    }
    progress.files_total += files;
    progress.bytes_total += bytes;
  }
  progress.scanned = true;
}

class TreeRestore {
 public:
  explicit TreeRestore(RestoreRun& run) : run_(run), trees_(run.repository), files_(run) {}

  Result<void> walk(const Id& root) {
    Node top;
    top.subtree = root;
    TreeCursor nodes(TRY(trees_.load_text(run_.context, root)));
    levels_.push_back({std::make_shared<const std::string>(), std::move(top), std::move(nodes)});
    while (!levels_.empty()) {
      TRY(run_.context.check());
      Level& level = levels_.back();
      Node node;
      if (TRY(next(level, node))) {
        TRY(visit(level, node));
      } else {
        TRY(leave());
      }
      if (files_.full() || directories_.size() >= kDirectoriesMax) TRY(settle());
    }
    return settle();
  }

 private:
  struct Level {
    std::shared_ptr<const std::string> path;
    Node node;
    TreeCursor nodes;
    std::vector<std::string> names;  // so far, in order; only to remove others
    bool damaged = false;            // what belongs here is not known
    Descriptor descriptor;           // only of the level the walk is in
  };
  struct Link {
    std::string from;  // path of the first name
    std::shared_ptr<const std::string> directory;
    Node node;
  };
  struct HardLink {
    std::string path;
    std::uint64_t names_left;
  };

  Result<int> descriptor_of(Level& level) {
    if (!level.descriptor.open()) level.descriptor = TRY(run_.target.directory(*level.path));
    return level.descriptor.number();
  }

  // An error that only concerns this entry is noted; another ends the restore.
  Result<void> tolerate(const std::string& path, Result<void> done) {
    if (done) return {};
    if (ends_restore(done.error())) return fail(std::move(done).error().in(path));
    run_.failures.add(path, done.error());
    return {};
  }

  // False at the end, also at a node that cannot be read: what is behind it is lost, which is noted.
  Result<bool> next(Level& level, Node& node) {
    const auto more = level.nodes.next(node);
    if (more) return more;
    if (levels_.size() == 1) return fail(more.error());
    run_.failures.add(*level.path, more.error());
    level.damaged = true;
    return false;
  }

  Result<void> visit(Level& level, Node& node) {
    if (run_.options.remove_others) level.names.push_back(node.name);
    const std::string path = joined(*level.path, node.name);
    switch (node.type) {
      case NodeType::file: add_file(level, node); return {};
      case NodeType::directory: return enter(level, node, path);
      default: return tolerate(path, make_entry(level, node));
    }
  }

  void add_file(Level& level, Node& node) {
    if (node.links > 1 && node.inode != 0) {
      const auto [known, first] = hard_links_.try_emplace({node.device_id, node.inode},
                                                          HardLink{joined(*level.path, node.name), node.links - 1});
      if (!first) {
        links_.push_back({known->second.path, level.path, std::move(node)});
        if (--known->second.names_left == 0) hard_links_.erase(known);
        return;
      }
    }
    files_.add(level.path, std::move(node));
  }

  Result<void> make_entry(Level& level, const Node& node) {
    const int directory = TRY(descriptor_of(level));
    TRY(make_special(directory, node, run_.options.resume));
    return apply_entry_metadata(directory, node, {run_.options.ownership, false});
  }

  Result<void> make_directory(Level& level, const Node& node) {
    const int directory = TRY(descriptor_of(level));
    const char* name = node.name.c_str();
    if (::mkdirat(directory, name, 0700) == 0) return {};
    if (errno != EEXIST) return fail(target_error("create", node.name, errno));
    struct stat status {};
    const bool there = ::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!there || !S_ISDIR(status.st_mode)) {
      TRY(remove_entry(directory, node.name));
      if (::mkdirat(directory, name, 0700) != 0) return fail(target_error("create", node.name, errno));
      return {};
    }
    if ((status.st_mode & 0700) != 0700) {
      Descriptor inside(::openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (inside.open()) ::fchmod(inside.number(), (status.st_mode & 07777) | 0700);
    }
    return {};
  }

  Result<void> enter(Level& level, Node& node, const std::string& path) {
    auto made = make_directory(level, node);
    if (!made) return tolerate(path, std::move(made));
    auto text = trees_.load_text(run_.context, node.subtree);
    if (!text && text.error().fault() != Fault::corrupt) return fail(std::move(text).error());
    if (!text) {
      run_.failures.add(path, text.error());
      return {};
    }
    level.descriptor.reset();
    TreeCursor nodes(std::move(*text));
    levels_.push_back({std::make_shared<const std::string>(path), std::move(node), std::move(nodes)});
    return {};
  }

  Result<void> leave() {
    Level& level = levels_.back();
    if (run_.options.remove_others && !level.damaged) TRY(tolerate(*level.path, remove_others(level)));
    if (levels_.size() > 1) directories_.push_back({level.path, std::move(level.node)});
    levels_.pop_back();
    return {};
  }

  Result<void> remove_others(Level& level) {
    const int directory = TRY(descriptor_of(level));
    for (const std::string& name : TRY(target_names(directory))) {
      if (std::binary_search(level.names.begin(), level.names.end(), name)) continue;
      if (levels_.size() == 1 && name == "lost+found") continue;
      TRY(remove_entry(directory, name));
    }
    return {};
  }

  // Writes the batch, then does what had to wait for it.
  Result<void> settle() {
    TRY(files_.write());
    for (const Link& link : links_) TRY(tolerate(joined(*link.directory, link.node.name), make_link(link)));
    links_.clear();
    for (const auto& [path, node] : directories_) TRY(tolerate(*path, finish_directory(*path, node)));
    directories_.clear();
    return {};
  }

  Result<void> make_link(const Link& link) {
    const std::size_t slash = link.from.rfind('/');
    const std::string from_directory = slash == std::string::npos ? "" : link.from.substr(0, slash);
    const std::string from_name = link.from.substr(slash + 1);
    const Descriptor from = TRY(run_.target.directory(from_directory));
    const Descriptor to = TRY(run_.target.directory(*link.directory));
    struct stat first {}, there {};
    if (::fstatat(from.number(), from_name.c_str(), &first, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail(Fault::corrupt, "its first name " + link.from + " could not be restored");
    }
    const bool exists = ::fstatat(to.number(), link.node.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0;
    const bool same = exists && first.st_ino == there.st_ino && first.st_dev == there.st_dev;
    if (exists && !same) TRY(remove_entry(to.number(), link.node.name));
    if (!same && ::linkat(from.number(), from_name.c_str(), to.number(), link.node.name.c_str(), 0) != 0) {
      return fail(target_error("link to", link.from, errno));
    }
    ++run_.files;
    ++run_.progress.files_done;
    run_.progress.bytes_done += link.node.size;
    return {};
  }

  Result<void> finish_directory(const std::string& path, const Node& node) {
    const Descriptor directory = TRY(run_.target.directory(path));
    return apply_metadata(directory.number(), node, {run_.options.ownership, run_.options.resume});
  }

  RestoreRun& run_;
  TreeSource trees_;
  FileBatch files_;
  std::vector<Level> levels_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, HardLink> hard_links_;  // by device and inode
  std::vector<Link> links_;
  // Left for good, children before parents: their times change with every entry that is made in them.
  std::vector<std::pair<std::shared_ptr<const std::string>, Node>> directories_;
};

Error explain_full(Error error, const RestoreRun& run) {
  if (error.code() != "volume.full") return error;
  const std::uint64_t total = run.progress.bytes_total, done = run.progress.bytes_done;
  const std::string more = format_bytes(total > done ? total - done : 0);
  return Error(error.fault(), "no room left: " + error.what() + " (" + (run.progress.scanned ? "" : "at least ") +
                                  more + " more to write, " + format_bytes(run.target.bytes_available()) +
                                  " available)")
      .with_code("volume.full")
      .with_fix("Give the volume at least " + format_bytes(total) +
                " of room and run the restore again: it goes on where it stopped");
}

}  // namespace

Result<RestoreResult> restore_tree(const Context& context, Repository& repository, const Id& tree,
                                   const std::string& path, const RestoreOptions& options, Progress& progress) {
  const RestoreTarget target = TRY(RestoreTarget::open(path));
  if (!options.resume && !TRY(target.empty())) {
    return fail(Error(Fault::conflict, path + " is not empty")
                    .with_code("volume.not_empty")
                    .with_fix("Give an empty directory, or ask to go on with what is there (--resume)"));
  }
  RestoreRun run{context, repository, target, options, progress, {}};
  run.files_open_max = open_files_limit();
  std::stop_source ended;
  const Context scanning = context.with_stop(ended.get_token());
  std::jthread scanner([&] { scan(scanning, repository, tree, progress); });

  auto done = TreeRestore(run).walk(tree);
  if (done && options.directory != nullptr) {
    const Descriptor root = TRY(target.directory(""));
    const auto applied = apply_metadata(root.number(), *options.directory, {options.ownership, options.resume});
    if (!applied) run.failures.add(".", applied.error());
  }
  if (done && options.sync) done = target.sync();
  if (done) scanner.join();
  ended.request_stop();
  if (scanner.joinable()) scanner.join();
  if (!done) return fail(explain_full(std::move(done).error(), run));
  return RestoreResult{run.files, run.bytes, run.files_kept, run.failures.take()};
}

}  // namespace tranship::repo
