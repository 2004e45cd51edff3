#include "repo/backup/node.h"

#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>

#include "base/descriptor.h"
#include "base/file.h"
#include "repo/backup/backup.h"

namespace tranship::repo {
namespace {

// Attributes are at most 64 KiB each, and so is the list of their names.
constexpr std::size_t kAttributeBytesMax = 64u << 10;

// id -> name of lines "name:password:id:..."; the first of an id counts.
std::map<std::uint32_t, std::string> read_names(const char* path) {
  std::map<std::uint32_t, std::string> names;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t name_end = line.find(':');
    if (name_end == std::string::npos || name_end == 0 || line[0] == '+' || line[0] == '-') continue;
    const std::size_t id_begin = line.find(':', name_end + 1);
    if (id_begin == std::string::npos) continue;
    std::uint32_t id = 0;
    const char* begin = line.data() + id_begin + 1;
    const auto [end, error] = std::from_chars(begin, line.data() + line.size(), id);
    if (error == std::errc() && end != begin && *end == ':') names.try_emplace(id, line, 0, name_end);
  }
  return names;
}

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

const std::string& name_of(const std::map<std::uint32_t, std::string>& names, std::uint32_t id) {
  static const std::string none;
  const auto found = names.find(id);
  return found == names.end() ? none : found->second;
}

template <class List, class Get>
std::vector<ExtendedAttribute> read_all(const List& list, const Get& get, std::optional<Error>& failed) {
  std::vector<ExtendedAttribute> attributes;
  thread_local std::string names(kAttributeBytesMax, '\0'), value(kAttributeBytesMax, '\0');
  const ssize_t size = list(names.data(), names.size());
  if (size < 0 && errno != ENOTSUP && errno != ENODATA) failed = source_error("list extended attributes", errno);
  for (ssize_t at = 0; at < size;) {
    const std::string name = names.c_str() + at;
    at += static_cast<ssize_t>(name.size()) + 1;
    const ssize_t length = get(name.c_str(), value.data(), value.size());
    if (length >= 0) {
      attributes.push_back({name, value.substr(0, static_cast<std::size_t>(length))});
    } else if (errno != ENODATA && !failed) {
      failed = source_error("read extended attribute " + name, errno);
    }
  }
  return attributes;
}

}  // namespace

NodeMaker::NodeMaker(bool keep_device_id)
    : keep_device_id_(keep_device_id), users_(read_names("/etc/passwd")), groups_(read_names("/etc/group")) {}

void NodeMaker::add_device(dev_t device) {
  const std::lock_guard lock(mutex_);
  devices_.try_emplace(device, devices_.size() + 1);
}

std::uint64_t NodeMaker::device_id(const struct stat& status, std::uint64_t links) const {
  if (keep_device_id_) return status.st_dev;
  if (links <= 1) return 0;
  const std::lock_guard lock(mutex_);
  const auto known = devices_.find(status.st_dev);
  return known == devices_.end() ? status.st_dev : known->second;
}

Node NodeMaker::make(std::string name, NodeType type, const struct stat& status) const {
  Node node;
  node.name = std::move(name);
  node.type = type;
  node.mode = status.st_mode & 07777;
  node.mtime_ns = nanoseconds(status.st_mtim);
  node.atime_ns = node.mtime_ns;  // reading is no change
  node.ctime_ns = nanoseconds(status.st_ctim);
  node.uid = status.st_uid;
  node.gid = status.st_gid;
  node.user = name_of(users_, node.uid);
  node.group = name_of(groups_, node.gid);
  node.inode = status.st_ino;
  if (type == NodeType::file) node.size = static_cast<std::uint64_t>(status.st_size);
  if (type != NodeType::directory && type != NodeType::fifo) node.links = status.st_nlink;
  if (type == NodeType::block_device || type == NodeType::character_device) node.device = status.st_rdev;
  node.device_id = device_id(status, node.links);
  return node;
}

std::optional<NodeType> node_type(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG: return NodeType::file;
    case S_IFDIR: return NodeType::directory;
    case S_IFLNK: return NodeType::symlink;
    case S_IFBLK: return NodeType::block_device;
    case S_IFCHR: return NodeType::character_device;
    case S_IFIFO: return NodeType::fifo;
    case S_IFSOCK: return NodeType::socket;
    default: return std::nullopt;
  }
}

Error source_error(std::string_view doing, int error_number) {
  Error error = system_error(doing, error_number);
  return error_number == ESTALE ? Error(Fault::not_found, error.what()) : error;
}

std::vector<ExtendedAttribute> read_attributes(int descriptor, std::optional<Error>& failed) {
  return read_all([&](char* out, std::size_t size) { return ::flistxattr(descriptor, out, size); },
                  [&](const char* name, char* out, std::size_t size) {
                    return ::fgetxattr(descriptor, name, out, size);
                  },
                  failed);
}

std::vector<ExtendedAttribute> read_entry_attributes(int directory, const std::string& name,
                                                     std::optional<Error>& failed) {
  const std::string path = "/proc/self/fd/" + std::to_string(directory) + "/" + name;
  return read_all([&](char* out, std::size_t size) { return ::llistxattr(path.c_str(), out, size); },
                  [&](const char* attribute, char* out, std::size_t size) {
                    return ::lgetxattr(path.c_str(), attribute, out, size);
                  },
                  failed);
}

Result<std::string> read_link_target(int directory, const std::string& name) {
  std::string target(256, '\0');
  while (true) {
    const ssize_t length = ::readlinkat(directory, name.c_str(), target.data(), target.size());
    if (length < 0) return fail(source_error("read link", errno));
    if (static_cast<std::size_t>(length) < target.size()) {
      target.resize(static_cast<std::size_t>(length));
      return target;
    }
    target.resize(target.size() * 4);
  }
}

Result<Node> directory_node(const std::string& path, const Id& tree) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status {};
  if (!directory.open() || ::fstat(directory.number(), &status) != 0) return fail(source_error("open " + path, errno));
  Node node = NodeMaker(false).make("", NodeType::directory, status);
  std::optional<Error> failed;
  node.extended_attributes = read_attributes(directory.number(), failed);
  if (failed) return fail(std::move(*failed).in(path));
  node.subtree = tree;
  return node;
}

}  // namespace tranship::repo
