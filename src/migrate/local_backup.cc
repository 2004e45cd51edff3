#include "migrate/local_backup.h"

#include <fmt/format.h>

#include "base/parallel.h"
#include "base/units.h"
#include "capture/write.h"
#include "volume/cleanup.h"
#include "volume/run_scope.h"

namespace tranship::migrate {
namespace {

using State = volume::VolumeProgress::State;

constexpr std::chrono::minutes kCleanUpMax{3};
constexpr std::size_t kWaitsAtOnce = 32;

class LocalBackupRun {
 public:
  LocalBackupRun(const Context& context, const LocalBackupRequest& request, Reporter& reporter)
      : context_(context), request_(request), reporter_(reporter), name_space_(request.application.name_space) {}

  Result<LocalBackup> run() {
    TRY_IN("removing what an earlier run left", clear(context_));
    TRY(find_claims());
    auto scope = TRY(volume::RunScope::begin(context_, request_.client, name_space_, request_.run));
    auto made = make();
    scope.reset();
    const Context cleaning = Context().with_timeout(kCleanUpMax);
    if (!made) {
      // The error that ended it matters more than one of this: what resists goes with the next run or clean-up.
      (void)clear(cleaning);
      (void)volume::clean_up_run(cleaning, request_.client, name_space_, request_.run);
      return made;
    }
    auto cleaned = volume::clean_up_run(cleaning, request_.client, name_space_, request_.run);
    if (cleaned) {
      cleaned = volume::clean_up_dead_runs(context_.with_timeout(kCleanUpMax), request_.client, name_space_);
    }
    if (!cleaned) made->point.warnings.push_back(cleaned.error().text());
    return made;
  }

 private:
  Result<void> clear(const Context& context) const {
    return volume::remove_point(context, request_.client, name_space_, request_.key);
  }

  void tell(const std::string& claim, State state, const std::string& detail = {}) const {
    reporter_.volume(Phase::volumes_out, {claim, state, {}, detail});
  }

  Result<void> find_claims() {
    claims_ = TRY(volume::find_claims(context_, request_.client, request_.application));
    std::string without;
    std::erase_if(claims_, [&](const volume::Claim& claim) {
      if (claim.phase != "Pending") return false;
      warnings_.push_back(
          fmt::format("claim {} is not bound yet and holds no data; its manifest alone is kept", claim.name));
      return true;
    });
    for (const volume::Claim& claim : claims_) {
      if (claim.snapshot_class) continue;
      without += fmt::format("{}{} ({})", without.empty() ? "" : ", ", claim.name,
                             claim.provisioner.empty() ? "driver not known" : claim.provisioner);
    }
    if (without.empty()) return {};
    return fail(Error(Fault::invalid, fmt::format("no VolumeSnapshotClass fits these claims of {}: {}", name_space_,
                                                  without))
                    .with_code("local.no-snapshots")
                    .with_fix("Export the application instead (kind Export reads volumes without snapshots too), or "
                              "create a VolumeSnapshotClass for the driver"));
  }

  Result<LocalBackup> make() {
    LocalBackup made;
    const std::string started_at = format_time(std::chrono::system_clock::now());
    const auto taken = TRY(take_snapshots());
    TRY(capture());
    made.point = capture::describe(captured_);
    made.point.started_at = started_at;
    made.point.finished_at = format_time(std::chrono::system_clock::now());
    for (const std::string& warning : warnings_) made.point.warnings.push_back(warning);
    for (std::size_t i = 0; i < claims_.size(); ++i) made.point.volumes.push_back(record_of(claims_[i], taken[i]));
    TRY(wait_ready(taken));
    const PhaseScope phase(reporter_, Phase::save);
    made.id = TRY(write_local_manifests(context_, request_.client, request_.key, request_.run, captured_, made.point));
    TRY(volume::keep_point(context_, request_.client, name_space_, request_.key));
    return made;
  }

  Result<std::vector<volume::TakenSnapshot>> take_snapshots() {
    const PhaseScope phase(reporter_, Phase::volumes_out);
    std::vector<const volume::Claim*> claims;
    for (const volume::Claim& claim : claims_) {
      claims.push_back(&claim);
      tell(claim.name, State::snapshot);
    }
    return volume::take_point_snapshots(
        context_, request_.client, claims, request_.run, request_.key,
        [&](const std::string& claim, const std::string& detail) { tell(claim, State::snapshot, detail); });
  }

  Result<void> capture() {
    const PhaseScope phase(reporter_, Phase::capture);
    captured_ = TRY(capture::capture_manifests(context_, request_.client, request_.discovery, request_.application,
                                               request_.capture));
    return {};
  }

  static app::VolumeRecord record_of(const volume::Claim& claim, const volume::TakenSnapshot& taken) {
    return {.claim = claim.name,
            .block = claim.block,
            .storage_class = claim.storage_class,
            .provisioner = claim.provisioner,
            .capacity = claim.capacity,
            .access_modes = claim.access_modes,
            .consistency = app::Consistency::volume_snapshot,
            .taken_at = taken.taken_at};
  }

  // Some storage uploads snapshots: only then they can be restored from.
  Result<void> wait_ready(const std::vector<volume::TakenSnapshot>& taken) {
    const PhaseScope phase(reporter_, Phase::volumes_out);
    return try_parallel_for(context_, taken.size(), kWaitsAtOnce, [&](std::size_t i) -> Result<void> {
      const std::string& name = claims_[i].name;
      TRY(volume::wait_snapshot_ready(
          context_, request_.client, name_space_, name, taken[i],
          [&](const std::string& claim, const std::string& detail) { tell(claim, State::snapshot, detail); }));
      tell(name, State::done);
      return {};
    });
  }

  const Context& context_;
  const LocalBackupRequest& request_;
  Reporter& reporter_;
  const std::string name_space_;
  std::vector<volume::Claim> claims_;
  std::vector<std::string> warnings_;
  capture::Captured captured_;
};

}  // namespace

Result<LocalBackup> back_up_locally(const Context& context, const LocalBackupRequest& request, Reporter& reporter) {
  return LocalBackupRun(context, request, reporter).run();
}

}  // namespace tranship::migrate
