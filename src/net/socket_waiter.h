#pragma once
// Waiting for a socket without holding anything: until it is ready, the context ends or wake() is
// called.

#include <chrono>

#include "base/context.h"

namespace tranship::net {

class SocketWaiter {
 public:
  SocketWaiter();
  SocketWaiter(const SocketWaiter&) = delete;
  SocketWaiter& operator=(const SocketWaiter&) = delete;
  ~SocketWaiter();

  // `events`: POLLIN, POLLOUT. True when the socket is ready (or broken), false after `at_most` or
  // a wake(). Fault::cancelled when the context ends. One waiter serves one waiting thread at a
  // time.
  Result<bool> wait(const Context& context, int socket, short events,
                    std::chrono::milliseconds at_most);
  // From any thread; stays in force: every later wait() returns false at once when its socket is
  // not ready.
  void wake();

 private:
  int wake_fd_ = -1;
  int stop_fd_ = -1;
};

}  // namespace tranship::net
