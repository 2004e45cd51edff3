// tranship backup: an application into a location.

#include "base/units.h"
#include "capture/rbac.h"
#include "cli/commands.h"
#include "cli/display/migration_reporter.h"
#include "cli/display/plan_view.h"
#include "cli/display/print_rbac.h"
#include "cli/options/application.h"
#include "cli/options/cluster.h"
#include "cli/session.h"
#include "migrate/backup.h"

namespace tranship::cli {
namespace {

class BackupCommand : public Command {
 public:
  std::string_view name() const override { return "backup"; }
  CommandHelp help() const override {
    return {"backup.summary",
            "backup.description",
            {{"tranship backup shop --context east --location s3://backups/team", "backup.example.plain"},
             {"tranship backup shop --context east --location dir:/backup --dry-run", "backup.example.dry_run"}},
            {{"KUBECONFIG", "environment.kubeconfig"},
             {"TRANSHIP_PASSWORD", "environment.password"},
             {"TRANSHIP_MOVER_IMAGE", "environment.mover_image"}}};
  }

  void add_options(Options& options) override {
    options.positional("APPLICATION", application_, "backup.application").required();
    add_cluster_option(options, "--context", cluster_, "option.context");
    options.value("--selector", "SELECTOR", selector_, "option.selector");
    location_.add(options, false);
    movers_.add(options);
    options.flag("--dry-run", dry_run_, "option.dry_run");
    options.flag("--no-snapshots", no_snapshots_, "option.no_snapshots");
    options.flag("--print-rbac", print_rbac_, "option.print_rbac");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto movers = TRY(movers_.settings());
    const Cluster cluster = TRY(connect_cluster(context, cluster_));
    const auto rights = capture::backup_rights(cluster.discovery, application_);
    if (print_rbac_) return print_rbac(session, rights);
    auto application = TRY(app::find_application(context, *cluster.client, {application_, selector_, {}}));
    const auto missing = TRY(capture::missing_rights(context, *cluster.client, rights));
    if (!missing.empty()) return fail(capture::missing_rights_error(missing, cluster.client->access().name));
    const auto claims = TRY(volume::find_claims(context, *cluster.client, application));
    if (dry_run_) return show_plan(session, claims);

    const auto chosen = TRY(location_.open(context));
    auto repository =
        TRY(migrate::open_or_create_application(context, chosen.location, application.name, chosen.passphrase));
    const migrate::BackupRequest request{.client = *cluster.client,
                                         .discovery = cluster.discovery,
                                         .application = std::move(application),
                                         .target = repository,
                                         .relayed = chosen.relayed || movers_.relayed,
                                         .movers = movers,
                                         .capture = {},
                                         .snapshots = !no_snapshots_};
    MigrationReporter reporter(session);
    auto outcome = migrate::back_up(context, request, reporter);
    if (!outcome && outcome.error().fault() == Fault::cancelled) {
      return fail(std::move(outcome).error().with_fix(
          "No restore point was written. What is stored already is found again when the same command runs once more"));
    }
    show(session, TRY(std::move(outcome)), reporter);
    return kExitSuccess;
  }

 private:
  Result<int> show_plan(Session& session, const std::vector<volume::Claim>& claims) const {
    Json volumes = Json::array();
    for (const auto& claim : claims) {
      const std::string way = claim.phase == "Pending"              ? "empty"
                              : claim.snapshot_class && !no_snapshots_ ? "volume-snapshot"
                              : claim.mounts.empty()                ? "unmounted"
                                                                    : "live";
      volumes.push_back({{"claim", claim.name}, {"capacity", claim.capacity}, {"consistency", way}});
      if (!session.json()) session.print(session.text("backup.plan.volume", claim.name, claim.capacity, way));
    }
    if (session.json()) session.print_json({{"dryRun", true}, {"volumes", volumes}});
    return kExitSuccess;
  }

  static void show(Session& session, const migrate::BackupOutcome& outcome, const MigrationReporter& reporter) {
    if (session.json()) {
      return session.print_json({{"restorePoint", outcome.snapshot.id.hex()},
                                 {"description", app::to_json(outcome.point)},
                                 {"bytesStored", outcome.bytes_stored},
                                 {"moverPeakMemoryBytes", outcome.mover_peak_memory_bytes},
                                 {"phasesMs", reporter.phase_times()}});
    }
    for (const auto& volume : outcome.point.volumes) {
      session.print(session.text("volume.line", volume.claim, format_volume(volume)));
      for (const auto& warning : volume.warnings) session.warn(volume.claim + ": " + warning);
    }
    for (const auto& warning : outcome.point.warnings) session.warn(warning);
    session.print(session.text("backup.done", outcome.snapshot.id.brief(), format_bytes(outcome.bytes_stored)));
    session.print(session.text("phases", reporter.phase_summary()));
  }

  std::string application_, cluster_, selector_;
  LocationChoice location_;
  MoverOptions movers_;
  bool dry_run_ = false, no_snapshots_ = false, print_rbac_ = false;
};

}  // namespace

std::unique_ptr<Command> make_backup_command() { return std::make_unique<BackupCommand>(); }

}  // namespace tranship::cli
