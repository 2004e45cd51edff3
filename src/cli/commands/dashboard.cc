// tranship dashboard: the pages, served on this machine for the kubeconfig's user.

#include "api/server.h"
#include "api/static_pages.h"
#include "cli/commands.h"
#include "cli/options/cluster.h"
#include "cli/session.h"
#include "crypto/random.h"
#include "net/http_server.h"

namespace tranship::cli {
namespace {

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address.starts_with("localhost:") || address.starts_with("[::1]:");
}

Secret new_key() {
  Bytes random(24);
  crypto::random_bytes(random);
  return Secret(to_hex(random));
}

class DashboardCommand : public Command {
 public:
  std::string_view name() const override { return "dashboard"; }
  CommandHelp help() const override {
    return {"dashboard.summary",
            "dashboard.description",
            {{"tranship dashboard --context east", "dashboard.example.plain"}},
            {{"KUBECONFIG", "environment.kubeconfig"}}};
  }

  void add_options(Options& options) override {
    add_cluster_option(options, "--context", cluster_, "dashboard.context");
    options.value("--namespace,-n", "NAMESPACE", system_namespace_, "install.namespace");
    options.value("--listen", "ADDRESS", listen_, "dashboard.listen");
  }

  Result<int> run(Session& session) override {
    if (!is_loopback(listen_)) {
      return fail(Error(Fault::invalid, "--listen must be an address of this machine alone: who reaches it acts as you")
                      .with_code("usage")
                      .with_fix("Use 127.0.0.1:PORT; the controller serves the pages for others"));
    }
    kube::KubeconfigOptions options;
    options.context = cluster_;
    const auto access = TRY(kube::load_access(options));
    const std::shared_ptr<kube::Client> client = TRY(kube::Client::connect(access));
    const Secret key = new_key();
    api::Site site;
    site.context = session.context();
    site.system_namespace = system_namespace_;
    site.cluster = access.name;
    site.local = true;
    site.sessions = api::local_sessions(session.context(), TRY(api::user_of(session.context(), *client)), client, key,
                                        system_namespace_);
    api::Server pages(std::move(site), api::static_page);
    const auto server = TRY(net::HttpServer::listen(
        {.address = listen_}, [&](const net::ServerRequest& request) { return pages.answer(request); }));
    const std::string host = listen_.substr(0, listen_.rfind(':'));
    const std::string address =
        "http://" + host + ":" + std::to_string(server->port()) + "/?key=" + std::string(key.reveal());
    if (session.json()) {
      session.print_json({{"address", address}});
    } else {
      session.print(session.text("dashboard.address", access.name, address));
    }
    session.streams().out.flush();
    while (session.context().sleep(std::chrono::hours(24))) {
    }
    return kExitSuccess;
  }

 private:
  std::string cluster_, system_namespace_ = "tranship", listen_ = "127.0.0.1:0";
};

}  // namespace

std::unique_ptr<Command> make_dashboard_command() {
  return std::make_unique<DashboardCommand>();
}

}  // namespace tranship::cli
