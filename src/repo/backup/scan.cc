#include "repo/backup/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string_view>
#include <vector>

namespace tranship::repo {
namespace {

// Deeper directories are left out of the totals rather than holding more descriptors.
constexpr std::size_t kDepthMax = 128;

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

Directory open_directory(int parent, const char* name) {
  const int descriptor = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  Directory directory(::fdopendir(descriptor));
  if (!directory) ::close(descriptor);
  return directory;
}

class Scan {
 public:
  Scan(const Context& context, bool one_file_system, Progress& progress)
      : context_(context), one_file_system_(one_file_system), progress_(progress) {}

  void run(int root) {
    struct stat status {};
    if (::fstat(root, &status) != 0) return;
    device_ = status.st_dev;
    enter(root, ".");
    while (!open_.empty()) {
      const dirent* entry = ::readdir(open_.back().get());
      if (entry == nullptr) {
        open_.pop_back();
        if (context_.stopped()) return;
        continue;
      }
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      visit(::dirfd(open_.back().get()), *entry);
    }
  }

 private:
  void enter(int parent, const char* name) {
    if (open_.size() >= kDepthMax) return;
    Directory directory = open_directory(parent, name);
    struct stat status {};
    if (!directory || ::fstat(::dirfd(directory.get()), &status) != 0) return;
    if (one_file_system_ && status.st_dev != device_) return;
    open_.push_back(std::move(directory));
  }

  void visit(int directory, const dirent& entry) {
    if (entry.d_type == DT_DIR) return enter(directory, entry.d_name);
    if (entry.d_type != DT_REG && entry.d_type != DT_UNKNOWN) return;
    struct stat status {};
    if (::fstatat(directory, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (S_ISDIR(status.st_mode)) return enter(directory, entry.d_name);
    if (!S_ISREG(status.st_mode)) return;
    ++progress_.files_total;
    progress_.bytes_total += static_cast<std::uint64_t>(status.st_size);
  }

  const Context& context_;
  const bool one_file_system_;
  Progress& progress_;
  dev_t device_ = 0;
  std::vector<Directory> open_;
};

}  // namespace

void scan_directory(const Context& context, int directory, bool one_file_system, Progress& progress) {
  Scan(context, one_file_system, progress).run(directory);
}

}  // namespace tranship::repo
