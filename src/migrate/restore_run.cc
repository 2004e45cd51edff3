#include <algorithm>

#include "base/units.h"
#include "capture/write.h"
#include "kube/watch.h"
#include "migrate/in_place.h"
#include "migrate/restore.h"
#include "migrate/restore_mark.h"
#include "repo/read/load_tree.h"

namespace tranship::migrate {
namespace {

using namespace std::chrono_literals;

class RestoreRun {
 public:
  RestoreRun(const Context& context, const RestoreRequest& request, const RestorePlan& plan,
             const RestoreOrigin& origin, Reporter& reporter)
      : context_(context),
        request_(request),
        plan_(plan),
        origin_(origin),
        reporter_(reporter),
        objects_(plan.objects),
        in_place_(context, request.client, plan, origin.id, reporter, origin.claims_anew) {}

  Result<RestoreOutcome> run() {
    TRY(make_namespace());
    TRY(update_or_explain());
    TRY(wait_ready());
    if (!outcome_.whole()) {
      add_notes(in_place_.way_back_notes());
      return std::move(outcome_);
    }
    TRY(mark(true));
    add_notes(in_place_.forget_way_back());
    return std::move(outcome_);
  }

 private:
  Result<void> mark(bool complete) {
    return write_mark(context_, request_.client, plan_.target_namespace,
                      {origin_.id, origin_.application, origin_.cluster_id, complete,
                       complete ? format_time(std::chrono::system_clock::now()) : std::string(),
                       to_json(request_.choices)});
  }

  void add_notes(std::vector<std::string> notes) {
    for (auto& note : notes) outcome_.notes.push_back(std::move(note));
  }

  // From the moment volumes are written in place until the application can run again.
  Result<void> update_or_explain() {
    auto done = fill_volumes();
    if (done) done = write_manifests();
    if (done) done = in_place_.start(objects_);
    if (!done) return fail(in_place_.explain(std::move(done).error()));
    return {};
  }

  // The namespace comes before the volumes, and its default account before the pods that fill them.
  Result<void> make_namespace() {
    for (auto& line : objects_.items) {
      if (line.item.type.kind != "Namespace" || line.action != restore::Action::create) continue;
      TRY(request_.client.apply(context_, kube::types::name_space(), line.item.object, {.force = true}));
      line.action = restore::Action::unchanged;
      ++outcome_.objects.created;
      --outcome_.objects.unchanged;
    }
    if (in_place_.any()) {
      const PhaseScope phase(reporter_, Phase::volumes_in);
      TRY(in_place_.begin());
    }
    TRY(mark(false));
    if (plan_.volumes.empty()) return {};
    auto account = kube::wait_for(context_.with_timeout(30s), request_.client, kube::types::service_account(),
                                  plan_.target_namespace, "default", [](const Json& live) { return !live.is_null(); });
    if (!account) return fail(std::move(account).error().in("waiting for the namespace's default ServiceAccount"));
    return {};
  }

  Result<void> fill_volumes() {
    if (plan_.volumes.empty()) return {};
    const PhaseScope phase(reporter_, Phase::volumes_in);
    outcome_.volumes = TRY(origin_.fill_volumes(context_));
    for (const auto& each : outcome_.volumes) {
      outcome_.mover_peak_memory_bytes = std::max(outcome_.mover_peak_memory_bytes, each.peak_memory_bytes);
    }
    return {};
  }

  Result<void> write_manifests() {
    const PhaseScope phase(reporter_, Phase::manifests);
    for (auto& line : objects_.items) TRY(take_filled_claim(line));
    restore::ApplyOptions options;
    options.replace = request_.choices.existing == restore::ExistingPolicy::replace;
    options.progress = [&](std::size_t done, std::size_t total, const kube::ObjectReference&) {
      reporter_.objects(done, total);
    };
    const auto before = outcome_.objects;
    outcome_.objects = TRY(restore::apply(context_, request_.client, objects_, options));
    outcome_.objects.created += before.created;
    outcome_.objects.unchanged += before.unchanged;
    return {};
  }

  // Claims are there already, with their data: only their new UIDs matter to what they own.
  Result<void> take_filled_claim(restore::PlanItem& line) {
    const auto reference = line.item.reference();
    const bool filled = line.item.type.kind == "PersistentVolumeClaim" &&
                        std::any_of(plan_.volumes.begin(), plan_.volumes.end(),
                                    [&](const VolumePlan& each) { return each.claim == reference.name; });
    if (!filled) return {};
    const Json live = TRY(request_.client.get(context_, kube::types::persistent_volume_claim(), plan_.target_namespace,
                                              reference.name));
    line.live_uid = json_string(live, {"metadata", "uid"});
    line.action = restore::Action::unchanged;
    return {};
  }

