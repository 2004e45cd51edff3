#pragma once
// Long work on threads of its own: at most so many at once, each with a stop of its own. Thread-safe.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/context.h"

namespace tranship::controller {

class ActionRunner {
 public:
  // `context`: of the time in which this process leads; work stops with it.
  ActionRunner(const Context& context, std::size_t at_once) : context_(context), at_once_(at_once) {}
  ~ActionRunner() { stop(); }

  // What a run is given: its context ends by cancel(), by stop() or with the runner's own; `cancelled` says whether it
  // was by cancel(). Work must return soon then, and must not throw.
  struct Run {
    Context context;
    const std::atomic<bool>& cancelled;
  };
  enum class Started { yes, runs_already, no_room };
  // `id`: unique among everything that runs (an object's uid). With no_room, `when_room` is called once when trying
  // again may succeed, on any thread.
  Started start(const std::string& id, std::function<void(const Run&)> work, std::function<void()> when_room);
  bool running(const std::string& id) const;
  void cancel(const std::string& id);
  std::size_t running_count() const;
  // Stops everything and waits for it; nothing starts afterwards.
  void stop();

 private:
  struct Entry {
    std::stop_source stop;
    std::atomic<bool> cancelled = false;
    std::thread thread;
  };
  void finish(const std::string& id);
  void join_finished();

  const Context context_;
  const std::size_t at_once_;
  mutable std::mutex mutex_;
  std::condition_variable all_done_;
  std::map<std::string, std::unique_ptr<Entry>> running_;
  std::vector<std::unique_ptr<Entry>> finished_;  // their threads are about to end
  std::vector<std::function<void()>> waiting_;
  bool stopped_ = false;
};

}  // namespace tranship::controller
