#include "mover/bridge.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "mover/unix_socket.h"
#include "store/relay/descriptor_stream.h"

namespace tranship::mover {
namespace {

constexpr auto kConnectPause = std::chrono::milliseconds(100);

Result<int> connect_patiently(const Context& context, const std::string& path, std::chrono::milliseconds patience) {
  const auto until = Context::Clock::now() + patience;
  for (;;) {
    auto connected = connect_to(path);
    if (connected || connected.error().fault() != Fault::not_found || Context::Clock::now() >= until)
      return connected;
    TRY(context.sleep(kConnectPause));
  }
}

// Copies until the end of `from`, or until `to` takes no more.
void copy(const store::RelayStream& from, const store::RelayStream& to) {
  for (;;) {
    const auto data = from.read();
    if (!data || data->empty() || !to.write(*data)) return;
  }
}

// As `from`, but ends also when `other` hangs up: a read of standard input knows nothing of the socket's end.
store::RelayStream ending_with(int from, int other) {
  auto stream = store::relay::descriptor_stream(from, from);
  stream.read = [from, other, read = stream.read]() -> Result<Bytes> {
    pollfd both[2] = {{from, POLLIN, 0}, {other, POLLRDHUP, 0}};
    while (::poll(both, 2, -1) < 0 && errno == EINTR) {
    }
    if (both[1].revents != 0) return Bytes();
    return read();
  };
  return stream;
}

}  // namespace

Result<void> bridge_relay(const Context& context, const std::string& socket_path, int input, int output,
                          std::chrono::milliseconds patience) {
  const int socket = TRY(connect_patiently(context, socket_path, patience));
  const auto mover = store::relay::descriptor_stream(socket, socket);
  {
    const std::stop_callback on_stop(context.stop_token(), [socket] { ::shutdown(socket, SHUT_RDWR); });
    std::jthread outwards([&] {
      copy(mover, store::relay::descriptor_stream(output, output));
      // The other direction must not wait for input that nobody will take.
      ::shutdown(socket, SHUT_RDWR);
    });
    copy(ending_with(input, socket), mover);
    ::shutdown(socket, SHUT_WR);
  }
  ::close(socket);
  return {};
}

}  // namespace tranship::mover
