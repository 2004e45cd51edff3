#include "volume/snapshot_restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/parallel.h"
#include "kube/watch.h"
#include "volume/aside.h"
#include "volume/cleanup.h"
#include "volume/removal.h"
#include "volume/run_scope.h"
#include "volume/snapshot.h"
#include "volume/trouble.h"

namespace tranship::volume {
namespace {

using namespace std::chrono_literals;
using State = VolumeProgress::State;

constexpr std::chrono::seconds kCleanUpMax{180};
constexpr std::chrono::seconds kLookAgain{5};

const kube::ResourceType& claim_type() {
  return kube::types::persistent_volume_claim();
}

std::string name_of(const Json& object) {
  return json_string(object, {"metadata", "name"});
}
std::string namespace_of(const Json& object) {
  return json_string(object, {"metadata", "namespace"});
}
bool is_bound(const Json& claim) {
  return json_string(claim, {"status", "phase"}) == "Bound";
}

// A pod that does nothing but have the claim: some classes make a volume only where a pod is to have it.
Json consumer_manifest(const std::string& name_space, const std::string& claim, bool block,
                       const MoverSettings& settings, const std::string& name) {
  Json container = {{"name", "consumer"},
                    {"image", settings.image},
                    {"imagePullPolicy", settings.image_pull_policy},
                    {"command", {"/tranship", "--version"}},
                    {"resources",
                     {{"requests", {{"cpu", "10m"}, {"memory", "32Mi"}}}, {"limits", {{"memory", "64Mi"}}}}},
                    {"securityContext",
                     {{"runAsUser", 65532},
                      {"runAsGroup", 65532},
                      {"runAsNonRoot", true},
                      {"allowPrivilegeEscalation", false},
                      {"readOnlyRootFilesystem", true},
                      {"capabilities", {{"drop", Json::array({"ALL"})}}},
                      {"seccompProfile", {{"type", "RuntimeDefault"}}}}}};
  if (block) {
    container["volumeDevices"] = Json::array({{{"name", "volume"}, {"devicePath", "/dev/volume"}}});
  } else {
    container["volumeMounts"] = Json::array({{{"name", "volume"}, {"mountPath", "/volume"}, {"readOnly", true}}});
  }
  Json metadata = temporary_metadata(name_space, name, settings.run, "consumer");
  metadata["labels"]["sidecar.istio.io/inject"] = "false";
  metadata["annotations"]["linkerd.io/inject"] = "disabled";
  Json spec = {{"restartPolicy", "Never"},
               {"automountServiceAccountToken", false},
               {"enableServiceLinks", false},
               {"terminationGracePeriodSeconds", 1},
               {"activeDeadlineSeconds", settings.deadline.count()},
               {"nodeSelector", {{"kubernetes.io/os", "linux"}}},
               {"containers", Json::array({std::move(container)})},
               {"volumes", Json::array({{{"name", "volume"}, {"persistentVolumeClaim", {{"claimName", claim}}}}})}};
  for (const std::string& secret : settings.image_pull_secrets) {
    spec["imagePullSecrets"].push_back({{"name", secret}});
  }
  return {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", std::move(metadata)}, {"spec", std::move(spec)}};
}

class SnapshotRestore {
 public:
  SnapshotRestore(const Context& context, kube::Client& client, const MoverSettings& settings,
                  const RestoreVolumesOptions& options, const OnVolume& on_volume)
      : context_(context.with_stop(failed_.get_token())),
        client_(client),
        settings_(settings),
        options_(options),
        on_volume_(on_volume) {}

  Result<std::vector<RestoredVolume>> run(const std::vector<ClaimFromSnapshot>& volumes) {
    std::vector<RestoredVolume> restored(volumes.size());
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      restored[i].claim = name_of(volumes[i].claim);
      report(restored[i].claim, State::waiting);
    }
    std::mutex mutex;
    std::optional<Error> first;
    parallel_for(volumes.size(), settings_.volumes_at_once, [&](std::size_t i) {
      if (context_.stopped() && first) return;
      auto done = restore(volumes[i], restored[i]);
      report(restored[i].claim, done ? State::done : State::failed, done ? "" : done.error().text());
      if (done) return;
      std::lock_guard lock(mutex);
      if (!first) first = std::move(done).error().in("making claim " + restored[i].claim);
      failed_.request_stop();
    });
    if (first) return fail(std::move(*first));
    return restored;
  }

 private:
  void report(const std::string& claim, State state, std::string detail = {}) const {
    if (on_volume_) on_volume_({claim, state, {}, std::move(detail)});
  }

  Result<void> restore(const ClaimFromSnapshot& volume, RestoredVolume& restored) {
    restored.kept = TRY(make_way(volume));
    if (restored.kept) return {};
    report(restored.claim, State::snapshot);
    const TakenSnapshot source{volume.snapshot, {}};
    const auto on_detail = [&](const std::string& claim, const std::string& detail) {
      report(claim, State::snapshot, detail);
    };
    const Json ready = TRY(wait_snapshot_ready(context_, client_, volume.source_namespace, restored.claim, source,
                                               on_detail));
    const std::string target = namespace_of(volume.claim);
    std::string snapshot = volume.snapshot;
    if (volume.source_namespace != target) {
      snapshot = TRY(show_in(target, restored.claim, ready));
      TRY(wait_snapshot_ready(context_, client_, target, restored.claim, {snapshot, {}}, on_detail));
    }
    TRY(make_claim(volume, ready, snapshot));
    TRY(wait_bound(target, restored.claim, json_string(volume.claim, {"spec", "volumeMode"}) == "Block"));
    return complete_claim(context_, client_, target, restored.claim);
  }

  // True when an earlier run of this restore made the claim, and it has its volume.
  Result<bool> make_way(const ClaimFromSnapshot& volume) {
    const std::string name_space = namespace_of(volume.claim), name = name_of(volume.claim);
    const auto found = client_.get(context_, claim_type(), name_space, name);
    if (!found && found.error().fault() == Fault::not_found) return false;
    const Json live = TRY(Result<Json>(found));
    const auto [state, point] = volume_state(live);
    const bool same = point == options_.restore_point;
    if (!volume.replace) {
      if (!same) return fail(claim_exists(name_space, name, ""));
      if (is_bound(live)) {
        TRY(complete_claim(context_, client_, name_space, name));
        return true;
      }
      // An earlier run's, without a volume yet: what it was to be made from may be gone with that run.
    } else {
      TRY(set_aside(context_, client_, live));
    }
    report(name, State::waiting, "the claim that is there makes way");
    TRY(remove_and_wait(context_, client_, claim_type(), name_space, name));
    return false;
  }

  // A snapshot of this namespace with the same content: never deletes what it shows.
  Result<std::string> show_in(const std::string& target, const std::string& claim, const Json& source) {
    const std::string content_name = json_string(source, {"status", "boundVolumeSnapshotContentName"});
    const Json content =
        TRY_IN("the content of snapshot " + name_of(source),
               client_.get(context_, kube::types::volume_snapshot_content(), "", content_name));
    TRY(check_bound(source, content));
    const std::string name = temporary_name("shown", claim, settings_.run);
    Json content_metadata = temporary_metadata("", target + "-" + name, settings_.run, "shown");
    content_metadata.erase("namespace");
    content_metadata["annotations"][std::string(kForAnnotation)] = target;
    Json spec = {{"deletionPolicy", "Retain"},
                 {"driver", json_at(content, {"spec", "driver"})},
                 {"source", {{"snapshotHandle", json_at(content, {"status", "snapshotHandle"})}}},
                 {"volumeSnapshotRef", {{"namespace", target}, {"name", name}}}};
    for (const char* same : {"volumeSnapshotClassName", "sourceVolumeMode"}) {
      if (const Json& value = json_at(content, {"spec", same}); value.is_string()) spec[same] = value;
    }
    const Json shown = {{"apiVersion", "snapshot.storage.k8s.io/v1"},
                        {"kind", "VolumeSnapshotContent"},
                        {"metadata", std::move(content_metadata)},
                        {"spec", std::move(spec)}};
    TRY_IN("showing the snapshot in " + target,
           client_.create(context_, kube::types::volume_snapshot_content(), shown));
    const Json snapshot = {{"apiVersion", "snapshot.storage.k8s.io/v1"},
                           {"kind", "VolumeSnapshot"},
                           {"metadata", temporary_metadata(target, name, settings_.run, "shown")},
                           {"spec", {{"source", {{"volumeSnapshotContentName", target + "-" + name}}}}}};
    TRY_IN("showing the snapshot in " + target, client_.create(context_, kube::types::volume_snapshot(), snapshot));
    return name;
  }

  // Whoever may write in a namespace may write a VolumeSnapshot; only the snapshot controller binds it to a content.
  static Result<void> check_bound(const Json& source, const Json& content) {
    const Json& reference = json_at(content, {"spec", "volumeSnapshotRef"});
    const bool bound = json_string(reference, {"namespace"}) == namespace_of(source) &&
                       json_string(reference, {"name"}) == name_of(source) &&
                       json_string(reference, {"uid"}) == json_string(source, {"metadata", "uid"}) &&
                       !json_string(content, {"status", "snapshotHandle"}).empty();
    if (bound) return {};
    return fail(Error(Fault::conflict, fmt::format("VolumeSnapshotContent {} is not that of snapshot {}/{}",
                                                   name_of(content), namespace_of(source), name_of(source)))
                    .with_code("volume.from-snapshot")
                    .with_fix("Take another restore point"));
  }

  Result<void> make_claim(const ClaimFromSnapshot& volume, const Json& source, const std::string& snapshot) {
    Json claim = new_claim(volume.claim, options_.restore_point);
    Json& spec = claim["spec"];
    spec.erase("dataSourceRef");
    spec["dataSource"] = {{"apiGroup", "snapshot.storage.k8s.io"}, {"kind", "VolumeSnapshot"}, {"name", snapshot}};
    const std::string wanted = json_string(spec, {"resources", "requests", "storage"});
    spec["resources"]["requests"]["storage"] = size_for(wanted, source);
    TRY(client_.create(context_, claim_type(), claim));
    return {};
  }

  Result<void> wait_bound(const std::string& name_space, const std::string& name, bool block) {
    const std::string pod = temporary_name("consumer", name, settings_.run);
    const auto until = Context::Clock::now() + settings_.start_timeout;
    bool consumed = false;
    for (;;) {
      const auto bound = kube::wait_for(context_.with_timeout(kLookAgain), client_, claim_type(), name_space, name,
                                        is_bound);
      if (bound) break;
      if (context_.stopped() || bound.error().fault() != Fault::cancelled) return fail(bound.error());
      if (Context::Clock::now() > until) return fail(late(name_space, name));
      if (!consumed) {
        TRY_IN("asking for the volume of claim " + name,
               client_.create(context_, kube::types::pod(),
                              consumer_manifest(name_space, name, block, settings_, pod)));
        consumed = true;
      }
      report(name, State::starting, latest_warning(context_, client_, name_space, "PersistentVolumeClaim", name));
    }
    if (!consumed) return {};
    return remove_and_wait(context_, client_, kube::types::pod(), name_space, pod, 1);
  }

  Error late(const std::string& name_space, const std::string& name) {
    const std::string event = latest_warning(context_, client_, name_space, "PersistentVolumeClaim", name);
    return Error(Fault::permanent, fmt::format("claim {} got no volume from its snapshot in time{}", name,
                                               event.empty() ? "" : ": " + event))
        .with_code("volume.from-snapshot")
        .with_fix("kubectl describe pvc says more; once it is mended, restore again: it goes on from here");
  }

  std::stop_source failed_;
  const Context context_;
  kube::Client& client_;
  const MoverSettings& settings_;
  const RestoreVolumesOptions& options_;
  const OnVolume& on_volume_;
};

}  // namespace

Result<std::vector<RestoredVolume>> restore_from_snapshots(const Context& context, kube::Client& client,
                                                           const std::vector<ClaimFromSnapshot>& volumes,
                                                           const MoverSettings& settings,
                                                           const RestoreVolumesOptions& options,
                                                           const OnVolume& on_volume) {
  if (volumes.empty()) return std::vector<RestoredVolume>{};
  const std::string name_space = namespace_of(volumes.front().claim);
  auto scope = TRY(RunScope::begin(context, client, name_space, settings.run));
  auto restored = SnapshotRestore(context, client, settings, options, on_volume).run(volumes);
  scope.reset();
  auto cleaned = clean_up_run(Context().with_timeout(kCleanUpMax), client, name_space, settings.run);
  // An earlier run that was killed could not clean up after itself.
  if (restored && cleaned) cleaned = clean_up_dead_runs(context.with_timeout(kCleanUpMax), client, name_space);
  if (restored && !cleaned) restored->front().warnings.push_back(cleaned.error().text());
  return restored;
}

}  // namespace tranship::volume
