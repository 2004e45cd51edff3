#include "capture/capture.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "app/pod_spec.h"
#include "base/units.h"
#include "capture/closure.h"
#include "capture/list.h"

namespace tranship::capture {
namespace {

void append(std::vector<std::string>& to, std::vector<std::string> from) {
  std::ranges::move(from, std::back_inserter(to));
}

// A stop because of rights should name all of them, also those of steps not reached.
Error rights_error(const Context& context, kube::Client& client, const kube::Discovery& discovery,
                   const std::string& name_space, std::vector<Right> seen, int requests_max) {
  auto all = missing_rights(context, client, capture_rights(discovery, name_space), requests_max);
  if (all) std::ranges::move(*all, std::back_inserter(seen));
  std::ranges::sort(seen);
  const auto same = std::ranges::unique(seen);
  seen.erase(same.begin(), same.end());
  return missing_rights_error(seen, client.access().name);
}

Result<void> accept_missing(const Context& context, kube::Client& client, const kube::Discovery& discovery,
                            const CaptureOptions& options, std::vector<Right> missing, Captured& captured) {
  if (missing.empty()) return {};
  if (!options.allow_missing_rights) {
    return fail(rights_error(context, client, discovery, captured.application.name_space, std::move(missing),
                             options.lists_max));
  }
  for (const auto& right : missing) {
    captured.warnings.push_back("not captured: the credentials may not " + right.to_string());
  }
  return {};
}

void describe_cluster(const Context& context, kube::Client& client, Captured& captured) {
  captured.cluster = client.access().name;
  if (auto version = client.request(context, "GET", "/version")) {
    captured.kubernetes_version = json_string(*version, {"gitVersion"});
  }
  // Only tells restore points of equally named clusters apart; not worth a right of its own.
  if (auto system = client.get(context, kube::types::name_space(), {}, "kube-system")) {
    captured.cluster_id = json_string(*system, {"metadata", "uid"});
  }
}

void collect_types(const kube::Discovery& discovery, Captured& captured) {
  std::set<std::pair<std::string, std::string>> kinds;
  for (const auto* list : {&captured.objects, &captured.closure}) {
    for (const auto& object : *list) {
      const auto type = kube::GroupVersionKind::of(object);
      if (!kinds.emplace(type.group, type.kind).second) continue;
      if (const auto* known = discovery.find(type.group, type.kind)) captured.types.push_back(*known);
    }
  }
  std::ranges::sort(captured.types, {},
                    [](const kube::ResourceType& type) { return std::pair(type.group, type.kind); });
}

}  // namespace

Result<Captured> capture_manifests(const Context& context, kube::Client& client,
                                   const kube::Discovery& discovery, const app::Application& application,
                                   const CaptureOptions& options) {
  Captured captured;
  captured.application = application;
  captured.started_at = format_time(std::chrono::system_clock::now());
  describe_cluster(context, client, captured);

  auto listing = TRY(list_kinds(context, client, discovery, application.name_space, options));
  TRY(accept_missing(context, client, discovery, options, listing.missing, captured));
  TRY(settle(context, client, application, options, listing));
  // A deletion that began meanwhile has emptied some of the lists.
  captured.application = TRY(app::find_application(
      context, client, {application.name_space, application.selector, application.name}));
  captured.settled = listing.settled;
  captured.settled_at = listing.settled_at.empty() ? captured.started_at : listing.settled_at;
  append(captured.warnings, std::move(listing.warnings));

  Json name_space = captured.application.namespace_object;
  name_space["apiVersion"] = "v1";
  name_space["kind"] = "Namespace";
  captured.objects.push_back(std::move(name_space));
  for (const Json* object : choose_objects(listing.kinds, application, options))
    captured.objects.push_back(*object);
  listing.kinds.clear();
  if (!application.selector.empty() && captured.objects.size() == 1) {
    return fail(Error(Fault::not_found, "no object of namespace " + application.name_space + " has the labels " +
                                            application.selector)
                    .with_code("application.empty")
                    .with_fix("Look at the labels there are: kubectl get all --show-labels -n " +
                              application.name_space));
  }

  if (options.closure) {
    auto closure =
        TRY(collect_closure(context, client, discovery, application, captured.objects, options.lists_max));
    TRY(accept_missing(context, client, discovery, options, std::move(closure.missing), captured));
    captured.closure = std::move(closure.objects);
    append(captured.warnings, std::move(closure.warnings));
  }
  captured.images = app::images_of(captured.objects);
  collect_types(discovery, captured);
  return captured;
}

}  // namespace tranship::capture
