// tranship migrate: one application from one cluster into another.

#include "cli/commands.h"
#include "cli/display/migration_reporter.h"
#include "cli/display/plan_view.h"
#include "cli/display/print_rbac.h"
#include "cli/options/application.h"
#include "cli/options/cluster.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "migrate/migration.h"

namespace tranship::cli {
namespace {

class MigrateCommand : public Command {
 public:
  std::string_view name() const override { return "migrate"; }
  CommandHelp help() const override {
    return {"migrate.summary",
            "migrate.description",
            {{"tranship migrate shop --from east --to west", "migrate.example.plain"},
             {"tranship migrate shop --from east --to west --namespace shop-replica --dry-run", "migrate.example.plan"},
             {"tranship migrate shop --from east --to west --location s3://backups/team --endpoint https://s3.example",
              "migrate.example.location"},
             {"tranship migrate shop --from east --to west --storage-class standard=fast --carry all",
              "migrate.example.carry"}},
            {{"KUBECONFIG", "environment.kubeconfig"},
             {"TRANSHIP_PASSWORD", "environment.password"},
             {"TRANSHIP_MOVER_IMAGE", "environment.mover_image"}}};
  }

  void add_options(Options& options) override {
    options.positional("APPLICATION", application_, "migrate.application").required();
    add_cluster_option(options, "--from", from_, "option.from").required();
    add_cluster_option(options, "--to", to_, "option.to").required();
    options.value("--selector", "SELECTOR", selector_, "option.selector");
    restore_.add(options);
    location_.add(options, false);
    movers_.add(options);
    options.flag("--dry-run", dry_run_, "option.dry_run");
    options.flag("--no-snapshots", no_snapshots_, "option.no_snapshots");
    options.flag("--fresh", fresh_, "option.fresh");
    options.flag("--print-rbac", print_rbac_, "option.print_rbac");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    auto choices = TRY(restore_.choices());
    const auto movers = TRY(movers_.settings());
    const Cluster source = TRY(connect_cluster(context, from_));
    if (print_rbac_) return print_rbac(session, migration_rights(source.discovery, application_));
    const Cluster target = TRY(connect_cluster(context, to_));
    auto application = TRY(app::find_application(context, *source.client, {application_, selector_, {}}));
    const auto chosen = TRY(location_.open(context));
    const std::string name = application.name;
    auto repository = TRY(migrate::find_application_repository(context, chosen.location, name, chosen.passphrase));
    const bool relayed = chosen.relayed || movers_.relayed;

    migrate::MigrationRequest request{
        .backup = {.client = *source.client,
                   .discovery = source.discovery,
                   .application = std::move(application),
                   .target = repository,
                   .relayed = relayed,
                   .movers = movers,
                   .capture = {},
                   .snapshots = !no_snapshots_},
        .restore = {.client = *target.client,
                    .choices = std::move(choices),
                    .movers = movers,
                    .relayed = relayed},
        .fresh = fresh_};

    MigrationReporter reporter(session);
    const auto plan = TRY(migrate::plan_migration(context, request, reporter));
    if (plan.completed) return show_completed(session, *plan.completed, plan.restore.target_namespace);
    if (!session.json()) print_plan(session, plan.restore, dry_run_);
    if (plan.restore.blocked() || dry_run_) return show_plan(session, plan);
    if (!repository.repository) {
      repository = TRY(migrate::open_or_create_application(context, chosen.location, name, chosen.passphrase));
    }
    const auto outcome = TRY(saying_how_to_go_on(migrate::run_migration(context, request, plan, reporter)));
    return show(session, outcome, plan.restore.target_namespace, reporter);
  }

 private:
  static Result<int> show_plan(Session& session, const migrate::MigrationPlan& plan) {
    if (session.json()) session.print_json({{"plan", migrate::to_json(plan.restore)}, {"dryRun", true}});
    if (!plan.restore.blocked()) return kExitSuccess;
    session.warn(session.text("plan.blocked"));
    return kExitBlocked;
  }

  static Result<int> show_completed(Session& session, const migrate::CompletedMigration& completed,
                                    const std::string& target_namespace) {
    const auto& mark = completed.mark;
    if (session.json()) {
      session.print_json({{"alreadyComplete", true},
                          {"namespace", target_namespace},
                          {"restorePoint", mark.restore_point},
                          {"takenAt", completed.taken_at},
                          {"completedAt", mark.completed_at},
                          {"changedObjects", completed.changed ? Json(*completed.changed) : Json()}});
      return kExitSuccess;
    }
    const std::string id = mark.restore_point.substr(0, 8);
    // The mark is an annotation: anybody may have written it.
    session.print(session.text("migrate.complete", target_namespace, printable(id), printable(mark.completed_at)));
    if (!completed.changed) {
      session.warn(session.text("migrate.complete.gone", id));
    } else if (completed.changed->empty()) {
      session.print(session.text("migrate.complete.same", completed.taken_at));
    } else {
      for (const auto& each : *completed.changed) {
        session.warn(session.text("migrate.complete.changed", completed.taken_at, each));
      }
    }
    session.print(session.text("migrate.complete.newer", target_namespace));
    return kExitSuccess;
  }

  static Result<int> show(Session& session, const migrate::MigrationOutcome& outcome,
                          const std::string& target_namespace, const MigrationReporter& reporter) {
    const bool whole = outcome.restore.whole();
    if (session.json()) {
      session.print_json({{"restorePoint", outcome.snapshot.id.hex()},
                          {"resumed", outcome.resumed},
                          {"description", app::to_json(outcome.point)},
                          {"bytesStored", outcome.backup.bytes_stored},
                          {"backupMoverPeakMemoryBytes", outcome.backup.mover_peak_memory_bytes},
                          {"restore", outcome_json(outcome.restore)},
                          {"phasesMs", reporter.phase_times()}});
    } else {
      for (const auto& volume : outcome.point.volumes) {
        session.print(session.text("volume.line", volume.claim, format_volume(volume)));
        for (const auto& warning : volume.warnings) session.warn(volume.claim + ": " + warning);
      }
      for (const auto& warning : outcome.point.warnings) session.warn(warning);
      print_outcome(session, outcome.restore, target_namespace);
      session.print(session.text("phases", reporter.phase_summary()));
    }
    if (!whole) session.warn(session.text("restore.not_whole"));
    return whole ? kExitSuccess : kExitPartial;
  }

  std::string application_, from_, to_, selector_;
  RestoreOptions restore_;
  LocationChoice location_;
  MoverOptions movers_;
  bool dry_run_ = false, no_snapshots_ = false, fresh_ = false, print_rbac_ = false;
};

}  // namespace

std::unique_ptr<Command> make_migrate_command() { return std::make_unique<MigrateCommand>(); }

}  // namespace tranship::cli
