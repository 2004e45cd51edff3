#include "store/relay/descriptor_stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace tranship::store::relay {
namespace {

constexpr std::size_t kReadBytes = 256u << 10;

Error broken(const char* doing, int error_number) {
  return Error(Fault::retryable, std::string(doing) + " the relay stream: " + std::strerror(error_number));
}

Result<void> write_all(int descriptor, ByteView data) {
  while (!data.empty()) {
    // send() because a peer that went away must be an error, not a signal that ends the process.
    ssize_t count = ::send(descriptor, data.data(), data.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == ENOTSOCK) count = ::write(descriptor, data.data(), data.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(broken("write to", errno));
    data = data.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Result<Bytes> read_some(int descriptor) {
  Bytes buffer(kReadBytes);
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != ECONNRESET) return fail(broken("read from", errno));
    buffer.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return buffer;
  }
}

}  // namespace

RelayStream descriptor_stream(int read_from, int write_to) {
  return {[write_to](ByteView data) { return write_all(write_to, data); },
          [read_from] { return read_some(read_from); }};
}

}  // namespace tranship::store::relay
