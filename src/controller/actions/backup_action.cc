#include "controller/actions/backup_action.h"

#include "capture/rbac.h"
#include "controller/actions/action_reconciler.h"
#include "controller/actions/local_points.h"
#include "controller/location/locations.h"
#include "controller/location/restore_points.h"
#include "migrate/run_id.h"
#include "volume/local_point.h"

namespace tranship::controller {
namespace {

constexpr std::chrono::minutes kEndMax{2};

class BackupWork : public ActionWork<api::Backup> {
 public:
  explicit BackupWork(const Services& services) : services_(services) {}

  Result<void> run(const Context& context, Action<api::Backup>& action) override {
    action.phase_begin(migrate::Phase::check);
    const api::Backup& object = action.object();
    const auto& wanted = object.spec.application;
    TRY(check_scope(object.metadata.name_space, wanted.name_space, services_.settings.system_namespace));
    const auto application = TRY(app::find_application(
        context, services_.client, {wanted.name_space, wanted.selector.value_or(""), {}}));
    TRY(remove_orphaned_points(context, services_, application.name_space));
    const std::string key = migrate::local_point_key(object.metadata.uid);
    const api::NamespacedReference reference{local_point_name(application.name, key), application.name_space};
    if (!TRY(show_made_before(context, object, reference, key))) TRY(make(context, action, application, key));
    action.change([&](api::BackupStatus& status) { status.restore_point = reference; });
    thin_out(context, action);
    return {};
  }

 private:
  // False when there is nothing of an earlier run of the same Backup that died before it could write that it was done.
  Result<bool> show_made_before(const Context& context, const api::Backup& object,
                                const api::NamespacedReference& reference, const std::string& key) const {
    const auto found = services_.client.get(context, api::RestorePoint::type(), *reference.name_space, reference.name);
    if (!found && found.error().fault() == Fault::not_found) return false;
    if (!found) return fail(found.error());
    const auto point = TRY(api::from_json<api::RestorePoint>(*found));
    const auto local = TRY(open_local_point(context, services_.client, point));
    TRY(show(local_point_view(object, {local.id, local.stored.point}, key)));
    return true;
  }

  Result<void> make(const Context& context, Action<api::Backup>& action, const app::Application& application,
                    const std::string& key) const {
    const auto discovery = TRY(kube::Discovery::fetch(context, services_.client));
    auto rights = capture::backup_rights(discovery, application.name_space);
    const auto& snapshot = kube::types::volume_snapshot();
    if (discovery.find(snapshot.gvk())) {
      rights.push_back({"patch", snapshot.group, snapshot.plural, "", application.name_space});
    }
    const auto missing = TRY(capture::missing_rights(context, services_.client, rights));
    if (!missing.empty()) {
      return fail(capture::missing_rights_error(missing, services_.client.access().name)
                      .with_fix("Run tranship install again: it grants what the kinds this cluster serves need"));
    }
    const std::string run = migrate::new_run_id();
    action.change([&](api::BackupStatus& status) { status.run = run; });
    const migrate::LocalBackupRequest request{services_.client, discovery, application, key, run};
    const auto made = TRY(migrate::back_up_locally(context, request, action));
    const auto view = local_point_view(action.object(), made, key);
    // Everything is there: a wish to end it that comes now comes too late.
    const Context ending = Context().with_timeout(kEndMax);
    if (auto shown = show(view); !shown) {
      (void)remove_restore_point(ending, services_.client, view.metadata.name_space, view.metadata.name);
      (void)volume::remove_point(ending, services_.client, application.name_space, key);
      return shown;
    }
    action.change([&](api::BackupStatus& status) { status.warnings = view.status.warnings; });
    return {};
  }

  // The RestorePoint, and what belongs to it.
  Result<void> show(const api::RestorePoint& view) const {
    const Context ending = Context().with_timeout(kEndMax);
    TRY_IN("writing the RestorePoint", put_restore_point(ending, services_.client, view));
    const auto there = TRY(api::from_json<api::RestorePoint>(TRY(services_.client.get(
        ending, api::RestorePoint::type(), view.metadata.name_space, view.metadata.name))));
    return adopt_local_point(ending, services_.client, there);
  }

  // The backup itself is done: a retention that could not be carried out is told, and carried out by the next one.
  void thin_out(const Context& context, Action<api::Backup>& action) const {
    const auto done = apply_local_retention(context, services_, action.object());
    if (done || done.error().fault() == Fault::cancelled) return;
    action.change([&](api::BackupStatus& status) {
      status.warnings.push_back("older restore points could not be removed: " + done.error().text());
    });
  }

  const Services services_;
};

}  // namespace

std::unique_ptr<Reconciler> make_backup_reconciler(const Services& services) {
  return std::make_unique<ActionReconciler<api::Backup>>(services, std::make_unique<BackupWork>(services));
}

}  // namespace tranship::controller
