#include "repo/local/directory_names.h"

#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <memory>
#include <string_view>

#include "base/descriptor.h"

namespace tranship::repo {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

std::expected<std::vector<std::string>, int> directory_names(int directory) {
  // A descriptor of its own: the stream takes it over, and reading moves its position.
  Descriptor own(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!own.open()) return std::unexpected(errno);
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(own.number()));
  if (!stream) return std::unexpected(errno);
  own.release();
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return std::unexpected(errno);
  return names;
}

}  // namespace tranship::repo
