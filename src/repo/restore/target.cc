#include "repo/restore/target.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "repo/local/directory_names.h"

namespace tranship::repo {
namespace {

constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// One step down; a link is refused with ELOOP or ENOTDIR.
int open_component(int directory, const std::string& name) { return ::openat(directory, name.c_str(), kOpenDirectory); }

// The whole way in one call; -1 with ENOSYS or EPERM where the kernel or a sandbox does not have it.
int open_beneath(int directory, const std::string& relative) {
  open_how how{};
  how.flags = kOpenDirectory;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, directory, relative.c_str(), &how, sizeof how));
}

}  // namespace

Error target_error(std::string_view doing, std::string_view path, int error_number) {
  Error error = system_error(std::string(doing) + " " + std::string(path), error_number);
  if (error_number == ENOSPC || error_number == EDQUOT) {
    return Error(Fault::permanent, error.what()).with_code("volume.full");
  }
  if (error_number == EROFS || error_number == EIO) {
    return Error(Fault::permanent, error.what()).with_code("volume.broken");
  }
  return error;
}

bool ends_restore(const Error& error) {
  return error.code() == "volume.full" || error.code() == "volume.broken" || error.fault() == Fault::cancelled;
}

Result<RestoreTarget> RestoreTarget::open(const std::string& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed) return fail(target_error("create", path, failed.value()));
  RestoreTarget target;
  // The target itself may be reached through links: it is the caller's choice.
  target.root_.reset(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!target.root_.open()) return fail(target_error("open", path, errno));
  target.path_ = path;
  return target;
}

Result<Descriptor> RestoreTarget::directory(std::string_view relative) const {
  if (relative.empty()) return Descriptor(::fcntl(root_.number(), F_DUPFD_CLOEXEC, 0));
  if (relative.size() < 4000) {
    const int whole = open_beneath(root_.number(), std::string(relative));
    if (whole >= 0) return Descriptor(whole);
    if (errno != ENOSYS && errno != EPERM && errno != EAGAIN) return fail(target_error("open", relative, errno));
  }
  Descriptor here(::fcntl(root_.number(), F_DUPFD_CLOEXEC, 0));
  for (std::string_view rest = relative; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string name(rest.substr(0, end));
    if (name.empty() || name == "." || name == "..") {
      return fail(Fault::corrupt, "unsafe path " + std::string(relative));
    }
    Descriptor next(open_component(here.number(), name));
    if (!next.open()) return fail(target_error("open", relative, errno));
    here = std::move(next);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return here;
}

std::uint64_t RestoreTarget::bytes_available() const {
  struct statvfs status {};
  if (::fstatvfs(root_.number(), &status) != 0) return 0;
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

Result<bool> RestoreTarget::empty() const {
  for (const std::string& name : TRY_IN(path_, target_names(root_.number()))) {
    if (name != "lost+found") return false;
  }
  return true;
}

Result<void> RestoreTarget::sync() const {
  if (::syncfs(root_.number()) != 0) return fail(target_error("sync", path_, errno));
  return {};
}

Result<std::vector<std::string>> target_names(int directory) {
  auto names = directory_names(directory);
  if (!names) return fail(target_error("list", "the directory", names.error()));
  return *std::move(names);
}

Result<void> remove_entry(int directory, const std::string& name) {
  if (::unlinkat(directory, name.c_str(), 0) == 0 || errno == ENOENT) return {};
  if (errno != EISDIR && errno != EPERM && errno != ENOTEMPTY) return fail(target_error("remove", name, errno));
  const int unlink_error = errno;
  struct stat status {};
  if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(status.st_mode)) {
    return fail(target_error("remove", name, unlink_error));
  }
  Descriptor inside(open_component(directory, name));
  if (!inside.open()) return fail(target_error("remove", name, errno));
  for (const std::string& child : TRY_IN(name, target_names(inside.number()))) {
    TRY_IN(name, remove_entry(inside.number(), child));
  }
  if (::unlinkat(directory, name.c_str(), AT_REMOVEDIR) != 0) return fail(target_error("remove", name, errno));
  return {};
}

Result<void> make_special(int directory, const Node& node, bool replace) {
  if (replace) TRY(remove_entry(directory, node.name));
  const auto device = static_cast<dev_t>(node.device);
  int made = -1;
  switch (node.type) {
    case NodeType::symlink: made = ::symlinkat(node.link_target.c_str(), directory, node.name.c_str()); break;
    case NodeType::fifo: made = ::mknodat(directory, node.name.c_str(), S_IFIFO | 0600, 0); break;
    case NodeType::socket: made = ::mknodat(directory, node.name.c_str(), S_IFSOCK | 0600, 0); break;
    case NodeType::block_device: made = ::mknodat(directory, node.name.c_str(), S_IFBLK | 0600, device); break;
    case NodeType::character_device: made = ::mknodat(directory, node.name.c_str(), S_IFCHR | 0600, device); break;
    default: return fail(Fault::invalid, "'" + node.name + "' is a file or a directory");
  }
  if (made != 0) return fail(target_error("create", node.name, errno));
  return {};
}

}  // namespace tranship::repo
