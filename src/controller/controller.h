#pragma once
// The controller as a process: the server for probes, scrapes and pages, leader election, and, while it leads, its
// reconcilers.

#include <string>

#include "controller/runtime/manager.h"
#include "kube/lease.h"
#include "net/http_server.h"

namespace tranship::controller {

struct ControllerOptions {
  ManagerOptions manager;
  std::string listen = "127.0.0.1:8080";  // /healthz, /readyz, /metrics, and what `pages` answers
  net::HttpServer::Handler pages;         // all other paths; none: not found
  std::string identity;                   // in the lease; empty: host name and a random part
  std::chrono::seconds lease{15};         // how long another one waits when this one dies
};

// Every reconciler, in one table.
std::vector<ReconcilerFactory> all_reconcilers();

// Blocks until the context ends (success). Losing the lease is no end: it becomes a candidate again.
Result<void> run_controller(const Context& context, kube::Client& client, const ControllerOptions& options);

}  // namespace tranship::controller
