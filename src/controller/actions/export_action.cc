#include "controller/actions/export_action.h"

#include <fmt/format.h>

#include <algorithm>

#include "capture/rbac.h"
#include "capture/read.h"
#include "controller/actions/action_reconciler.h"
#include "controller/actions/export_prune.h"
#include "controller/actions/export_retention.h"
#include "controller/actions/export_token.h"
#include "controller/actions/local_points.h"
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

struct Target {
  migrate::ApplicationRepository& application;
  bool relayed = false;                         // movers reach it through this process
  const migrate::LocalPoint* local = nullptr;  // what is exported, in place of the application as it is now
};

class ExportWork : public ActionWork<api::Export> {
 public:
  ExportWork(const Services& services, std::shared_ptr<PruneTimes> prunes)
      : services_(services), prune_times_(std::move(prunes)) {}

  Result<void> run(const Context& context, Action<api::Export>& action) override {
    action.phase_begin(migrate::Phase::check);
    const api::Export& object = action.object();
    const auto local = TRY(local_point(context, object));
    const auto application = local ? local->stored.captured.application
                                   : TRY(app::find_application(context, services_.client, TRY(wanted(object))));
    const auto location = TRY(find_location(services_.stores, object.spec.location.name, object.metadata.name_space,
                                            services_.settings.system_namespace));
    TRY(check_token_secret(context, services_.client, object));
    const auto access = TRY(access_to_write(context, services_.client, location, services_.settings.system_namespace));
    auto repository = TRY(in_terms_of(
        migrate::open_or_create_application(context, access.location, application.name, access.passphrase)));
    const std::string policy = TRY(policy_tag(context, services_, object));
    Target target{repository, is_relayed(location, application.name_space), local ? &*local : nullptr};
    auto made = TRY(find_or_make(context, action, application, target, policy));
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
  // What is exported when it is not the application as it is now.
  Result<std::optional<migrate::LocalPoint>> local_point(const Context& context, const api::Export& object) const {
    if (!object.spec.restore_point) return std::optional<migrate::LocalPoint>();
    const auto point =
        TRY(find_restore_point(context, services_, object.metadata.name_space, *object.spec.restore_point));
    if (point.spec.kind != api::RestorePointKind::local) {
      return fail(Error(Fault::invalid, fmt::format("restore point {} is in a location already", point.metadata.name))
                      .with_code("export.not-local")
                      .with_fix("Name a RestorePoint of kind Local, or the application (spec.application)"));
    }
    auto local = TRY(open_local_point(context, services_.client, point));
    TRY(check_local_source(context, services_.client, local));
    return std::optional(std::move(local));
  }

  Result<app::ApplicationSelection> wanted(const api::Export& object) const {
    const auto& application = *object.spec.application;
    TRY(check_scope(object.metadata.name_space, application.name_space, services_.settings.system_namespace));
    return app::ApplicationSelection{application.name_space, application.selector.value_or(""), {}};
  }

  static Result<migrate::ApplicationRepository> in_terms_of(Result<migrate::ApplicationRepository> opened) {
    if (!opened) return fail(in_terms_of_spec(std::move(opened).error()));
    return opened;
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
                            const Target& target, const std::string& policy) const {
    const std::string tag = tag_of(action.object());
    repo::Repository& repository = *target.application.repository;
    auto snapshots = TRY(repository.list_snapshots(context));
    for (auto& snapshot : snapshots) {
      if (std::ranges::find(snapshot.tags, tag) == snapshot.tags.end()) continue;
      TRY(repository.load_index(context));
      auto point = TRY(capture::read_restore_point(context, repository, snapshot));
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
                                         .target = target.application,
                                         .relayed = target.relayed,
                                         .movers = std::move(movers),
                                         .capture = {},
                                         .tags = std::move(tags),
                                         .local = target.local};
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
    const auto pruned = prune_when_due(context, services_, repository, *forgotten > 0, *prune_times_);
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
  const std::shared_ptr<PruneTimes> prune_times_;
};

}  // namespace

std::unique_ptr<Reconciler> make_export_reconciler(const Services& services, std::shared_ptr<PruneTimes> prunes) {
  return std::make_unique<ActionReconciler<api::Export>>(services,
                                                         std::make_unique<ExportWork>(services, std::move(prunes)));
}

}  // namespace tranship::controller
