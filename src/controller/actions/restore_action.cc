#include "controller/actions/restore_action.h"

#include <fmt/format.h>

#include "capture/rbac.h"
#include "capture/read.h"
#include "controller/actions/action_reconciler.h"
#include "controller/actions/address.h"
#include "controller/actions/local_points.h"
#include "controller/actions/plan_status.h"
#include "controller/actions/repository_access.h"
#include "controller/actions/tenant_scope.h"
#include "controller/actions/transforms.h"
#include "migrate/backup.h"
#include "migrate/local_restore.h"
#include "migrate/restore.h"
#include "migrate/run_id.h"

namespace tranship::controller {
namespace {

constexpr std::size_t kLinesMax = 64;   // of one list in a status
constexpr std::size_t kNotesMax = 256;  // what the kind takes

restore::ExistingPolicy policy_of(api::Existing existing) {
  switch (existing) {
    case api::Existing::keep:
      return restore::ExistingPolicy::keep;
    case api::Existing::update:
      return restore::ExistingPolicy::update;
    case api::Existing::replace:
      return restore::ExistingPolicy::replace;
  }
  return restore::ExistingPolicy::keep;
}

Error blocked(const api::PlanSummary& plan) {
  std::string first;
  if (!plan.blockers.empty()) first = ": " + plan.blockers[0].object + ": " + plan.blockers[0].reason;
  const auto count = plan.summary.contains("blocked") ? plan.summary.at("blocked") : 0;
  return Error(Fault::conflict, fmt::format("the plan has {} blockers; nothing was written{}", count, first))
      .with_code("plan.blocked")
      .with_fix("Resolve each of status.plan.blockers, and create a new Restore");
}

// What keeps a restore from being whole, as one error.
Error not_whole(const migrate::RestoreOutcome& outcome) {
  if (!outcome.objects.failures.empty()) {
    const auto& first = outcome.objects.failures[0];
    Error error(first.error.fault(),
                fmt::format("objects that could not be written: {}; the first: {}: {}", outcome.objects.failures.size(),
                            first.object.to_string(), first.error.what()));
    if (!first.error.fix().empty()) return std::move(error).with_code("restore.objects").with_fix(first.error.fix());
    return std::move(error)
        .with_code("restore.objects")
        .with_fix("Mend what refused it, and create a new Restore: it goes on from what is there");
  }
  const auto& first = outcome.readiness.waiting[0];
  return Error(Fault::permanent,
               fmt::format("everything was written, but {} of {} workloads are not ready; the first: {}: {}",
                           outcome.readiness.waiting.size(), outcome.readiness.total, first.object.to_string(),
                           first.reason))
      .with_code("restore.not_ready")
      .with_fix(first.fix.empty() ? "kubectl describe says more; a new Restore goes on from here" : first.fix);
}

// A restore point that was opened: in a repository, or local.
struct Source {
  std::optional<migrate::LocalPoint> local;
  std::optional<api::Location> location;
  std::optional<migrate::ApplicationRepository> repository;
  repo::Snapshot snapshot;
  capture::StoredRestorePoint exported;

  capture::StoredRestorePoint& stored() { return local ? local->stored : exported; }

  Result<migrate::RestorePlan> plan(const Context& context, const migrate::RestoreRequest& request) const {
    if (local) return migrate::plan_local_restore(context, request, *local);
    return migrate::plan_restore(context, request, exported.captured, exported.point.volumes, snapshot.id.hex());
  }
  Result<migrate::RestoreOutcome> run(const Context& context, const migrate::RestoreRequest& request,
                                      const migrate::RestorePlan& plan, migrate::Reporter& reporter) {
    if (local) return migrate::run_local_restore(context, request, plan, *local, reporter);
    return migrate::run_restore(context, request, plan, *repository, snapshot, exported, reporter);
  }
};

class RestoreWork : public ActionWork<api::Restore> {
 public:
  explicit RestoreWork(const Services& services) : services_(services) {}

  Result<void> run(const Context& context, Action<api::Restore>& action) override {
    action.phase_begin(migrate::Phase::check);
    const api::Restore& object = action.object();
    const auto point =
        TRY(find_restore_point(context, services_, object.metadata.name_space, object.spec.restore_point));
    const std::string target = TRY(target_of(object, point));
    action.change([&](api::RestoreStatus& status) {
      status.target_namespace = target;
      status.restore_point = api::NamespacedReference{point.metadata.name, point.metadata.name_space};
    });
    TRY(check_carry(object));
    TRY(check_namespace(context, object, target));
    Source source = TRY(open(context, object, point));
    auto& stored = source.stored();
    std::vector<std::string> left_out;
    if (object.metadata.name_space != services_.settings.system_namespace) {
      left_out = TRY(keep_to_admin(context, services_.client, stored));
    }
    TRY(check_rights(context, stored, target, {object.spec.carry.begin(), object.spec.carry.end()}));

    auto request = request_of(object, target);
    request.relayed = source.location && is_relayed(*source.location, target);
    action.change([&](api::RestoreStatus& status) { status.run = request.movers.run; });
    action.phase_begin(migrate::Phase::plan);
    const auto plan = TRY(source.plan(context, request));
    auto summary = summary_of(plan);
    summary.notes.insert(summary.notes.begin(), left_out.begin(), left_out.end());
    if (summary.notes.size() > kNotesMax) summary.notes.resize(kNotesMax);
    action.change([&](api::RestoreStatus& status) { status.plan = summary; });
    if (plan.blocked()) return fail(blocked(summary));
    if (object.spec.plan_only) return {};
    const auto outcome = TRY(source.run(context, request, plan, action));
    const std::string address = find_address(context, services_.client, target);
    action.change([&](api::RestoreStatus& status) {
      if (!address.empty()) status.address = address;
      status.warnings = outcome.notes;
      if (status.warnings.size() > kLinesMax) status.warnings.resize(kLinesMax);
    });
    if (!outcome.whole()) return fail(not_whole(outcome));
    return {};
  }