  Result<void> wait_ready() {
    if (request_.choices.ready_timeout == 0s) return {};
    const PhaseScope phase(reporter_, Phase::ready);
    restore::WaitOptions options;
    options.timeout = request_.choices.ready_timeout;
    options.progress = [&](const restore::Readiness& readiness) { reporter_.readiness(readiness); };
    outcome_.readiness = TRY(restore::wait_ready(context_, request_.client, plan_.target_namespace, options));
    outcome_.waited = true;
    return {};
  }

  const Context& context_;
  const RestoreRequest& request_;
  const RestorePlan& plan_;
  const RestoreOrigin& origin_;
  Reporter& reporter_;
  restore::Plan objects_;  // the plan's, brought forward as things come to be there
  RestoreOutcome outcome_;
  InPlaceUpdate in_place_;
};

// From movers that read the repository.
class RepositoryVolumes {
 public:
  RepositoryVolumes(const RestoreRequest& request, const RestorePlan& plan, ApplicationRepository& repository,
                    const repo::Snapshot& snapshot, const capture::StoredRestorePoint& stored, Reporter& reporter)
      : request_(request),
        plan_(plan),
        repository_(repository),
        snapshot_(snapshot),
        stored_(stored),
        reporter_(reporter) {}

  Result<std::vector<volume::RestoredVolume>> fill(const Context& context) const {
    std::vector<volume::VolumeRestore> volumes;
    // Nodes of large block volumes are too large for a mover's task: it finds them here.
    const auto folder = TRY(repo::find_node(context, *repository_.repository, snapshot_.tree, "volumes"));
    for (const auto& line : plan_.volumes) {
      const auto node = stored_.volumes.find(line.claim);
      if (node == stored_.volumes.end()) {
        return fail(Error(Fault::corrupt, "the restore point has no data of volume " + line.claim)
                        .with_fix("Check the repository (tranship repository check), or take another restore point"));
      }
      const bool block = node->second.type == repo::NodeType::file;
      const std::string path = capture::volume_path(line.claim, block);
      volumes.push_back({plan_.claims.at(line.claim), node->second, block, folder.subtree,
                         path.substr(path.rfind('/') + 1), line.action == "update"});
    }
    const volume::Transport transport{*repository_.repository,
                                      request_.relayed ? std::nullopt : std::optional(repository_.location)};
    return volume::restore_volumes(
        context, request_.client, transport, std::move(volumes), request_.movers,
        {.restore_point = snapshot_.id.hex()},
        [&](const volume::VolumeProgress& progress) { reporter_.volume(Phase::volumes_in, progress); });
  }

 private:
  const RestoreRequest& request_;
  const RestorePlan& plan_;
  ApplicationRepository& repository_;
  const repo::Snapshot& snapshot_;
  const capture::StoredRestorePoint& stored_;
  Reporter& reporter_;
};

}  // namespace

Result<RestoreOutcome> run_restore(const Context& context, const RestoreRequest& request, const RestorePlan& plan,
                                   const RestoreOrigin& origin, Reporter& reporter) {
  if (plan.blocked()) {
    return fail(Error(Fault::conflict, "the plan has blockers; nothing was written")
                    .with_code("plan.blocked")
                    .with_fix("Resolve each blocker the plan names, then run again"));
  }
  return RestoreRun(context, request, plan, origin, reporter).run();
}

Result<RestoreOutcome> run_restore(const Context& context, const RestoreRequest& request, const RestorePlan& plan,
                                   ApplicationRepository& repository, const repo::Snapshot& snapshot,
                                   const capture::StoredRestorePoint& stored, Reporter& reporter) {
  const RepositoryVolumes volumes(request, plan, repository, snapshot, stored, reporter);
  const RestoreOrigin origin{
      .id = snapshot.id.hex(),
      .application = stored.point.application,
      .cluster_id = stored.point.cluster_id,
      .fill_volumes = [&](const Context& filling) { return volumes.fill(filling); }};
  return run_restore(context, request, plan, origin, reporter);
}

}  // namespace tranship::migrate
