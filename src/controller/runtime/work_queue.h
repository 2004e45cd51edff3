#pragma once
// The queue between what happens in the cluster and the reconcilers: keys of objects, each at most once. A key that is
// added while it is worked on comes again afterwards, never at the same time. Keys that failed come again after their
// own back-off. Thread-safe.

#include <chrono>
#include <compare>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "controller/runtime/clock.h"

namespace tranship::controller {

struct Key {
  std::string name_space;
  std::string name;
  auto operator<=>(const Key&) const = default;
  std::string to_string() const { return name_space + "/" + name; }
};

struct BackoffPolicy {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds max{300'000};  // doubled from failure to failure up to this
};

class WorkQueue {
 public:
  explicit WorkQueue(BackoffPolicy backoff = {}, Clock clock = {}) : backoff_(backoff), clock_(std::move(clock)) {}

  void add(const Key& key);
  // At the earliest of the times asked for. Taking a key forgets the time: who works on it says again when it is due.
  void add_after(const Key& key, std::chrono::milliseconds delay);
  // Waits for a key; nothing once the queue is closed. Every key taken is given back by done() or failed().
  std::optional<Key> take();
  std::optional<Key> try_take();
  // It succeeded: its back-off begins anew.
  void done(const Key& key);
  // It comes again after its back-off, which is the answer.
  std::chrono::milliseconds failed(const Key& key);
  // take() answers nothing from now on, also where it waits.
  void close();
  // Keys that could be worked on now.
  std::size_t size() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  void add_locked(const Key& key);
  void delay_locked(const Key& key, Time due);
  void promote_locked(Time now);  // delayed keys whose time has come
  std::optional<Key> take_locked();
  void finish_locked(const Key& key);

  const BackoffPolicy backoff_;
  const Clock clock_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Key> ready_;
  std::set<Key> queued_;  // the same keys
  std::set<Key> active_;  // taken and not given back
  std::set<Key> again_;   // added while active
  std::map<Key, Time> delayed_;
  std::map<Key, int> failures_;
  bool closed_ = false;
};

}  // namespace tranship::controller
