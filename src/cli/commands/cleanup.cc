// tranship cleanup: removes what runs that died left in a cluster.

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/options/cluster.h"
#include "cli/session.h"
#include "volume/cleanup.h"

namespace tranship::cli {
namespace {

class CleanupCommand : public Command {
 public:
  std::string_view name() const override { return "cleanup"; }
  CommandHelp help() const override {
    return {"cleanup.summary",
            "cleanup.description",
            {{"tranship cleanup --context east --dry-run", "cleanup.example.look"},
             {"tranship cleanup --context east --namespace shop", "cleanup.example.one"}},
            {{"KUBECONFIG", "environment.kubeconfig"}}};
  }

  void add_options(Options& options) override {
    add_cluster_option(options, "--context", cluster_, "option.context");
    options.value("--namespace,-n", "NAMESPACE", name_space_, "cleanup.namespace");
    options.flag("--also-running", also_running_, "cleanup.also_running");
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const Cluster cluster = TRY(connect_cluster(context, cluster_));
    const auto found = TRY(volume::find_leftovers(context, *cluster.client, name_space_));
    std::vector<volume::Leftover> dead;
    Json lines = Json::array();
    for (const auto& leftover : found) {
      const bool removed = also_running_ || !leftover.alive;
      if (removed) dead.push_back(leftover);
      lines.push_back({{"object", leftover.object.to_string()}, {"run", leftover.run}, {"alive", leftover.alive}});
      if (session.json()) continue;
      session.print(
          session.text(removed ? "cleanup.dead" : "cleanup.alive", leftover.object.to_string(), leftover.run));
    }
    if (!dry_run_) TRY(volume::remove_leftovers(context, *cluster.client, dead));
    const std::size_t count = dry_run_ ? 0 : dead.size();
    if (session.json()) {
      session.print_json({{"leftovers", lines}, {"removed", count}});
    } else {
      session.print(session.text("cleanup.removed", count));
    }
    return kExitSuccess;
  }

 private:
  std::string cluster_, name_space_;
  bool also_running_ = false, dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_cleanup_command() { return std::make_unique<CleanupCommand>(); }

}  // namespace tranship::cli
