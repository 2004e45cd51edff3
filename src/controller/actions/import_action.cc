#include "controller/actions/import_action.h"

#include <set>

#include "controller/actions/action_reconciler.h"
#include "controller/actions/repository_access.h"
#include "controller/location/restore_points.h"
#include "migrate/backup.h"

namespace tranship::controller {
namespace {

class ImportWork : public ActionWork<api::Import> {
 public:
  explicit ImportWork(const Services& services) : services_(services) {}

  Result<void> run(const Context& context, Action<api::Import>& action) override {
    action.phase_begin(migrate::Phase::check);
    const api::Import& object = action.object();
    const std::string& own = object.metadata.name_space;
    const auto location =
        TRY(find_location(services_.stores, object.spec.location.name, own, services_.settings.system_namespace));
    const auto token = TRY(read_token(context, services_, own, object.spec.token_secret.name));
    const auto repository = TRY(open_with_token(context, services_, location, token));
    const auto points = TRY(migrate::list_restore_points(context, *repository.repository));

    action.phase_begin(migrate::Phase::save);
    std::set<std::string> there;
    std::int64_t added = 0;
    std::optional<api::Reference> newest;  // they come newest first
    for (const auto& [snapshot, point] : points) {
      auto view = restore_point_view(snapshot, point);
      view.metadata.name_space = own;
      view.spec.imported = true;
      view.spec.location = api::NamespacedReference{location.metadata.name, location.metadata.name_space};
      view.spec.token_secret = api::NamespacedReference{object.spec.token_secret.name, own};
      if (!newest) newest = api::Reference{view.metadata.name};
      there.insert(view.metadata.name);
      const auto known = TRY(services_.stores.get<api::RestorePoint>({own, view.metadata.name}));
      if (known && known->spec == view.spec && known->status == view.status) continue;
      added += known ? 0 : 1;
      TRY_IN("writing the RestorePoint", put_restore_point(context, services_.client, view));
    }
    TRY(remove_gone(context, object, token.application, there));
    action.change([&](api::ImportStatus& status) {
      status.restore_points = static_cast<std::int64_t>(points.size());
      status.added = added;
      status.newest = newest;
    });
    return {};
  }

 private:
  // Views of this token's application whose restore points were forgotten at the source.
  Result<void> remove_gone(const Context& context, const api::Import& object, const std::string& application,
                           const std::set<std::string>& there) {
    for (const Json& each : services_.stores.list(api::RestorePoint::type())) {
      const auto view = TRY(api::from_json<api::RestorePoint>(each));
      const bool same_source = view.metadata.name_space == object.metadata.name_space && view.spec.imported &&
                               view.spec.application == application && view.spec.token_secret &&
                               view.spec.token_secret->name == object.spec.token_secret.name;
      if (!same_source || there.contains(view.metadata.name)) continue;
      TRY(remove_restore_point(context, services_.client, view.metadata.name_space, view.metadata.name));
    }
    return {};
  }

  const Services services_;
};

}  // namespace

std::unique_ptr<Reconciler> make_import_reconciler(const Services& services) {
  return std::make_unique<ActionReconciler<api::Import>>(services, std::make_unique<ImportWork>(services));
}

}  // namespace tranship::controller
