#pragma once
// Events: what people see in `kubectl describe` of an object. Repeats of an event within ten
// minutes become one Event object with a count, and one object gets at most 25 different events in
// that time, so that a loop that fails does not flood the API server.

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "kube/client.h"

namespace tranship::kube {

struct EventRecord {
  Json object;  // whom it is about: apiVersion, kind, metadata (namespace, name, uid)
  bool warning = false;
  std::string reason;   // "MoverStarted": one word, for machines
  std::string message;  // at most 1 KiB is kept
};

// Thread-safe.
class EventRecorder {
 public:
  using WallClock = std::function<std::chrono::system_clock::time_point()>;
  // `component`: who says it ("tranship-controller").
  EventRecorder(
      Client& client, std::string component,
      WallClock clock = [] { return std::chrono::system_clock::now(); });

  // Success also when the event was held back for being one of too many. Events about
  // cluster-scoped objects go into the namespace "default", as everywhere in Kubernetes.
  Result<void> record(const Context& context, const EventRecord& record);

 private:
  struct Known {
    std::string name;  // of the Event object
    std::int64_t count = 0;
    std::chrono::system_clock::time_point last;
  };
  void forget_old(std::chrono::system_clock::time_point now);
  Json new_event(const EventRecord& record, const std::string& name_space, const std::string& name,
                 std::chrono::system_clock::time_point now) const;

  Client& client_;
  const std::string component_;
  const WallClock clock_;
  std::mutex mutex_;
  std::map<std::string, Known> known_;     // by everything that makes two events the same
  std::map<std::string, int> per_object_;  // different events among known_
};

}  // namespace tranship::kube
