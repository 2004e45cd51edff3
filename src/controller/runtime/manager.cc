#include "controller/runtime/manager.h"

#include <map>
#include <thread>

#include "controller/runtime/guarded.h"
#include "controller/runtime/runner.h"
#include "observe/log.h"

namespace tranship::controller {
namespace {

constexpr std::chrono::minutes kSyncTimeout{2};
constexpr std::chrono::minutes kReconcileTimeout{5};  // long work belongs to the ActionRunner
constexpr std::chrono::seconds kLookForFailures{1};

struct Part {
  std::unique_ptr<Reconciler> reconciler;
  std::unique_ptr<WorkQueue> queue;
  std::vector<Dependency> dependencies;
};

Key key_of(const Json& object) {
  return {json_string(object, {"metadata", "namespace"}), json_string(object, {"metadata", "name"})};
}

class Manager {
 public:
  Manager(const Context& context, kube::Client& client, observe::Metrics& metrics, const ManagerOptions& options)
      : context_(context),
        client_(client),
        metrics_(metrics),
        options_(options),
        events_(client, "tranship-controller", options.clock.wall),
        runner_(context, options.settings.actions_at_once) {}

  Result<void> run(const std::vector<ReconcilerFactory>& factories, std::atomic<bool>& synced) {
    // Reconcilers read from the stores, and the stores tell the reconcilers' queues: changes before the queues are
    // there are in the stores.
    Stores stores(context_, client_, options_.settings.only_namespace,
                  [this](const auto& type, const Json& object) { changed(type, object); });
    make_parts(factories, stores);
    auto outcome = stores.wait_synced(context_.with_timeout(kSyncTimeout));
    if (outcome) {
      started_ = true;
      outcome = work(stores, synced);
      synced = false;
    }
    // Informers call into the queues until they are joined, which happens before this object goes.
    return context_.stopped() ? Result<void>() : outcome;
  }

 private:
  void make_parts(const std::vector<ReconcilerFactory>& factories, const Stores& stores) {
    services_.emplace(Services{client_, events_, metrics_, stores, runner_, options_.settings, options_.clock,
                               [this](const auto& type, const Key& key) { enqueue(type, key); }});
    for (const auto& factory : factories) {
      Part part;
      part.reconciler = factory(*services_);
      part.queue = std::make_unique<WorkQueue>(options_.backoff, options_.clock);
      part.dependencies = part.reconciler->dependencies();
      parts_.push_back(std::move(part));
    }
  }

  void enqueue(const kube::ResourceType& type, const Key& key) {
    for (const auto& part : parts_) {
      if (part.reconciler->type().kind == type.kind) part.queue->add(key);
    }
  }

  void changed(const kube::ResourceType& type, const Json& object) {
    if (!started_) return;
    for (const auto& part : parts_) {
      if (part.reconciler->type().kind == type.kind) part.queue->add(key_of(object));
      tell(part, type, object);
    }
  }

  static void tell(const Part& part, const kube::ResourceType& type, const Json& object) {
    for (const auto& dependency : part.dependencies) {
      if (dependency.type.kind != type.kind || dependency.type.group != type.group) continue;
      for (const Key& key : dependency.keys(object)) part.queue->add(key);
    }
  }

  Result<void> work(const Stores& stores, std::atomic<bool>& synced) {
    std::vector<std::jthread> threads;
    for (const auto& part : parts_) {
      for (const Json& object : stores.list(part.reconciler->type())) part.queue->add(key_of(object));
      for (std::size_t i = 0; i < part.reconciler->workers(); ++i) threads.emplace_back([&] { serve(part); });
      for (const auto& dependency : part.dependencies) {
        if (dependency.type.group == api::kGroup) continue;
        threads.emplace_back([&](const std::stop_token& stop) { watch_others(stop, part, dependency); });
      }
    }
    synced = true;
    observe::log_info("The controller works", {{"reconcilers", parts_.size()}});
    std::optional<Error> failure;
    while (!failure && context_.sleep(kLookForFailures)) {
      failure = stores.failure();
      metrics_.set("tranship_actions_running", "Actions under way in this process.", {},
                   static_cast<double>(runner_.running_count()));
      tell_queue_lengths();
    }
    for (const auto& part : parts_) part.queue->close();
    for (auto& thread : threads) thread.request_stop();
    threads.clear();
    runner_.stop();
    if (failure) return fail(std::move(*failure));
    return {};
  }

  // A kind may have several reconcilers.
  void tell_queue_lengths() {
    std::map<std::string, std::size_t> waiting;
    for (const auto& part : parts_) waiting[part.reconciler->type().kind] += part.queue->size();
    for (const auto& [kind, count] : waiting) {
      metrics_.set("tranship_queue_length", "Objects that wait to be looked at.", {{"kind", kind}},
                   static_cast<double>(count));
    }
  }

  // One worker.
  void serve(const Part& part) {
    const std::string& kind = part.reconciler->type().kind;
    while (const auto key = part.queue->take()) {
      const auto began = options_.clock.steady();
      const auto result =
          guarded([&] { return part.reconciler->reconcile(context_.with_timeout(kReconcileTimeout), *key); });
      const std::chrono::duration<double> took = options_.clock.steady() - began;
      const bool stale = !result && result.error().fault() == Fault::conflict;
      metrics_.add("tranship_reconciles_total", "Objects that were looked at.",
                   {{"kind", kind},
                    {"result", result  ? "ok"
                               : stale ? "conflict"
                                       : "error"}});
      metrics_.add("tranship_reconcile_seconds_total", "Time spent on it.", {{"kind", kind}}, took.count());
      if (result) {
        part.queue->done(*key);
        if (result->again) part.queue->add_after(*key, *result->again);
        continue;
      }
      const auto delay = part.queue->failed(*key);
      // That somebody else was faster is the ordinary way of things.
      if (stale || context_.stopped()) continue;
      observe::log_warning(
          "An object could not be brought to its state and is looked at again",
          {{"kind", kind}, {"key", key->to_string()}, {"error", result.error()}, {"afterMs", delay.count()}});
    }
  }

  // Kinds outside of tranship.io: nothing of them is kept.
  void watch_others(const std::stop_token& stop, const Part& part, const Dependency& dependency) {
    const Context context = context_.with_stop(stop);
    kube::WatchOptions options;
    options.field_selector = dependency.field_selector;
    while (!context.stopped()) {
      const auto ended = kube::watch(context, client_, dependency.type, options_.settings.only_namespace, options,
                                     [&](const kube::WatchEvent& event) {
                                       if (!event.object.is_null()) tell(part, dependency.type, event.object);
                                       return !stop.stop_requested();
                                     });
      if (ended || context.stopped()) return;
      // What depends on it is looked at from time to time all the same.
      observe::log_error("A watch ended and begins again in a minute",
                         {{"kind", dependency.type.kind}, {"error", ended.error()}});
      (void)context.sleep(std::chrono::minutes(1));
    }
  }

  const Context context_;
  kube::Client& client_;
  observe::Metrics& metrics_;
  const ManagerOptions& options_;
  kube::EventRecorder events_;
  ActionRunner runner_;
  std::optional<Services> services_;
  std::vector<Part> parts_;
  std::atomic<bool> started_ = false;
};

}  // namespace

Result<void> run_manager(const Context& context, kube::Client& client, observe::Metrics& metrics,
                         const ManagerOptions& options, const std::vector<ReconcilerFactory>& reconcilers,
                         std::atomic<bool>& synced) {
  Manager manager(context, client, metrics, options);
  return manager.run(reconcilers, synced);
}

}  // namespace tranship::controller
