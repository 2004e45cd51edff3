// tranship controller: what the Deployment of `tranship install` runs.

#include <unistd.h>

#include "api/server.h"
#include "api/access/session_key.h"
#include "api/static_pages.h"
#include "cli/options/application.h"
#include "cli/options/cluster.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "controller/controller.h"
#include "observe/audit.h"
#include "observe/log.h"

namespace tranship::cli {
namespace {

class ControllerCommand : public Command {
 public:
  std::string_view name() const override { return "controller"; }
  CommandHelp help() const override {
    return {"controller.summary",
            "controller.description",
            {{"tranship controller --context east --listen 127.0.0.1:0", "controller.example.outside"}},
            {{"KUBECONFIG", "environment.kubeconfig"},
             {"TRANSHIP_CLUSTER_NAME", "environment.cluster_name"},
             {"TRANSHIP_MOVER_IMAGE", "environment.mover_image"}}};
  }

  void add_options(Options& options) override {
    add_cluster_option(options, "--context", cluster_, "controller.context");
    options.value("--namespace,-n", "NAMESPACE", controller_.manager.settings.system_namespace, "install.namespace");
    options.value("--cluster-name", "NAME", cluster_name_, "controller.cluster_name")
        .environment("TRANSHIP_CLUSTER_NAME");
    options.value("--only-namespace", "NAMESPACE", controller_.manager.settings.only_namespace,
                  "controller.only_namespace");
    options.value("--listen", "ADDRESS", controller_.listen, "controller.listen");
    options.value("--mover-image", "IMAGE", movers_.image, "option.mover_image").environment("TRANSHIP_MOVER_IMAGE");
    options.value("--mover-memory", "QUANTITY", movers_.memory_limit, "option.mover_memory");
    options.number("--volumes-at-once", "COUNT", movers_.volumes_at_once, "option.volumes_at_once");
    options.number("--actions-at-once", "COUNT", actions_at_once_, "controller.actions_at_once");
    options.number("--lease-seconds", "SECONDS", lease_s_, "controller.lease");
    options.value("--audit-log", "FILE", audit_log_, "controller.audit_log").files();
    options.value("--log-level", "LEVEL", level_, "controller.log_level")
        .choices({"debug", "info", "warning", "error"});
  }

  Result<int> run(Session& session) override {
    if (actions_at_once_ < 1 || actions_at_once_ > 64) {
      return fail(Error(Fault::invalid, "--actions-at-once must be from 1 to 64").with_code("usage"));
    }
    if (lease_s_ < 2 || lease_s_ > 600) {
      return fail(Error(Fault::invalid, "--lease-seconds must be from 2 to 600").with_code("usage"));
    }
    const bool people = session.streams().error_is_terminal;
    observe::configure_log({TRY(observe::parse_level(level_)), people ? observe::Format::text : observe::Format::json});
    if (audit_log_.empty()) {
      observe::open_audit_record();
    } else {
      TRY(observe::open_audit_record(audit_log_));
    }
    controller_.manager.settings.movers = TRY(movers_.settings());
    controller_.manager.settings.actions_at_once = static_cast<std::size_t>(actions_at_once_);
    controller_.lease = std::chrono::seconds(lease_s_);
    kube::KubeconfigOptions options;
    options.context = cluster_;
    auto access = TRY(kube::load_access(options));
    if (!cluster_name_.empty()) access.name = cluster_name_;
    const std::shared_ptr<kube::Client> client = TRY(kube::Client::connect(access));
    api::Server pages(TRY(site(session, access, client)), api::static_page);
    controller_.pages = [&](const net::ServerRequest& request) { return pages.answer(request); };
    TRY(controller::run_controller(session.context(), *client, controller_));
    return kExitSuccess;
  }

 private:
  Result<api::Site> site(Session& session, const kube::ClusterAccess& access,
                         const std::shared_ptr<kube::Client>& client) const {
    const std::string& system_namespace = controller_.manager.settings.system_namespace;
    api::Site made;
    made.context = session.context();
    made.system_namespace = system_namespace;
    made.cluster = access.name;
    made.own_client = client;
    auto key = api::session_key(session.context(), *client, system_namespace);
    if (!key) {
      // Sessions then end with this process.
      observe::log_warning("Sessions have a key of this process alone", {{"why", key.error().text()}});
      key = crypto::SealKey::random();
    }
    made.oidc = std::make_unique<api::OidcLogin>(client, system_namespace, *key);
    made.sessions = api::cluster_sessions(session.context(), client, access, *key, system_namespace);
    return made;
  }

  std::string cluster_, cluster_name_, level_ = "info", audit_log_;
  controller::ControllerOptions controller_;
  MoverOptions movers_;
  std::int64_t actions_at_once_ = 4, lease_s_ = 15;
};

}  // namespace

std::unique_ptr<Command> make_controller_command() {
  return std::make_unique<ControllerCommand>();
}

}  // namespace tranship::cli
