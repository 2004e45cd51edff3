// tranship install | upgrade | uninstall: the controller into a cluster, brought up to date, and out of it.

#include <algorithm>

#include "cli/options/cluster.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "controller/install/install.h"
#include "controller/install/rights.h"

namespace tranship::cli {
namespace {

namespace install = controller::install;

// What install and uninstall share: which cluster, which namespace, and one line for each object.
class InstallationCommand : public Command {
 protected:
  void add_shared_options(Options& options) {
    add_cluster_option(options, "--context", cluster_, "option.context");
    options.value("--namespace,-n", "NAMESPACE", settings_.name_space, "install.namespace");
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  std::function<void(const install::Change&)> tell(Session& session) {
    return [this, &session](const install::Change& change) {
      const std::string_view what = install::change_name(change.what);
      lines_.push_back({{"object", change.object.to_string()}, {"change", what}});
      if (!session.json()) {
        session.print(session.text("install.change." + std::string(what), change.object.to_string()));
      }
    };
  }

  std::string cluster_;
  install::Settings settings_{.image = "tranship.io/tranship:" TRANSHIP_VERSION, .version = TRANSHIP_VERSION};
  Json lines_ = Json::array();
  bool dry_run_ = false;
};

class InstallCommand : public InstallationCommand {
 public:
  std::string_view name() const override { return "install"; }
  CommandHelp help() const override {
    return {"install.summary",
            "install.description",
            {{"tranship install --context east --image registry.example/tranship:0.1.0", "install.example.plain"},
             {"tranship install --print --rights any > install.yaml", "install.example.print"}},
            {{"KUBECONFIG", "environment.kubeconfig"}, {"TRANSHIP_MOVER_IMAGE", "environment.mover_image"}}};
  }

  void add_options(Options& options) override {
    add_shared_options(options);
    options.value("--image", "IMAGE", settings_.image, "install.image").environment("TRANSHIP_MOVER_IMAGE");
    options.value("--cluster-name", "NAME", settings_.cluster_name, "install.cluster_name");
    options.number("--replicas", "COUNT", replicas_, "install.replicas");
    add_writing_options(options);
    options.flag("--print", print_, "install.print");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    if (ready_timeout_s_ < 0 || ready_timeout_s_ > 86'400) {
      return fail(Error(Fault::invalid, "--ready-timeout must be from 0 to 86400 seconds").with_code("usage"));
    }
    const bool any = rights_ == "any";
    Cluster cluster;
    if (!print_ || !any) {
      auto connected = connect_cluster(context, cluster_);
      if (!connected) return fail(print_ ? needs_cluster(std::move(connected).error()) : std::move(connected).error());
      cluster = std::move(*connected);
    }
    if (cluster.client) TRY(look_at_installed(context, *cluster.client));
    settings_.replicas = static_cast<int>(std::clamp<std::int64_t>(replicas_, -1, 10));
    auto definitions = install::definitions();
    auto role = any ? install::role_for_any(settings_) : install::role_for_served(settings_, cluster.discovery);
    auto objects = TRY(install::manifests(settings_, std::move(role)));
    if (print_) return print(session, definitions, objects);
    const install::InstallRequest request{*cluster.client, cluster.discovery, std::move(definitions),
                                          std::move(objects), dry_run_};
    TRY(install::install(context, request, tell(session)));
    const bool wait = !dry_run_ && ready_timeout_s_ > 0 && settings_.replicas > 0;
    if (wait) {
      TRY(install::wait_until_ready(context, *cluster.client, settings_.name_space,
                                    std::chrono::seconds(ready_timeout_s_)));
    }
    if (session.json()) {
      session.print_json(
          {{"namespace", settings_.name_space}, {"dryRun", dry_run_}, {"objects", lines_}, {"ready", wait}});
    } else if (!dry_run_) {
      session.print(session.text(wait ? "install.ready" : "install.done", settings_.name_space));
    }
    return kExitSuccess;
  }

 protected:
  // Fills in what nobody said.
  virtual Result<void> look_at_installed(const Context& context, kube::Client& client) {
    if (!settings_.cluster_name.empty()) return {};
    settings_.cluster_name = TRY(install::known_cluster_name(context, client, settings_.name_space));
    return {};
  }

