#include "mover/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace tranship::mover {
namespace {

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail(Fault::invalid, "socket path " + path + " is too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

std::unexpected<Error> close_and_fail(int descriptor, const std::string& doing) {
  const int error_number = errno;
  ::close(descriptor);
  return fail(system_error(doing, error_number));
}

}  // namespace

Result<int> listen_at(const std::string& path) {
  const sockaddr_un address = TRY(address_of(path));
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return fail(system_error("make a socket", errno));
  ::unlink(path.c_str());
  // Connecting needs the right to write: taken away before anybody can listen to it.
  if (::fchmod(descriptor, 0600) != 0 ||
      ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), 0600) != 0 || ::listen(descriptor, 8) != 0) {
    return close_and_fail(descriptor, "listen at " + path);
  }
  return descriptor;
}

Result<int> connect_to(const std::string& path) {
  const sockaddr_un address = TRY(address_of(path));
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return fail(system_error("make a socket", errno));
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return descriptor;
  if (errno == ECONNREFUSED) errno = ENOENT;
  return close_and_fail(descriptor, "connect to " + path);
}

}  // namespace tranship::mover
