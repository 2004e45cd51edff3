#include "store/dir/file_error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace tranship::store {

Error file_error(std::string_view doing, const std::string& path, int error_number) {
  const std::string what = fmt::format("{} {}: {}", doing, path, std::strerror(error_number));
  switch (error_number) {
    case ENOENT:
    case ENOTDIR: return Error(Fault::not_found, what);
    case ENOSPC:
    case EDQUOT:
      return Error(Fault::permanent, what)
          .with_code("store.full")
          .with_fix(
              "Free space on that file system or use a location with more room, then run the same again; "
              "what is stored already is kept");
    case EROFS:
      return Error(Fault::auth, what)
          .with_code("store.read_only")
          .with_fix(
              "The file system is mounted read-only: mount it read-write, or use another location for writing");
    case EACCES:
    case EPERM:
      return Error(Fault::auth, what).with_fix("Give the user who runs this read and write rights on that folder");
    case ESTALE:
    case ETIMEDOUT:
    case EAGAIN:
    case ENFILE:
    case EMFILE: return Error(Fault::retryable, what);
    default: return Error(Fault::permanent, what);
  }
}

}  // namespace tranship::store
