#pragma once
// Runs reconcilers while this process leads: informers, queues, workers, and what other kinds have to do with it.

#include <atomic>
#include <memory>
#include <vector>

#include "controller/runtime/reconciler.h"

namespace tranship::controller {

struct ManagerOptions {
  Settings settings;
  Clock clock;
  BackoffPolicy backoff;
};

// Blocks until the context ends (success: everything has come to rest), or something that reconcilers cannot do without
// is gone for good (rights, a kind). `synced` becomes true when all caches are complete, false again at the end.
Result<void> run_manager(const Context& context, kube::Client& client, observe::Metrics& metrics,
                         const ManagerOptions& options, const std::vector<ReconcilerFactory>& reconcilers,
                         std::atomic<bool>& synced);

}  // namespace tranship::controller
