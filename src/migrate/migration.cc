#include "migrate/migration.h"

#include <fmt/format.h>

#include "capture/rbac.h"

namespace tranship::migrate {
namespace {

std::vector<app::VolumeRecord> records_of(const std::vector<volume::Claim>& claims) {
  std::vector<app::VolumeRecord> records;
  for (const auto& claim : claims) {
    if (claim.phase == "Pending") continue;
    app::VolumeRecord record;
    record.claim = claim.name;
    record.block = claim.block;
    record.capacity = claim.capacity;
    records.push_back(std::move(record));
  }
  return records;
}

Result<void> check_rights(const Context& context, kube::Client& client, const std::vector<capture::Right>& rights) {
  auto missing = TRY(capture::missing_rights(context, client, rights));
  if (missing.empty()) return {};
  return fail(capture::missing_rights_error(missing, client.access().name));
}

// The restore point an earlier run of this migration was restoring when it ended.
Result<std::optional<repo::Snapshot>> find_unfinished(const Context& context, const MigrationRequest& request,
                                                      const std::optional<RestoreMark>& mark) {
  if (!request.backup.target.repository || !mark || mark->complete ||
      mark->application != request.backup.application.name) {
    return std::optional<repo::Snapshot>();
  }
  auto snapshot = find_restore_point(context, *request.backup.target.repository, mark->restore_point);
  if (!snapshot) {
    if (snapshot.error().fault() == Fault::not_found) return std::optional<repo::Snapshot>();
    return fail(std::move(snapshot).error());
  }
  return std::optional(std::move(*snapshot));
}

Result<void> plan_from_source(const Context& context, const MigrationRequest& request,
                              const std::optional<RestoreMark>& mark, Reporter& reporter, MigrationPlan& plan) {
  capture::Captured captured;
  {
    const PhaseScope phase(reporter, Phase::capture);
    captured = TRY(capture::capture_manifests(context, request.backup.client, request.backup.discovery,
                                              request.backup.application, request.backup.capture));
  }
  const PhaseScope phase(reporter, Phase::plan);
  if (request.check_rights) {
    const auto& wanted = request.restore.choices.target_namespace;
    const std::string& target = wanted.empty() ? request.backup.application.name_space : wanted;
    TRY(check_rights(
        context, request.restore.client,
        capture::restore_rights(capture::written_types(captured.types, request.restore.choices.carry), target)));
  }
  plan.restore = TRY(plan_restore(context, request.restore, captured, records_of(plan.claims), {}));
  if (!mark || !is_completed(*mark, captured, request.restore.choices, plan.restore)) return {};
  plan.completed = TRY(describe_completed(context, *mark, captured, request.backup.target.repository.get()));
  return {};
}

}  // namespace

Result<MigrationPlan> plan_migration(const Context& context, const MigrationRequest& request, Reporter& reporter) {
  const auto& application = request.backup.application;
  const std::string& wanted = request.restore.choices.target_namespace;
  const std::string& target = wanted.empty() ? application.name_space : wanted;
  if (request.backup.client.access().server == request.restore.client.access().server &&
      target == application.name_space) {
    return fail(Error(Fault::conflict, "source and target are the same namespace of the same cluster")
                    .with_fix("Choose another namespace: --namespace NAME"));
  }
  MigrationPlan plan;
  std::optional<RestoreMark> mark;
  {
    const PhaseScope phase(reporter, Phase::check);
    if (request.check_rights) {
      TRY(check_rights(context, request.backup.client,
                       capture::backup_rights(request.backup.discovery, application.name_space)));
    }
    if (!request.fresh) mark = TRY(read_mark(context, request.restore.client, target));
    plan.unfinished = TRY(find_unfinished(context, request, mark));
    plan.claims = TRY(volume::find_claims(context, request.backup.client, application));
  }
  if (plan.unfinished) {
    auto& repository = *request.backup.target.repository;
    TRY(repository.load_index(context));
    const auto stored = TRY(capture::read_captured(context, repository, *plan.unfinished));
    const PhaseScope phase(reporter, Phase::plan);
    plan.restore =
        TRY(plan_restore(context, request.restore, stored.captured, stored.point.volumes, plan.unfinished->id.hex()));
    return plan;
  }
  TRY(plan_from_source(context, request, mark, reporter, plan));
  return plan;
}

Result<MigrationOutcome> run_migration(const Context& context, const MigrationRequest& request,
                                       const MigrationPlan& plan, Reporter& reporter) {
  if (plan.restore.blocked()) {
    return fail(Error(Fault::conflict, "the plan has blockers; nothing was written")
                    .with_code("plan.blocked")
                    .with_fix("Resolve each blocker the plan names, then run again"));
  }
  MigrationOutcome outcome;
  auto& repository = *request.backup.target.repository;
  if (plan.unfinished) {
    outcome.resumed = true;
    outcome.snapshot = *plan.unfinished;
    reporter.note(fmt::format("Going on with restore point {} of {}: an earlier run did not finish it",
                              outcome.snapshot.id.brief(), outcome.snapshot.time));
  } else {
    outcome.backup = TRY(back_up(context, request.backup, reporter));
    outcome.snapshot = outcome.backup.snapshot;
  }
  // Movers wrote indexes of their own.
  TRY(repository.load_index(context));
  const auto stored = TRY(capture::read_captured(context, repository, outcome.snapshot));
  outcome.point = stored.point;
  // What was captured is what is restored: the plan is made again from it, and may find the target changed meanwhile.
  RestorePlan restore_plan;
  {
    const PhaseScope phase(reporter, Phase::plan);
    restore_plan =
        TRY(plan_restore(context, request.restore, stored.captured, stored.point.volumes, outcome.snapshot.id.hex()));
  }
  outcome.restore = TRY(
      run_restore(context, request.restore, restore_plan, request.backup.target, outcome.snapshot, stored, reporter));
  return outcome;
}

}  // namespace tranship::migrate
