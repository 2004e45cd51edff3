#pragma once
// The life of an action, the same for every kind: Pending until there is room, Running on a thread of its own, and one
// of Succeeded, Failed and Cancelled for good. What a kind does is an ActionWork.
//
// 1. The status is the truth across restarts: Running without a run in this process means that a controller died, and
// the
//    work is started again. Works must therefore go on from what is there (engines do), or find that they are done.
// 2. A run that ends because this process no longer leads writes no end: whoever leads next starts it again.
// 3. spec.cancel and deletion stop the run; a deleted object's status is written by nobody.

#include <memory>
#include <utility>

#include "controller/actions/action.h"
#include "controller/runtime/guarded.h"
#include "controller/runtime/reconciler.h"
#include "controller/runtime/runner.h"
#include "observe/log.h"

namespace tranship::controller {

template <class T>
class ActionWork {
 public:
  virtual ~ActionWork() = default;
  // On a thread of its own, of different objects at the same time. Errors become the status's; Fault::cancelled after
  // the context ended is no failure.
  virtual Result<void> run(const Context& context, Action<T>& action) = 0;
};

// What the reconciler does is in functions that know no kind, so that there is one of each.
namespace action {

enum class Decision { nothing, start, cancel_before_start, cancel_run };
// `gone`: deleted or being deleted.
Decision decide(const api::ActionStatus& status, bool cancel, bool gone, bool running);
void begin(api::ActionStatus& status, std::int64_t generation, api::Time now);
void pending(api::ActionStatus& status, std::int64_t generation);
// `outcome`: of the work; `cancelled`: by spec.cancel.
void end(api::ActionStatus& status, const Result<void>& outcome, bool cancelled, std::int64_t generation,
         api::Time now);
// Logs, counts and records the end of a run; `object` as JSON.
void tell_end(const Context& context, const Services& services, const Json& object, const api::ActionStatus& status);
void tell_begin(const Context& context, const Services& services, const Json& object);

}  // namespace action

template <class T>
class ActionReconciler : public Reconciler {
 public:
  ActionReconciler(const Services& services, std::unique_ptr<ActionWork<T>> work)
      : services_(services), work_(std::move(work)) {}

  const kube::ResourceType& type() const override { return T::type(); }

  Result<Next> reconcile(const Context& context, const Key& key) override {
    const auto object = TRY(services_.stores.get<T>(key));
    forget_others(key, object ? object->metadata.uid : std::string());
    if (!object) return Next{};
    const std::string& uid = object->metadata.uid;
    const bool gone = object->metadata.deletion_timestamp.has_value();
    switch (action::decide(object->status, object->spec.cancel, gone, services_.runner.running(uid))) {
      case action::Decision::nothing:
        return Next{};
      case action::Decision::cancel_run:
        services_.runner.cancel(uid);
        return Next{};
      case action::Decision::cancel_before_start:
        return end_unstarted(context, *object);
      case action::Decision::start:
        return start(context, key, *object);
    }
    return Next{};
  }

 private:
  // An object of that name that is no longer there: its run has nobody to work for.
  void forget_others(const Key& key, const std::string& uid) {
    std::lock_guard lock(mutex_);
    const auto known = uids_.find(key);
    if (known != uids_.end() && known->second != uid) services_.runner.cancel(known->second);
    if (uid.empty()) {
      uids_.erase(key);
    } else {
      uids_[key] = uid;
    }
  }

  Result<Next> end_unstarted(const Context& context, const T& object) {
    auto status = object.status;
    action::end(status, fail(Fault::cancelled, "cancelled"), true, object.metadata.generation, services_.clock.wall());
    TRY(write_status(context, services_.client, object, status));
    action::tell_end(context, services_, api::to_json(object), status);
    return Next{};
  }

  Result<Next> start(const Context& context, const Key& key, const T& object) {
    const auto started = services_.runner.start(
        object.metadata.uid, [this, object](const ActionRunner::Run& run) { work(run, object); },
        [this, key] { services_.enqueue(T::type(), key); });
    if (started != ActionRunner::Started::no_room || object.status.phase) return Next{};
    auto status = object.status;
    action::pending(status, object.metadata.generation);
    TRY(write_status(context, services_.client, object, status));
    return Next{};
  }

  // The cache may be behind: whether there is anything to do is asked of the server.
  Result<std::optional<T>> unfinished(const Context& context, const T& cached) {
    const auto& metadata = cached.metadata;
    auto found = services_.client.get(context, T::type(), metadata.name_space, metadata.name);
    if (!found && found.error().fault() == Fault::not_found) return std::nullopt;
    T object = TRY(api::from_json<T>(TRY(std::move(found))));
    const bool mine = object.metadata.uid == metadata.uid;
    const bool gone = object.metadata.deletion_timestamp.has_value();
    const auto decision = action::decide(object.status, object.spec.cancel, gone, false);
    if (!mine || decision != action::Decision::start) return std::nullopt;
    return object;
  }

  void work(const ActionRunner::Run& run, const T& cached) {
    auto current = unfinished(run.context, cached);
    if (!current) {
      observe::log_warning("An action could not be looked at and is tried again", {{"error", current.error()}});
      if (!run.context.sleep(std::chrono::seconds(2))) return;
      return services_.enqueue(T::type(), {cached.metadata.name_space, cached.metadata.name});
    }
    if (*current) run_action(run, **current);
  }

  void run_action(const ActionRunner::Run& run, const T& object) {
    Action<T> action(run.context, services_.client, object, services_.clock);
    const std::int64_t generation = object.metadata.generation;
    if (object.status.phase != api::Phase::running) {
      action::tell_begin(run.context, services_, api::to_json(object));
    }
    action.change([&](auto& status) { action::begin(status, generation, services_.clock.wall()); });
    const auto outcome = guarded([&] { return work_->run(run.context, action); });
    const bool stopped_here = !outcome && run.context.stopped() && !run.cancelled;
    if (stopped_here) return;
    // The run's own context has ended when it was cancelled; the end is written all the same.
    const auto written = action.finish(
        run.cancelled ? Context().with_timeout(std::chrono::minutes(1)) : run.context,
        [&](auto& status) { action::end(status, outcome, run.cancelled, generation, services_.clock.wall()); });
    if (!written) return observe::log_error("The end of an action could not be written", {{"error", written.error()}});
    action::tell_end(Context().with_timeout(std::chrono::seconds(10)), services_, api::to_json(object),
                     action.status());
  }

  const Services services_;
  const std::unique_ptr<ActionWork<T>> work_;
  std::mutex mutex_;
  std::map<Key, std::string> uids_;
};

}  // namespace tranship::controller