  void add_writing_options(Options& options) {
    options.value("--rights", "WHICH", rights_, "install.rights").choices({"served", "any"});
    options.number("--ready-timeout", "SECONDS", ready_timeout_s_, "install.ready_timeout");
  }

  std::int64_t replicas_ = 1;

 private:
  static Error needs_cluster(Error error) {
    const std::string code = error.code();
    return Error(error.fault(), "computing the rights for a cluster: " + error.what())
        .with_code(code)
        .with_fix("Name the cluster (--context); or print manifests for any: --rights any, which needs none");
  }

  static Result<int> print(Session& session, const std::vector<install::Manifest>& definitions,
                           const std::vector<install::Manifest>& objects) {
    Json items = Json::array();
    std::string text;
    for (const auto* part : {&definitions, &objects}) {
      for (const auto& manifest : *part) {
        items.push_back(manifest.object);
        text += (text.empty() ? "" : "---\n") + manifest.text;
      }
    }
    if (session.json()) {
      session.print_json({{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(items)}});
    } else {
      if (text.ends_with('\n')) text.pop_back();
      session.print(text);
    }
    return kExitSuccess;
  }

  std::string rights_ = "served";
  std::int64_t ready_timeout_s_ = 120;
  bool print_ = false;
};

class UpgradeCommand : public InstallCommand {
 public:
  UpgradeCommand() { settings_.image.clear(); }
  std::string_view name() const override { return "upgrade"; }
  CommandHelp help() const override {
    return {"upgrade.summary",
            "upgrade.description",
            {{"tranship upgrade --context east", "upgrade.example.plain"},
             {"tranship upgrade --context east --dry-run", "upgrade.example.dry"}},
            {{"KUBECONFIG", "environment.kubeconfig"}}};
  }

  void add_options(Options& options) override {
    add_shared_options(options);
    options.value("--image", "IMAGE", settings_.image, "upgrade.image");
    add_writing_options(options);
  }

 private:
  Result<void> look_at_installed(const Context& context, kube::Client& client) override {
    const auto found = TRY(install::find_installed(context, client, settings_.name_space));
    if (!found) {
      return fail(Error(Fault::not_found, "there is no controller in namespace " + settings_.name_space)
                      .with_code("install.none")
                      .with_fix("'tranship install' puts one there; --namespace says where another one is"));
    }
    if (settings_.image.empty()) settings_.image = install::image_with_tag(found->image, TRANSHIP_VERSION);
    settings_.cluster_name = found->cluster_name;
    replicas_ = found->replicas;
    return {};
  }
};

class UninstallCommand : public InstallationCommand {
 public:
  std::string_view name() const override { return "uninstall"; }
  CommandHelp help() const override {
    return {"uninstall.summary",
            "uninstall.description",
            {{"tranship uninstall --context east", "uninstall.example.plain"},
             {"tranship uninstall --context east --crds --dry-run", "uninstall.example.all"}},
            {{"KUBECONFIG", "environment.kubeconfig"}}};
  }

  void add_options(Options& options) override {
    add_shared_options(options);
    options.flag("--crds", definitions_too_, "uninstall.crds");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const Cluster cluster = TRY(connect_cluster(context, cluster_));
    auto objects = TRY(install::manifests(settings_, install::role_for_any(settings_)));
    TRY(install::uninstall(context,
                           {*cluster.client, cluster.discovery, std::move(objects),
                            definitions_too_ ? install::definitions() : std::vector<install::Manifest>(), dry_run_},
                           tell(session)));
    if (session.json()) {
      session.print_json({{"namespace", settings_.name_space}, {"dryRun", dry_run_}, {"objects", lines_}});
    } else if (!dry_run_) {
      session.print(session.text(definitions_too_ ? "uninstall.done.all" : "uninstall.done"));
    }
    return kExitSuccess;
  }

 private:
  bool definitions_too_ = false;
};

}  // namespace

std::unique_ptr<Command> make_install_command() {
  return std::make_unique<InstallCommand>();
}
std::unique_ptr<Command> make_upgrade_command() {
  return std::make_unique<UpgradeCommand>();
}
std::unique_ptr<Command> make_uninstall_command() {
  return std::make_unique<UninstallCommand>();
}

}  // namespace tranship::cli
