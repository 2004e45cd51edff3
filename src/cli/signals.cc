#include "cli/signals.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

#include "cli/command.h"

namespace tranship::cli {
namespace {

// Written by the handler: only async-signal-safe things happen there.
std::atomic<int> wake_descriptor{-1};
std::atomic<int> signals_seen{0};

extern "C" void on_signal(int) {
  const int saved = errno;
  if (signals_seen.fetch_add(1) > 0) ::_exit(kExitInterrupted);
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_descriptor.load(), &one, sizeof one);
  errno = saved;
}

constexpr std::uint64_t kClosing = 1u << 16;

void set_handler(int number, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(number, &action, nullptr);
}

}  // namespace

SignalStop::SignalStop(std::function<void()> on_first) {
  signals_seen = 0;
  wake_descriptor = ::eventfd(0, EFD_CLOEXEC);
  waiter_ = std::jthread([this, descriptor = wake_descriptor.load(), on_first = std::move(on_first)] {
    wait(descriptor, on_first);
  });
  set_handler(SIGINT, on_signal);
  set_handler(SIGTERM, on_signal);
  set_handler(SIGPIPE, SIG_IGN);
}

void SignalStop::wait(int descriptor, const std::function<void()>& on_first) {
  std::uint64_t count = 0;
  ssize_t bytes;
  do {
    bytes = ::read(descriptor, &count, sizeof count);
  } while (bytes < 0 && errno == EINTR);
  if (bytes != sizeof count || count >= kClosing) return;
  source_.request_stop();
  on_first();
}

SignalStop::~SignalStop() {
  set_handler(SIGINT, SIG_DFL);
  set_handler(SIGTERM, SIG_DFL);
  const int descriptor = wake_descriptor.exchange(-1);
  const std::uint64_t closing = kClosing;
  [[maybe_unused]] const ssize_t written = ::write(descriptor, &closing, sizeof closing);
  waiter_.join();
  ::close(descriptor);
}

}  // namespace tranship::cli
