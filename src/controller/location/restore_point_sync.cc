#include "controller/location/restore_point_sync.h"

#include "controller/location/restore_points.h"
#include "migrate/backup.h"
#include "migrate/location_catalog.h"
#include "observe/log.h"

namespace tranship::controller {
namespace {

Key key_of(const api::Metadata& metadata) {
  return {metadata.name_space, metadata.name};
}

}  // namespace

Result<RestorePointSync::Here> RestorePointSync::look_around(const Context& context) const {
  Here here;
  for (const Json& object : TRY(services_.client.list_all(context, kube::types::name_space(), ""))) {
    const std::string name = json_string(object, {"metadata", "name"});
    if (name == "kube-system") here.cluster_id = json_string(object, {"metadata", "uid"});
    if (json_string(object, {"metadata", "deletionTimestamp"}).empty()) here.namespaces.insert(name);
  }
  return here;
}

std::string RestorePointSync::namespace_of(const api::RestorePoint& view, const std::string& cluster_id,
                                           const api::Location& location, const Here& here) const {
  const std::string source = view.status.source_namespace.value_or("");
  const bool of_here = cluster_id == here.cluster_id && here.namespaces.contains(source);
  const std::string& system = services_.settings.system_namespace;
  if (location.metadata.name_space == system) return of_here ? source : system;
  return of_here && source == location.metadata.name_space ? source : std::string();
}

Result<void> RestorePointSync::sync_application(const Context& context, const api::Location& location,
                                                const LocationAccess& access, const std::string& application,
                                                const std::string& folder, const Here& here) {
  const auto opened = TRY(migrate::open_repository_in(context, access.location, folder, access.passphrase));
  std::string listing;
  for (const Id& id : TRY(opened.repository->list_files(context, "snapshots"))) listing += id.brief();
  const std::pair key(key_of(location.metadata), application);
  {
    std::lock_guard lock(mutex_);
    if (const auto seen = seen_.find(key); seen != seen_.end() && seen->second == listing) return {};
  }
  std::set<Key> there;
  for (const auto& [snapshot, point] : TRY(migrate::list_restore_points(context, *opened.repository))) {
    auto view = restore_point_view(snapshot, point);
    view.metadata.name_space = namespace_of(view, point.cluster_id, location, here);
    if (view.metadata.name_space.empty()) continue;
    view.spec.location = api::NamespacedReference{location.metadata.name, location.metadata.name_space};
    there.insert(key_of(view.metadata));
    const auto known = TRY(services_.stores.get<api::RestorePoint>(key_of(view.metadata)));
    if (known && (known->spec.imported || (known->spec == view.spec && known->status == view.status))) continue;
    TRY_IN("writing the RestorePoint", put_restore_point(context, services_.client, view));
  }
  TRY(remove_gone(context, location, application, there));
  std::lock_guard lock(mutex_);
  seen_[key] = listing;
  return {};
}

Result<void> RestorePointSync::remove_gone(const Context& context, const api::Location& location,
                                           const std::string& application, const std::set<Key>& there) const {
  const api::NamespacedReference own{location.metadata.name, location.metadata.name_space};
  for (const Json& each : services_.stores.list(api::RestorePoint::type())) {
    const auto view = TRY(api::from_json<api::RestorePoint>(each));
    const bool ours = view.spec.location == own && view.spec.application == application && !view.spec.imported;
    if (!ours || there.contains(key_of(view.metadata))) continue;
    TRY(remove_restore_point(context, services_.client, view.metadata.name_space, view.metadata.name));
  }
  return {};
}

Result<void> RestorePointSync::sync(const Context& context, const api::Location& location,
                                    const LocationAccess& access) {
  const auto root = TRY(store::open_store(context, access.location));
  std::vector<Error> unreadable;  // the location's check tells of them
  const auto entries = TRY(migrate::list_applications(context, *root, &unreadable));
  const Here here = TRY(look_around(context));
  Result<void> outcome;
  for (const auto& entry : entries) {
    TRY(context.check());
    auto done = sync_application(context, location, access, entry.application, entry.folder, here);
    if (done) continue;
    observe::log_warning("The restore points of an application could not be listed",
                         {{"location", location.metadata.name_space + "/" + location.metadata.name},
                          {"application", entry.application},
                          {"error", done.error()}});
    if (outcome) outcome = fail(std::move(done).error().in("restore points of " + entry.application));
  }
  return outcome;
}

Result<void> RestorePointSync::forget(const Context& context, const Key& location) {
  {
    std::lock_guard lock(mutex_);
    std::erase_if(seen_, [&](const auto& each) { return each.first.first == location; });
  }
  const api::NamespacedReference gone{location.name, location.name_space};
  for (const Json& each : services_.stores.list(api::RestorePoint::type())) {
    const auto view = TRY(api::from_json<api::RestorePoint>(each));
    if (view.spec.location != gone) continue;
    TRY(remove_restore_point(context, services_.client, view.metadata.name_space, view.metadata.name));
  }
  return {};
}

}  // namespace tranship::controller
