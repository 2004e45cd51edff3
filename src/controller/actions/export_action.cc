#include "controller/actions/export_action.h"

#include <fmt/format.h>

#include <algorithm>

#include "capture/rbac.h"
#include "capture/read.h"
#include "controller/actions/action_reconciler.h"
#include "controller/actions/export_prune.h"
#include "controller/actions/export_retention.h"
#include "controller/actions/export_token.h"
#include "controller/location/check.h"
#include "controller/location/restore_points.h"
#include "migrate/backup.h"
#include "migrate/run_id.h"

namespace tranship::controller {
namespace {

// By which a later run of the same Export finds the restore point that an earlier one made before it died.
std::string tag_of(const api::Export& object) {
  return "action=" + object.metadata.uid;
}

struct Made {
  repo::Snapshot snapshot;
  app::RestorePoint point;
  std::int64_t bytes_stored = 0;
};

class ExportWork : public ActionWork<api::Export> {
 public:
  explicit ExportWork(const Services& services) : services_(services) {}

  Result<void> run(const Context& context, Action<api::Export>& action) override {
    action.phase_begin(migrate::Phase::check);
    const api::Export& object = action.object();
    const auto application = TRY(app::find_application(context, services_.client, TRY(wanted(object))));
    const auto location = TRY(find_location(services_.stores, object.spec.location.name, object.metadata.name_space,
                                            services_.settings.system_namespace));
    TRY(check_token_secret(context, services_.client, object));
    const auto access = TRY(writable(context, location));
    auto repository = TRY(in_terms_of(
        migrate::open_or_create_application(context, access.location, application.name, access.passphrase)));
    const std::string policy = TRY(policy_tag(context, services_, object));
    auto made = TRY(find_or_make(context, action, application, repository, policy));
    auto view = restore_point_view(made.snapshot, made.point);
    view.metadata.name_space = application.name_space;
    view.spec.location = api::NamespacedReference{location.metadata.name, location.metadata.name_space};
    TRY_IN("writing the RestorePoint", put_restore_point(context, services_.client, view));
    action.change([&](api::ExportStatus& status) {
      status.restore_point = api::NamespacedReference{view.metadata.name, view.metadata.name_space};
      status.bytes_stored = made.bytes_stored;
      status.warnings = warnings_of(made.point);
    });
    if (object.spec.token.create) TRY(make_token(context, action, repository, access.location, made.point));
    forget_old(context, action, repository, policy);
    return {};
  }

 private:
  Result<app::ApplicationSelection> wanted(const api::Export& object) const {
    if (!object.spec.application) {
      return fail(Error(Fault::invalid, "this version cannot export a local restore point")
                      .with_code("export.local")
                      .with_fix("Name the application (spec.application)"));
    }
    const auto& application = *object.spec.application;
    TRY(check_scope(object.metadata.name_space, application.name_space, services_.settings.system_namespace));
    return app::ApplicationSelection{application.name_space, application.selector.value_or(""), {}};
  }

  static Result<migrate::ApplicationRepository> in_terms_of(Result<migrate::ApplicationRepository> opened) {
    if (!opened) return fail(in_terms_of_spec(std::move(opened).error()));
    return opened;
  }

  Result<LocationAccess> writable(const Context& context, const api::Location& location) const {
    if (location.spec.access != api::Access::read_write) {
      return fail(Error(Fault::invalid, fmt::format("location {} is only read from", location.metadata.name))
                      .with_code("location.read_only")
                      .with_fix("Choose a location whose spec.access is ReadWrite"));
    }
    return access_with_passphrase(context, services_.client, location, services_.settings.system_namespace);
  }

