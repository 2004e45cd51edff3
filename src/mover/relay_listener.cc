#include "mover/relay_listener.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "mover/unix_socket.h"
#include "store/relay/descriptor_stream.h"

namespace tranship::mover {

Result<std::unique_ptr<RelayListener>> RelayListener::open(const std::string& path) {
  const int listener = TRY(listen_at(path));
  return std::unique_ptr<RelayListener>(new RelayListener(path, listener));
}

RelayListener::RelayListener(std::string path, int listener) : path_(std::move(path)), listener_(listener) {
  acceptor_ = std::jthread([this] { accept_streams(); });
}

RelayListener::~RelayListener() {
  stop_.request_stop();
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    std::lock_guard lock(mutex_);
    for (const int stream : streams_) ::shutdown(stream, SHUT_RDWR);
  }
  threads_.clear();
  ::close(listener_);
  ::unlink(path_.c_str());
}

void RelayListener::accept_streams() {
  while (!stop_.stop_requested()) {
    const int stream = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (stream < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (stream < 0) return;
    {
      std::lock_guard lock(mutex_);
      for (const int earlier : streams_) ::shutdown(earlier, SHUT_RDWR);
      streams_.push_back(stream);
    }
    threads_.emplace_back([this, stream] { serve(stream); });
  }
}

void RelayListener::serve(int stream) {
  // How it ended is of no use here: requests wait for the next stream, and whoever coordinates sees its own end.
  (void)store_->attach(Context(stop_.get_token()), store::relay::descriptor_stream(stream, stream));
  std::lock_guard lock(mutex_);
  std::erase(streams_, stream);
  ::close(stream);
  last_seen_ = std::chrono::steady_clock::now();
}

std::chrono::steady_clock::duration RelayListener::alone() const {
  std::lock_guard lock(mutex_);
  return streams_.empty() ? std::chrono::steady_clock::now() - last_seen_
                          : std::chrono::steady_clock::duration::zero();
}

}  // namespace tranship::mover
