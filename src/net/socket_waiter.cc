#include "net/socket_waiter.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <stop_token>

namespace tranship::net {
namespace {

void signal(int descriptor) {
  const eventfd_t one = 1;
  eventfd_write(descriptor, one);
}

}  // namespace

SocketWaiter::SocketWaiter()
    : wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      stop_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

SocketWaiter::~SocketWaiter() {
  if (wake_fd_ >= 0) ::close(wake_fd_);
  if (stop_fd_ >= 0) ::close(stop_fd_);
}

void SocketWaiter::wake() {
  signal(wake_fd_);
}

Result<bool> SocketWaiter::wait(const Context& context, int socket, short events,
                                std::chrono::milliseconds at_most) {
  if (auto alive = context.check(); !alive) return std::unexpected(alive.error());
  eventfd_t drained = 0;
  eventfd_read(stop_fd_, &drained);  // of an earlier wait's context
  const std::stop_callback on_stop(context.stop_token(), [this] { signal(stop_fd_); });
  const auto now = Context::Clock::now();
  auto timeout = at_most;
  if (context.deadline() - now < timeout)
    timeout = std::chrono::ceil<std::chrono::milliseconds>(context.deadline() - now);
  pollfd watched[] = {{socket, events, 0}, {wake_fd_, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
  ::poll(watched, 3, static_cast<int>(std::max<std::int64_t>(timeout.count(), 0)));
  if (auto alive = context.check(); !alive) return std::unexpected(alive.error());
  return watched[0].revents != 0;
}

}  // namespace tranship::net