  // The restore point is there: that there is no room for another token is worth a warning, not its loss.
  Result<void> make_token(const Context& context, Action<api::Export>& action,
                          migrate::ApplicationRepository& repository, const store::Location& location,
                          const app::RestorePoint& point) const {
    const api::Export& object = action.object();
    const auto made =
        put_token(context, services_.client, object, repository, location, point.application, point.cluster);
    if (!made && made.error().code() != "token.too-many") return made;
    action.change([&](api::ExportStatus& status) {
      if (!made) return status.warnings.push_back(made.error().text());
      status.token_secret = api::Reference{token_secret_name(object)};
    });
    return {};
  }

  Result<Made> find_or_make(const Context& context, Action<api::Export>& action, const app::Application& application,
                            migrate::ApplicationRepository& target, const std::string& policy) const {
    const std::string tag = tag_of(action.object());
    auto snapshots = TRY(target.repository->list_snapshots(context));
    for (auto& snapshot : snapshots) {
      if (std::ranges::find(snapshot.tags, tag) == snapshot.tags.end()) continue;
      TRY(target.repository->load_index(context));
      auto point = TRY(capture::read_restore_point(context, *target.repository, snapshot));
      return Made{std::move(snapshot), std::move(point), action.status().bytes_stored.value_or(0)};
    }
    const auto discovery = TRY(kube::Discovery::fetch(context, services_.client));
    const auto rights = capture::backup_rights(discovery, application.name_space);
    const auto missing = TRY(capture::missing_rights(context, services_.client, rights));
    if (!missing.empty()) return fail(lacking(missing));
    volume::MoverSettings movers = services_.settings.movers;
    movers.run = migrate::new_run_id();
    action.change([&](api::ExportStatus& status) { status.run = movers.run; });
    std::vector<std::string> tags = {tag};
    if (!policy.empty()) tags.push_back(policy);
    const migrate::BackupRequest request{.client = services_.client,
                                         .discovery = discovery,
                                         .application = application,
                                         .target = target,
                                         .relayed = false,
                                         .movers = std::move(movers),
                                         .capture = {},
                                         .tags = std::move(tags)};
    auto outcome = TRY(migrate::back_up(context, request, action));
    return Made{std::move(outcome.snapshot), std::move(outcome.point), static_cast<std::int64_t>(outcome.bytes_stored)};
  }

  // The export itself is done: a retention that could not be carried out is told, and carried out by the next one.
  void forget_old(const Context& context, Action<api::Export>& action, migrate::ApplicationRepository& repository,
                  const std::string& policy) const {
    const auto warn = [&](const std::string& what, const Error& error) {
      if (error.fault() == Fault::cancelled) return;
      action.change([&](api::ExportStatus& status) { status.warnings.push_back(what + error.text()); });
    };
    const auto forgotten = apply_retention(context, services_, action.object(), repository, policy);
    if (!forgotten) return warn("older restore points could not be forgotten: ", forgotten.error());
    if (policy.empty()) return;
    const auto pruned = prune_when_due(context, services_, repository, *forgotten > 0, prune_times_);
    if (!pruned) warn("the space of older restore points could not be freed: ", pruned.error());
  }

  Error lacking(const std::vector<capture::Right>& missing) const {
    return capture::missing_rights_error(missing, services_.client.access().name)
        .with_fix("Run tranship install again: it grants what the kinds this cluster serves need");
  }

  static std::vector<std::string> warnings_of(const app::RestorePoint& point) {
    constexpr std::size_t kMax = 256;
    std::vector<std::string> warnings = point.warnings;
    for (const auto& volume : point.volumes) {
      for (const auto& warning : volume.warnings) warnings.push_back(volume.claim + ": " + warning);
    }
    if (warnings.size() > kMax) warnings.resize(kMax);
    return warnings;
  }

  const Services services_;
  mutable PruneTimes prune_times_;
};

}  // namespace

std::unique_ptr<Reconciler> make_export_reconciler(const Services& services) {
  return std::make_unique<ActionReconciler<api::Export>>(services, std::make_unique<ExportWork>(services));
}

}  // namespace tranship::controller
