#pragma once
// One run of an action: its object, its status, and the reports of the engine that become its progress.

#include <deque>
#include <functional>
#include <map>
#include <mutex>

#include "controller/actions/status_publisher.h"
#include "controller/api/types.h"
#include "controller/runtime/clock.h"
#include "controller/runtime/status.h"
#include "migrate/reporter.h"

namespace tranship::controller {

// From the engine's reports to the status that all actions share. Thread-safe.
class ActionReporter : public migrate::Reporter {
 public:
  explicit ActionReporter(Clock clock) : clock_(std::move(clock)) {}

  void phase_begin(migrate::Phase phase) override;
  void volume(migrate::Phase phase, const volume::VolumeProgress& progress) override;
  void objects(std::size_t done, std::size_t total) override;
  void readiness(const restore::Readiness& readiness) override;

 protected:
  using Change = std::function<void(api::ActionStatus&)>;
  // Changes the status under the action's lock and has it written soon.
  virtual void change_common(const Change& change) = 0;

 private:
  std::int64_t rate_of(std::int64_t bytes_done);  // called under the action's lock

  const Clock clock_;
  std::deque<std::pair<std::chrono::steady_clock::time_point, std::int64_t>> samples_;
  std::map<std::string, std::int64_t> stored_;  // bytes by claim
};

// T: Backup, Export, Import or Restore. Thread-safe.
template <class T>
class Action : public ActionReporter {
 public:
  using Status = decltype(T::status);

  Action(const Context& context, kube::Client& client, T object, Clock clock)
      : ActionReporter(clock),
        object_(std::move(object)),
        status_(object_.status),
        publisher_(context, client, T::type(), object_.metadata, api::to_json(object_.status)) {}

  // As it was when the run began; its status is that of status().
  const T& object() const { return object_; }
  Status status() const {
    std::lock_guard lock(mutex_);
    return status_;
  }
  // Whatever a kind tells beside what engines report.
  void change(const std::function<void(Status&)>& change) {
    std::lock_guard lock(mutex_);
    change(status_);
    publisher_.publish(api::to_json(status_));
  }
  // Writes the status for the last time (StatusPublisher::finish).
  Result<void> finish(const Context& context, const std::function<void(Status&)>& change) {
    std::lock_guard lock(mutex_);
    change(status_);
    return publisher_.finish(context, api::to_json(status_));
  }

 private:
  void change_common(const Change& common) override {
    change([&](Status& status) { common(status); });
  }

  const T object_;
  mutable std::mutex mutex_;
  Status status_;
  StatusPublisher publisher_;
};

}  // namespace tranship::controller
