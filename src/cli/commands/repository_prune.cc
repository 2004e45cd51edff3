// tranship repository prune: what no snapshot needs, marked, and removed a grace period later.

#include "cli/commands.h"
#include "cli/display/prune_view.h"
#include "cli/options/prune.h"
#include "cli/options/repository.h"
#include "cli/session.h"

namespace tranship::cli {
namespace {

class RepositoryPruneCommand : public Command {
 public:
  std::string_view name() const override { return "repository prune"; }
  CommandHelp help() const override {
    return {"repository.prune.summary",
            "repository.prune.description",
            {{"tranship repository prune -r s3://backups/web", "repository.prune.example.plain"},
             {"tranship repository prune -r dir:/srv/backup --grace 0", "repository.prune.example.now"},
             {"tranship repository prune -r dir:/srv/backup --dry-run --output json",
              "repository.prune.example.dry_run"}},
            repository_environment()};
  }

  void add_options(Options& options) override {
    repository_.add(options);
    prune_.add(options);
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const auto options = TRY(prune_.checked(dry_run_));
    const auto opened = TRY(repository_.open(session, dry_run_));
    const auto result = TRY(prune_with_progress(session, *opened, options));
    if (session.json()) {
      Json json = prune_json(result);
      json["repository"] = opened->store().describe();
      json["dryRun"] = dry_run_;
      session.print_json(json);
      return kExitSuccess;
    }
    print_prune(session, result);
    if (dry_run_) session.print(session.text("repository.prune.dry_run"));
    return kExitSuccess;
  }

 private:
  RepositoryChoice repository_;
  PruneChoice prune_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_repository_prune_command() { return std::make_unique<RepositoryPruneCommand>(); }

}  // namespace tranship::cli