 private:
  Result<Source> open(const Context& context, const api::Restore& object, const api::RestorePoint& point) const {
    Source source;
    if (point.spec.kind == api::RestorePointKind::local) {
      source.local = TRY(open_local_point(context, services_.client, point));
      TRY(check_local_source(context, services_.client, *source.local));
      return source;
    }
    source.location = TRY(location_of(services_, point));
    source.repository = TRY(open_restore_point(context, services_, point, *source.location));
    source.snapshot = TRY(migrate::find_restore_point(context, *source.repository->repository, point.spec.id));
    TRY(source.repository->repository->load_index(context));
    source.exported = TRY(capture::read_captured(context, *source.repository->repository, source.snapshot));
    TRY(check_source(context, services_, object.metadata.name_space, point, source.exported.point));
    return source;
  }

  Result<std::string> target_of(const api::Restore& object, const api::RestorePoint& point) const {
    const std::string& own = object.metadata.name_space;
    const bool by_administrator = own == services_.settings.system_namespace;
    const std::string source = point.status.source_namespace.value_or("");
    const std::string target =
        object.spec.target_namespace.value_or(by_administrator && !source.empty() ? source : own);
    TRY(check_scope(own, target, services_.settings.system_namespace));
    if (target != services_.settings.system_namespace) return target;
    return fail(Error(Fault::invalid, fmt::format("nothing is restored into {}, where Tranship itself runs", target))
                    .with_code("restore.target")
                    .with_fix("Name another namespace in spec.targetNamespace"));
  }

  // What lies outside of namespaces is everybody's, and a restore point may have been made for the purpose.
  Result<void> check_carry(const api::Restore& object) const {
    const std::string& system = services_.settings.system_namespace;
    if (object.spec.carry.empty() || object.metadata.name_space == system) return {};
    return fail(Error(Fault::auth, "a restore of namespace " + object.metadata.name_space +
                                       " brings along nothing from outside of it")
                    .with_code("scope.carry")
                    .with_fix("Leave spec.carry away, or have an administrator restore it in namespace " + system));
  }

  Result<void> check_namespace(const Context& context, const api::Restore& object, const std::string& target) const {
    if (object.spec.create_namespace) return {};
    const auto found = services_.client.get(context, kube::types::name_space(), "", target);
    if (found) return {};
    if (found.error().fault() != Fault::not_found) return fail(found.error());
    return fail(Error(Fault::not_found, fmt::format("there is no namespace {}", target))
                    .with_code("restore.namespace")
                    .with_fix("Create it, or set spec.createNamespace"));
  }

  Result<void> check_rights(const Context& context, const capture::StoredRestorePoint& stored,
                            const std::string& target, const std::set<std::string>& carry) const {
    const auto types = capture::written_types(stored.captured.types, carry);
    const auto rights = capture::restore_rights(types, target);
    const auto missing = TRY(capture::missing_rights(context, services_.client, rights));
    if (missing.empty()) return {};
    return fail(capture::missing_rights_error(missing, services_.client.access().name)
                    .with_fix("Run tranship install again: it grants what the kinds this cluster serves need"));
  }

  migrate::RestoreRequest request_of(const api::Restore& object, const std::string& target) const {
    volume::MoverSettings movers = services_.settings.movers;
    movers.run = migrate::new_run_id();
    migrate::RestoreRequest request{.client = services_.client, .movers = std::move(movers)};
    request.choices.target_namespace = target;
    request.choices.storage_classes = object.spec.storage_classes;
    request.choices.existing = policy_of(object.spec.existing);
    request.choices.carry = {object.spec.carry.begin(), object.spec.carry.end()};
    request.choices.keep_node_ports = object.spec.keep_node_ports;
    request.choices.ready_timeout = object.spec.ready_timeout;
    choose_transforms(services_, object, request.choices);
    return request;
  }

  const Services services_;
};

}  // namespace

std::unique_ptr<Reconciler> make_restore_reconciler(const Services& services) {
  return std::make_unique<ActionReconciler<api::Restore>>(services, std::make_unique<RestoreWork>(services));
}

}  // namespace tranship::controller
