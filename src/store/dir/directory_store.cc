#include "store/dir/directory_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "crypto/random.h"
#include "store/dir/file_error.h"
#include "store/key.h"

namespace tranship::store {
namespace {

// A whole object is read into memory: nothing Tranship or restic writes comes near this.
constexpr std::uint64_t kObjectBytesMax = 1u << 30;

std::string hidden_name() {
  std::uint8_t random[12];
  crypto::random_bytes(random);
  return std::string(kHiddenPrefix) + to_hex(random);
}

Result<void> write_all(int file, ByteView data, const std::string& path) {
  while (!data.empty()) {
    const ssize_t count = ::write(file, data.data(), data.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(file_error("write", path, errno));
    data = data.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Result<void> read_all(int file, std::uint64_t offset, MutableByteView out, const std::string& path) {
  while (!out.empty()) {
    const ssize_t count = ::pread(file, out.data(), out.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(file_error("read", path, errno));
    if (count == 0) return fail(Fault::corrupt, path + " became shorter while it was read");
    out = out.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

// A file being written: without a name where the file system can, so that a crash leaves nothing; else under a name
// that list() hides.
class PendingFile {
 public:
  PendingFile(int folder, std::string path) : folder_(folder), path_(std::move(path)) {}
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;
  ~PendingFile() {
    if (!name_.empty()) ::unlinkat(folder_, name_.c_str(), 0);
    if (file_ >= 0) ::close(file_);
  }

  Result<void> create(bool anonymous) {
    if (anonymous) file_ = ::openat(folder_, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (file_ >= 0) return {};
    if (anonymous && errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT) {
      return fail(file_error("create", path_, errno));
    }
    name_ = hidden_name();
    file_ = ::openat(folder_, name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file_ >= 0) return {};
    const int error_number = errno;
    name_.clear();
    return fail(file_error("create", path_, error_number));
  }

  Result<void> write(ByteView data, mode_t mode) {
    TRY(write_all(file_, data, path_));
    // Some network file systems know no modes; the data matters more.
    (void)::fchmod(file_, mode);
    if (::fsync(file_) != 0) return fail(file_error("sync", path_, errno));
    return {};
  }

  // Gives the file a name that nothing has.
  Result<void> publish_new(const std::string& final_name) {
    const std::string self = fmt::format("/proc/self/fd/{}", file_);
    const int linked = name_.empty()
                           ? ::linkat(AT_FDCWD, self.c_str(), folder_, final_name.c_str(), AT_SYMLINK_FOLLOW)
                           : ::linkat(folder_, name_.c_str(), folder_, final_name.c_str(), 0);
    if (linked == 0) return {};
    if (errno == EEXIST) return fail(exists_already(path_));
    // A file system without links.
    if (!name_.empty() && ::renameat2(folder_, name_.c_str(), folder_, final_name.c_str(), RENAME_NOREPLACE) == 0) {
      name_.clear();
      return {};
    }
    if (errno == EEXIST) return fail(exists_already(path_));
    return fail(file_error("name", path_, errno));
  }

  // Gives the file its name, replacing what had it.
  Result<void> publish(const std::string& final_name) {
    if (name_.empty()) {
      const std::string self = fmt::format("/proc/self/fd/{}", file_);
      if (::linkat(AT_FDCWD, self.c_str(), folder_, final_name.c_str(), AT_SYMLINK_FOLLOW) == 0) return {};
      if (errno != EEXIST) return fail(file_error("name", path_, errno));
      std::string temporary = hidden_name();
      if (::linkat(AT_FDCWD, self.c_str(), folder_, temporary.c_str(), AT_SYMLINK_FOLLOW) != 0) {
        return fail(file_error("name", path_, errno));
      }
      name_ = std::move(temporary);
    }
    if (::renameat(folder_, name_.c_str(), folder_, final_name.c_str()) != 0) {
      return fail(file_error("rename to", path_, errno));
    }
    name_.clear();
    return {};
  }

 private:
  const int folder_;
  const std::string path_;  // for errors
  std::string name_;
  int file_ = -1;
};

Result<void> sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open()) return fail(file_error("open", path, errno));
  if (::fsync(folder.number()) != 0) return fail(file_error("sync", path, errno));
  return {};
}

// mkdir -p with mode 0700; every folder made is synced into its parent.
Result<void> make_path(const std::string& path, mode_t mode) {
  for (std::size_t at = 1; at <= path.size(); ++at) {
    if (at != path.size() && path[at] != '/') continue;
    const std::string folder = path.substr(0, at);
    if (::mkdir(folder.c_str(), mode) != 0) {
      if (errno == EEXIST) continue;
      return fail(file_error("create folder", folder, errno));
    }
    (void)::chmod(folder.c_str(), mode);
    const auto parent = folder_of(folder);
    TRY(sync_folder(parent.empty() ? "/" : std::string(parent)));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<DirectoryStore>> DirectoryStore::open(const std::string& path, bool create) {
  if (!path.starts_with('/')) return fail(Fault::invalid, "folder '" + path + "' is not an absolute path");
  std::string root = path;
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  struct stat status {};
  if (::stat(root.c_str(), &status) != 0) {
    if (errno != ENOENT || !create) {
      const int error_number = errno;
      Error error = file_error("open location", root, error_number);
      if (error_number != ENOENT) return fail(std::move(error));
      return fail(std::move(error).with_fix("Check the path; is the disk mounted?"));
    }
    TRY(make_path(root, 0700));
  } else if (!S_ISDIR(status.st_mode)) {
    return fail(Fault::invalid, root + " is not a directory");
  }
  struct stat config {};
  const bool group = ::stat((root + "/config").c_str(), &config) == 0 && (config.st_mode & 0040) != 0;
  const bool anonymous = ::access("/proc/self/fd", X_OK) == 0;
  return std::unique_ptr<DirectoryStore>(new DirectoryStore(std::move(root), group, anonymous));
}

std::string DirectoryStore::path_of(std::string_view key) const {
  if (key.empty()) return root_;
  return fmt::format("{}{}{}", root_, root_ == "/" ? "" : "/", key);
}

Result<void> DirectoryStore::make_folders(std::string_view folder) const {
  struct stat status {};
  // A missing root is a disk that is not mounted: writing below the mount point would hide the loss.
  if (::stat(root_.c_str(), &status) != 0) {
    return fail(Error(Fault::invalid, "the location's folder " + root_ + " is gone")
                    .with_fix("Mount it again and run the same again"));
  }
  return make_path(path_of(folder), group_ ? 0770 : 0700);
}

Result<int> DirectoryStore::open_folder(std::string_view folder) const {
  const std::string path = path_of(folder);
  int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) {
    TRY(make_folders(folder));
    descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  if (descriptor < 0) return fail(file_error("open folder", path, errno));
  return descriptor;
}

Result<void> DirectoryStore::put(const Context& context, const std::string& key, ByteView data, const Id*) {
  return write(context, key, data, true);
}

Result<void> DirectoryStore::create(const Context& context, const std::string& key, ByteView data) {
  return write(context, key, data, false);
}

Result<void> DirectoryStore::write(const Context& context, const std::string& key, ByteView data, bool replace) {
  TRY(check_key(key));
  TRY(context.check());
  const std::string_view folder_key = folder_of(key);
  const Descriptor folder(TRY(open_folder(folder_key)));
  const std::string name = key.substr(folder_key.empty() ? 0 : folder_key.size() + 1);
  {
    PendingFile file(folder.number(), path_of(key));
    TRY(file.create(anonymous_));
    TRY(file.write(data, group_ ? 0440 : 0400));
    TRY(replace ? file.publish(name) : file.publish_new(name));
  }
  if (::fsync(folder.number()) != 0) return fail(file_error("sync", path_of(folder_key), errno));
  return {};
}

Result<void> DirectoryStore::get(const Context& context, const std::string& key, std::optional<ByteRange> range,
                                 Bytes& out) {
  TRY(check_key(key));
  TRY(context.check());
  const std::string path = path_of(key);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return fail(file_error("open", path, errno));
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return fail(file_error("read", path, errno));
  if (!S_ISREG(status.st_mode)) return fail(Fault::not_found, path + " is not a file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const ByteRange wanted = range.value_or(ByteRange{0, size});
  if (wanted.offset > size || wanted.length > size - wanted.offset) {
    return fail(Fault::corrupt, fmt::format("{} has {} bytes, too few for {} bytes at {}", path, size,
                                            wanted.length, wanted.offset));
  }
  if (wanted.length > kObjectBytesMax) {
    return fail(Fault::invalid, fmt::format("{} has {} bytes: too large to be one of ours", path, size));
  }
  out.resize(wanted.length);
  return read_all(file.number(), wanted.offset, out, path);
}

Result<ObjectInfo> DirectoryStore::stat(const Context& context, const std::string& key) {
  TRY(check_key(key));
  TRY(context.check());
  const std::string path = path_of(key);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return fail(file_error("look at", path, errno));
  if (!S_ISREG(status.st_mode)) return fail(Fault::not_found, path + " is not a file");
  return ObjectInfo{key, static_cast<std::uint64_t>(status.st_size)};
}

Result<void> DirectoryStore::list(const Context& context, const std::string& prefix,
                                  const std::function<void(const ObjectInfo&)>& object) {
  std::vector<std::string> folders{std::string(folder_of(prefix))};
  if (!folders[0].empty()) TRY(check_key(folders[0]));
  while (!folders.empty()) {
    TRY(context.check());
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    const std::string path = path_of(folder);
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (!directory) {
      if (errno == ENOENT && !folder.empty()) continue;
      return fail(file_error("list", path, errno));
    }
    errno = 0;
    while (const dirent* entry = ::readdir(directory.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == ".." || name.starts_with(kHiddenPrefix)) continue;
      std::string key = folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
      struct stat status {};
      if (::fstatat(::dirfd(directory.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) return fail(file_error("look at", path_of(key), errno));
      } else if (S_ISDIR(status.st_mode)) {
        const std::string inside = key + "/";
        if (inside.starts_with(prefix) || prefix.starts_with(inside)) folders.push_back(std::move(key));
      } else if (S_ISREG(status.st_mode) && key.starts_with(prefix)) {
        object({std::move(key), static_cast<std::uint64_t>(status.st_size)});
      }
      errno = 0;
    }
    if (errno != 0) return fail(file_error("list", path, errno));
  }
  return {};
}

Result<void> DirectoryStore::remove(const Context& context, const std::string& key) {
  TRY(check_key(key));
  TRY(context.check());
  const std::string path = path_of(key);
  if (::unlink(path.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return fail(file_error("remove", path, errno));
}

}  // namespace tranship::store
