// tranship restore: a restore point into a namespace.

#include "capture/rbac.h"
#include "cli/commands.h"
#include "cli/display/migration_reporter.h"
#include "cli/display/plan_view.h"
#include "cli/display/print_rbac.h"
#include "cli/options/application.h"
#include "cli/options/cluster.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "migrate/backup.h"
#include "migrate/restore.h"

namespace tranship::cli {
namespace {

class RestoreCommand : public Command {
 public:
  std::string_view name() const override { return "restore"; }
  CommandHelp help() const override {
    return {"restore.summary",
            "restore.description",
            {{"tranship restore shop@latest --context west --location s3://backups/team", "restore.example.plain"},
             {"tranship restore shop@4f2a91c0 --context west --location dir:/backup --namespace shop-replica --dry-run",
              "restore.example.plan"}},
            {{"KUBECONFIG", "environment.kubeconfig"},
             {"TRANSHIP_PASSWORD", "environment.password"},
             {"TRANSHIP_TOKEN", "environment.token"},
             {"TRANSHIP_MOVER_IMAGE", "environment.mover_image"}}};
  }

  void add_options(Options& options) override {
    options.positional("APPLICATION[@RESTORE-POINT]", what_, "restore.what");
    add_cluster_option(options, "--context", cluster_, "option.context");
    restore_.add(options);
    location_.add_for_reading(options);
    movers_.add(options);
    options.flag("--dry-run", dry_run_, "option.dry_run");
    options.flag("--print-rbac", print_rbac_, "option.print_rbac");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    auto choices = TRY(restore_.choices());
    const auto movers = TRY(movers_.settings());
    const auto at = what_.find('@');
    const auto chosen = TRY(location_.open(context));
    if (what_.substr(0, at).empty() && !chosen.token) {
      return fail(Error(Fault::invalid, "say which application to restore").with_code("usage").with_fix(
          "tranship restore APPLICATION, or give a transfer token"));
    }
    const Cluster cluster = TRY(connect_cluster(context, cluster_));
    auto repository = TRY(chosen.application(context, what_.substr(0, at)));
    const auto snapshot = TRY(migrate::find_restore_point(context, *repository.repository,
                                                          at == std::string::npos ? "latest" : what_.substr(at + 1)));
    TRY(repository.repository->load_index(context));
    const auto stored = TRY(capture::read_captured(context, *repository.repository, snapshot));

    const std::string target =
        choices.target_namespace.empty() ? stored.point.name_space : choices.target_namespace;
    const migrate::RestoreRequest request{.client = *cluster.client,
                                          .choices = std::move(choices),
                                          .movers = movers,
                                          .relayed = chosen.relayed || movers_.relayed};
    const auto types = capture::written_types(stored.captured.types, request.choices.carry);
    const auto rights = capture::restore_rights(types, target);
    if (print_rbac_) return print_rbac(session, rights);
    const auto missing = TRY(capture::missing_rights(context, *cluster.client, rights));
    if (!missing.empty()) return fail(capture::missing_rights_error(missing, cluster.client->access().name));

    MigrationReporter reporter(session);
    const auto plan = TRY(make_plan(context, request, stored, snapshot, reporter));
    if (!session.json()) print_plan(session, plan, dry_run_);
    if (plan.blocked() || dry_run_) {
      if (session.json()) session.print_json({{"plan", migrate::to_json(plan)}, {"dryRun", true}});
      if (plan.blocked()) session.warn(session.text("plan.blocked"));
      return plan.blocked() ? kExitBlocked : kExitSuccess;
    }
    const auto outcome = TRY(saying_how_to_go_on(
        migrate::run_restore(context, request, plan, repository, snapshot, stored, reporter)));
    return show(session, outcome, plan.target_namespace, snapshot, reporter);
  }

 private:
  static Result<migrate::RestorePlan> make_plan(const Context& context, const migrate::RestoreRequest& request,
                                                const capture::StoredRestorePoint& stored,
                                                const repo::Snapshot& snapshot, MigrationReporter& reporter) {
    const migrate::PhaseScope phase(reporter, migrate::Phase::plan);
    return migrate::plan_restore(context, request, stored.captured, stored.point.volumes, snapshot.id.hex());
  }

  static Result<int> show(Session& session, const migrate::RestoreOutcome& outcome, const std::string& target_namespace,
                          const repo::Snapshot& snapshot, const MigrationReporter& reporter) {
    if (session.json()) {
      session.print_json({{"restorePoint", snapshot.id.hex()},
                          {"restore", outcome_json(outcome)},
                          {"phasesMs", reporter.phase_times()}});
    } else {
      print_outcome(session, outcome, target_namespace);
      session.print(session.text("phases", reporter.phase_summary()));
    }
    if (!outcome.whole()) session.warn(session.text("restore.not_whole"));
    return outcome.whole() ? kExitSuccess : kExitPartial;
  }

  std::string what_, cluster_;
  RestoreOptions restore_;
  LocationChoice location_;
  MoverOptions movers_;
  bool dry_run_ = false, print_rbac_ = false;
};

}  // namespace

std::unique_ptr<Command> make_restore_command() { return std::make_unique<RestoreCommand>(); }

}  // namespace tranship::cli
