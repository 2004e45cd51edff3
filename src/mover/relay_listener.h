#pragma once
// The mover's side of a relayed location: a Unix socket in the pod, to which `tranship mover relay` (run by exec)
// connects the stream of whoever coordinates. One stream at a time; a new one takes the place of one that is dead
// or silent.

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/context.h"
#include "store/relay.h"

namespace tranship::mover {

inline constexpr const char* kRelaySocket = "/tmp/tranship-relay.sock";

class RelayListener {
 public:
  // Replaces a socket that an earlier mover left. Only this user can connect.
  static Result<std::unique_ptr<RelayListener>> open(const std::string& path);
  ~RelayListener();  // ends the streams, so that the bridges end too
  RelayListener(const RelayListener&) = delete;
  RelayListener& operator=(const RelayListener&) = delete;

  store::Store& store() { return *store_; }
  // How long nobody has been connected; zero while somebody is.
  std::chrono::steady_clock::duration alone() const;

 private:
  explicit RelayListener(std::string path, int listener);
  void accept_streams();
  void serve(int stream);

  const std::string path_;
  const int listener_;
  const std::unique_ptr<store::RelayStore> store_ = store::RelayStore::make();
  std::stop_source stop_;
  mutable std::mutex mutex_;  // for the next two
  std::vector<int> streams_;
  std::chrono::steady_clock::time_point last_seen_ = std::chrono::steady_clock::now();
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace tranship::mover
