#include "controller/install/install.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/watch.h"
#include "volume/local_point.h"

namespace tranship::controller::install {
namespace {

constexpr std::string_view kManagedBy = "app.kubernetes.io/managed-by";
constexpr std::string_view kLease = "tranship-controller";  // as controller.cc has it
constexpr std::string_view kClusterNameVariable = "TRANSHIP_CLUSTER_NAME";
constexpr std::chrono::minutes kDeletionMax{2};

Result<kube::ResourceType> type_of(const kube::Discovery& discovery, const Json& object) {
  const auto type = discovery.find(kube::GroupVersionKind::of(object));
  if (type) return *type;
  return fail(Fault::invalid, fmt::format("the cluster does not serve {} {}", json_string(object, {"apiVersion"}),
                                          json_string(object, {"kind"})));
}

std::string version_of(const Json& object) {
  return json_string(object, {"metadata", "resourceVersion"});
}

// Of an installation that is on its way out: until nothing of it is left to be written into.
Result<void> wait_until_deleted(const Context& context, kube::Client& client, const kube::ResourceType& type,
                                const kube::ObjectReference& object, std::string_view then = "install again") {
  const auto until = Context::Clock::now() + kDeletionMax;
  for (;;) {
    const auto there = client.get(context, type, object.name_space, object.name);
    if (!there && there.error().fault() == Fault::not_found) return {};
    if (!there) return fail(there.error());
    if (json_string(*there, {"metadata", "deletionTimestamp"}).empty()) return {};
    if (Context::Clock::now() > until) {
      return fail(Error(Fault::retryable, object.to_string() + " is being deleted, and does not go away")
                      .with_code("install.deleting")
                      .with_fix(fmt::format("kubectl describe says what it waits for; {} when it is gone", then)));
    }
    TRY(context.sleep(std::chrono::seconds(1)));
  }
}

Result<Change> apply(const Context& context, const InstallRequest& request, const Json& object, bool namespace_there) {
  const auto type = TRY(type_of(request.discovery, object));
  Change change{kube::ObjectReference::of(object)};
  if (!request.dry_run) TRY(wait_until_deleted(context, request.client, type, change.object));
  const auto before = request.client.get(context, type, change.object.name_space, change.object.name);
  if (!before && before.error().fault() != Fault::not_found) return fail(before.error());
  if (!before) change.what = Change::What::created;
  // A dry run cannot see the namespace that it did not make.
  if (request.dry_run && type.namespaced && !namespace_there) return change;
  kube::WriteOptions options;
  options.dry_run = request.dry_run;
  options.force = true;
  const Json after = TRY(request.client.apply(context, type, object, options));
  if (before && version_of(*before) != version_of(after)) change.what = Change::What::updated;
  // A dry run shows no new resourceVersion; what would be written does.
  if (before && request.dry_run && json_at(*before, {"spec"}) != json_at(after, {"spec"})) {
    change.what = Change::What::updated;
  }
  return change;
}

bool is_established(const Json& definition) {
  for (const auto& condition : json_at(definition, {"status", "conditions"})) {
    if (json_string(condition, {"type"}) == "Established") return json_string(condition, {"status"}) == "True";
  }
  return false;
}

Result<bool> has_namespace(const Context& context, kube::Client& client, const std::string& name) {
  const auto found = client.get(context, kube::types::name_space(), "", name);
  if (found) return true;
  if (found.error().fault() == Fault::not_found) return false;
  return fail(found.error());
}

Result<Change> remove(const Context& context, const UninstallRequest& request, const Json& object) {
  Change change{kube::ObjectReference::of(object), Change::What::removed};
  const auto type = TRY(type_of(request.discovery, object));
  if (request.dry_run) {
    const auto found = request.client.get(context, type, change.object.name_space, change.object.name);
    if (found) return change;
    if (found.error().fault() != Fault::not_found) return fail(found.error());
    change.what = Change::What::absent;
    return change;
  }
  const auto removed = request.client.remove(context, type, change.object.name_space, change.object.name);
  if (removed) return change;
  if (removed.error().fault() != Fault::not_found) return fail(removed.error());
  change.what = Change::What::absent;
  return change;
}

// Local restore points belong to their RestorePoint objects, but when the kind itself goes, the garbage collector may
// no longer know whose they were.
Result<void> remove_local_points(const Context& context, const UninstallRequest& request,
                                 const std::function<void(const Change&)>& changed) {
  const std::string selector = std::string(kManagedBy) + "=tranship," + std::string(volume::kPointLabel);
  for (const auto* type : {&kube::types::volume_snapshot(), &kube::types::secret()}) {
    const auto found = request.client.list_all(context, *type, "", {.label_selector = selector});
    if (!found && found.error().fault() == Fault::not_found) continue;  // no snapshots are served
    if (!found) return fail(Error(found.error()).in("local restore points"));
    for (const Json& object : *found) changed(TRY_IN("a local restore point", remove(context, request, object)));
  }
  return {};
}

bool is_namespace(const Json& object) {
  return json_string(object, {"kind"}) == "Namespace";
}

}  // namespace

std::string_view change_name(Change::What what) {
  switch (what) {
    case Change::What::created:
      return "created";
    case Change::What::updated:
      return "updated";
    case Change::What::unchanged:
      return "unchanged";
    case Change::What::removed:
      return "removed";
    case Change::What::absent:
      return "absent";
  }
  return "";
}

Result<void> install(const Context& context, const InstallRequest& request,
                     const std::function<void(const Change&)>& changed) {
  for (const auto& definition : request.definitions) {
    changed(TRY_IN(definition.file, apply(context, request, definition.object, true)));
  }
  for (const auto& definition : request.definitions) {
    if (request.dry_run) break;
    const std::string name = json_string(definition.object, {"metadata", "name"});
    TRY_IN("waiting until " + name + " is served",
           kube::wait_for(context.with_timeout(std::chrono::seconds(30)), request.client,
                          kube::types::custom_resource_definition(), "", name, is_established));
  }
  bool namespace_there = true;
  for (const auto& manifest : request.objects) {
    if (is_namespace(manifest.object)) {
      const std::string name = json_string(manifest.object, {"metadata", "name"});
      if (!request.dry_run) {
        TRY(wait_until_deleted(context, request.client, kube::types::name_space(),
                               kube::ObjectReference::of(manifest.object)));
      }
      namespace_there = TRY(has_namespace(context, request.client, name));
      // One that is there belongs to whoever made it: its labels (Pod Security among them) stay as they are.
      const auto mine = namespace_there ? request.client.get(context, kube::types::name_space(), "", name) : Json();
      if (mine && namespace_there && json_string(*mine, {"metadata", "labels", kManagedBy}) != "tranship") {
        changed({kube::ObjectReference::of(manifest.object), Change::What::unchanged});
        continue;
      }
    }
    changed(TRY_IN(manifest.file, apply(context, request, manifest.object, namespace_there)));
  }
  return {};
}

Result<void> wait_until_ready(const Context& context, kube::Client& client, const std::string& name_space,
                              std::chrono::seconds timeout) {
  std::string last;
  const auto ready = [&](const Json& object) {
    const auto wanted = json_integer(object, {"spec", "replicas"}, 1);
    const auto there = json_integer(object, {"status", "readyReplicas"});
    const auto updated = json_integer(object, {"status", "updatedReplicas"});
    last = fmt::format("{} of {} pods are ready", std::min(there, updated), wanted);
    return json_integer(object, {"status", "observedGeneration"}) >= json_integer(object, {"metadata", "generation"}) &&
           updated >= wanted && there >= wanted && json_integer(object, {"status", "replicas"}) == wanted;
  };
  const auto waited =
      kube::wait_for(context.with_timeout(timeout), client, kube::types::deployment(), name_space, "tranship", ready);
  if (waited) return {};
  if (waited.error().fault() != Fault::cancelled || context.stopped()) return fail(waited.error());
  return fail(Error(Fault::retryable, fmt::format("the controller is not ready after {} s: {}", timeout.count(), last))
                  .with_code("install.not_ready")
                  .with_fix(fmt::format("kubectl -n {} describe pods says what they wait for", name_space)));
}

Result<std::optional<Installed>> find_installed(const Context& context, kube::Client& client,
                                                const std::string& name_space) {
  const auto there = client.get(context, kube::types::deployment(), name_space, "tranship");
  if (!there && there.error().fault() == Fault::not_found) return std::optional<Installed>();
  if (!there) return fail(there.error());
  Installed found;
  found.replicas = static_cast<int>(json_integer(*there, {"spec", "replicas"}, 1));
  for (const Json& container : json_at(*there, {"spec", "template", "spec", "containers"})) {
    found.image = json_string(container, {"image"});
    for (const Json& variable : json_at(container, {"env"})) {
      if (json_string(variable, {"name"}) != kClusterNameVariable) continue;
      found.cluster_name = json_string(variable, {"value"});
    }
  }
  return std::optional(std::move(found));
}

std::string image_with_tag(const std::string& image, const std::string& tag) {
  std::string name = image.substr(0, image.find('@'));
  const auto colon = name.rfind(':');
  // A colon before the last slash is the registry's port.
  if (colon != name.npos && name.find('/', colon) == name.npos) name.resize(colon);
  return name + ":" + tag;
}

Result<std::string> known_cluster_name(const Context& context, kube::Client& client, const std::string& name_space) {
  const auto installed = TRY(find_installed(context, client, name_space));
  if (installed && !installed->cluster_name.empty()) return installed->cluster_name;
  const std::string& name = client.access().name;
  return name == "in-cluster" ? std::string() : cluster_name_of(name);
}

Result<void> uninstall(const Context& context, const UninstallRequest& request,
                       const std::function<void(const Change&)>& changed) {
  const bool everything = !request.definitions.empty();
  for (auto manifest = request.objects.rbegin(); manifest != request.objects.rend(); ++manifest) {
    if (is_namespace(manifest->object)) continue;
    changed(TRY_IN(manifest->file, remove(context, request, manifest->object)));
  }
  // Last of what is in the namespace: without its rights no controller makes it again.
  for (const auto& manifest : request.objects) {
    if (!is_namespace(manifest.object)) continue;
    const Json lease = {{"apiVersion", "coordination.k8s.io/v1"},
                        {"kind", "Lease"},
                        {"metadata",
                         {{"name", std::string(kLease)},
                          {"namespace", json_string(manifest.object, {"metadata", "name"})}}}};
    changed(TRY_IN("the controllers' Lease", remove(context, request, lease)));
  }
  if (everything) TRY(remove_local_points(context, request, changed));
  for (const auto& definition : request.definitions) {
    changed(TRY_IN(definition.file, remove(context, request, definition.object)));
  }
  for (const auto& definition : request.definitions) {
    if (request.dry_run) break;
    TRY(wait_until_deleted(context, request.client, kube::types::custom_resource_definition(),
                           kube::ObjectReference::of(definition.object), "uninstall again"));
  }
  for (const auto& manifest : request.objects) {
    if (!everything || !is_namespace(manifest.object)) continue;
    const auto found =
        request.client.get(context, kube::types::name_space(), "", json_string(manifest.object, {"metadata", "name"}));
    if (!found || json_string(*found, {"metadata", "labels", kManagedBy}) != "tranship") continue;
    changed(TRY_IN(manifest.file, remove(context, request, manifest.object)));
  }
  return {};
}

}  // namespace tranship::controller::install
