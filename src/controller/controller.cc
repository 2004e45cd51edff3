#include "controller/controller.h"

#include <fmt/format.h>
#include <unistd.h>

#include "controller/actions/backup_action.h"
#include "controller/actions/export_action.h"
#include "controller/actions/import_action.h"
#include "controller/actions/local_expiry.h"
#include "controller/actions/removed_retention.h"
#include "controller/actions/restore_action.h"
#include "controller/actions/transforms.h"
#include "controller/location/location_reconciler.h"
#include "controller/policy/policy_reconciler.h"
#include "crypto/random.h"
#include "observe/log.h"

namespace tranship::controller {
namespace {

constexpr std::string_view kLeaseName = "tranship-controller";
constexpr std::chrono::seconds kPauseAfterFailure{5};

std::string new_identity() {
  char host[256] = "controller";
  (void)::gethostname(host, sizeof host - 1);
  Bytes random(4);
  crypto::random_bytes(random);
  return fmt::format("{}-{}", host, to_hex(random));
}

struct State {
  observe::Metrics metrics;
  std::atomic<bool> leads = false;
  std::atomic<bool> synced = false;
};

// Ready: its caches are complete, or it stands by for the one that leads.
net::ServerResponse answer(State& state, const ControllerOptions& options, const net::ServerRequest& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (request.path == "/healthz") return {.body = "ok\n"};
  if (request.path == "/readyz") {
    if (!state.leads) return {.body = "stands by\n"};
    return state.synced ? net::ServerResponse{.body = "leads\n"}
                        : net::ServerResponse{.status = 503, .body = "reads the cluster\n"};
  }
  if (request.path != "/metrics") {
    if (options.pages) return options.pages(request);
    return {.status = 404, .body = "there are /healthz, /readyz and /metrics\n"};
  }
  if (!reads) return {.status = 405, .body = "GET only\n"};
  state.metrics.set("tranship_leader", "Whether this process leads.", {}, state.leads ? 1 : 0);
  state.metrics.set("process_resident_memory_bytes", "Resident memory.", {}, observe::resident_memory_bytes());
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = state.metrics.text()};
}

kube::LeaseOptions lease_options(const ControllerOptions& options) {
  const std::chrono::milliseconds duration = options.lease;
  return {.name_space = options.manager.settings.system_namespace,
          .name = std::string(kLeaseName),
          .identity = options.identity.empty() ? new_identity() : options.identity,
          .duration = duration,
          .renew_deadline = duration * 2 / 3,
          .retry_period = duration * 2 / 15};
}

}  // namespace

std::vector<ReconcilerFactory> all_reconcilers() {
  // Exports and the retention of removed applications prune the same repositories.
  const auto prunes = std::make_shared<PruneTimes>();
  const auto exports = [prunes](const Services& services) { return make_export_reconciler(services, prunes); };
  const auto removed = [prunes](const Services& services) {
    return make_removed_retention_reconciler(services, prunes);
  };
  return {make_location_reconciler,      make_backup_reconciler,       exports,
          make_import_reconciler,        make_restore_reconciler,      make_policy_reconciler,
          make_transform_set_reconciler, make_local_expiry_reconciler, removed};
}

Result<void> run_controller(const Context& context, kube::Client& client, const ControllerOptions& options) {
  State state;
  state.metrics.set("tranship_build_info", "The version that runs.", {{"version", TRANSHIP_VERSION}}, 1);
  const auto is_probe = [](const std::string& path) {
    return path == "/healthz" || path == "/readyz" || path == "/metrics";
  };
  const auto server = TRY(net::HttpServer::listen(
      {.address = options.listen, .at_once = is_probe},
      [&](const net::ServerRequest& request) { return answer(state, options, request); }));
  const auto lease = lease_options(options);
  observe::log_info("The controller started", {{"version", TRANSHIP_VERSION},
                                               {"identity", lease.identity},
                                               {"namespace", lease.name_space},
                                               {"port", server->port()}});
  const auto lead = [&](const Context& leading) {
    observe::log_info("This process leads", {{"identity", lease.identity}});
    state.leads = true;
    auto outcome = run_manager(leading, client, state.metrics, options.manager, all_reconcilers(), state.synced);
    state.leads = false;
    return outcome;
  };
  while (!context.stopped()) {
    const auto ended = kube::run_as_leader(context, client, lease, lead);
    if (context.stopped()) break;
    const Fault fault = ended ? Fault::retryable : ended.error().fault();
    if (fault == Fault::not_found) return fail(Error(ended.error()).with_fix("Run tranship install"));
    // Cancelled: by a deadline of its own, as when the API server does not answer.
    if (fault != Fault::retryable && fault != Fault::cancelled) return ended;
    observe::log_warning("This process does not lead any more",
                         {{"why", ended ? std::string("its work ended") : ended.error().text()}});
    (void)context.sleep(kPauseAfterFailure);
  }
  observe::log_info("The controller ended");
  return {};
}

}  // namespace tranship::controller
