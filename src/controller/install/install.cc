#include "controller/install/install.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/watch.h"

namespace tranship::controller::install {
namespace {

constexpr std::string_view kManagedBy = "app.kubernetes.io/managed-by";

Result<kube::ResourceType> type_of(const kube::Discovery& discovery, const Json& object) {
  const auto type = discovery.find(kube::GroupVersionKind::of(object));
  if (type) return *type;
  return fail(Fault::invalid, fmt::format("the cluster does not serve {} {}", json_string(object, {"apiVersion"}),
                                          json_string(object, {"kind"})));
}

std::string version_of(const Json& object) {
  return json_string(object, {"metadata", "resourceVersion"});
}

Result<Change> apply(const Context& context, const InstallRequest& request, const Json& object, bool namespace_there) {
  const auto type = TRY(type_of(request.discovery, object));
  Change change{kube::ObjectReference::of(object)};
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
  const kube::ResourceType deployments{"apps", "v1", "Deployment", "deployments", true, {}, {}, {"v1"}};
  std::string last;
  const auto ready = [&](const Json& object) {
    const auto wanted = json_integer(object, {"spec", "replicas"}, 1);
    const auto there = json_integer(object, {"status", "readyReplicas"});
    const auto updated = json_integer(object, {"status", "updatedReplicas"});
    last = fmt::format("{} of {} pods are ready", std::min(there, updated), wanted);
    return json_integer(object, {"status", "observedGeneration"}) >= json_integer(object, {"metadata", "generation"}) &&
           updated >= wanted && there >= wanted && json_integer(object, {"status", "replicas"}) == wanted;
  };
  const auto waited = kube::wait_for(context.with_timeout(timeout), client, deployments, name_space, "tranship", ready);
  if (waited) return {};
  if (waited.error().fault() != Fault::cancelled || context.stopped()) return fail(waited.error());
  return fail(Error(Fault::retryable, fmt::format("the controller is not ready after {} s: {}", timeout.count(), last))
                  .with_code("install.not_ready")
                  .with_fix(fmt::format("kubectl -n {} describe pods says what they wait for", name_space)));
}

Result<void> uninstall(const Context& context, const UninstallRequest& request,
                       const std::function<void(const Change&)>& changed) {
  const bool everything = !request.definitions.empty();
  for (auto manifest = request.objects.rbegin(); manifest != request.objects.rend(); ++manifest) {
    if (is_namespace(manifest->object)) continue;
    changed(TRY_IN(manifest->file, remove(context, request, manifest->object)));
  }
  for (const auto& definition : request.definitions) {
    changed(TRY_IN(definition.file, remove(context, request, definition.object)));
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
