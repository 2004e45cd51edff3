#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/descriptor.h"

namespace tranship {
namespace {

Result<void> write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(descriptor, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(system_error("write", errno));
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

Error system_error(std::string_view doing, int error_number) {
  Fault fault = Fault::permanent;
  if (error_number == ENOENT) fault = Fault::not_found;
  if (error_number == EACCES || error_number == EPERM) fault = Fault::auth;
  if (error_number == EEXIST) fault = Fault::conflict;
  return Error(fault, std::string(doing) + ": " + std::strerror(error_number));
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return fail(system_error("open " + path.string(), errno));
  std::string content;
  char buffer[65536];
  for (;;) {
    const ssize_t count = ::read(file.number(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(system_error("read " + path.string(), errno));
    if (count == 0) return content;
    content.append(buffer, static_cast<std::size_t>(count));
    if (content.size() > bytes_max) {
      return fail(Fault::invalid, path.string() + " is larger than " + std::to_string(bytes_max) + " bytes");
    }
  }
}

Result<void> write_file(const std::filesystem::path& path, std::string_view content, unsigned mode) {
  const std::string temporary = path.string() + "." + std::to_string(::getpid()) + ".new";
  {
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (!file.open()) return fail(system_error("create " + temporary, errno));
    TRY_IN(temporary, write_all(file.number(), content));
    if (::fsync(file.number()) != 0) return fail(system_error("sync " + temporary, errno));
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return fail(system_error("rename " + temporary, errno));
  }
  return {};
}

}  // namespace tranship
