#include "volume/claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/pod_spec.h"
#include "app/selector.h"
#include "volume/mover_pod.h"
#include "volume/trouble.h"

namespace tranship::volume {
namespace {

constexpr std::string_view kDefaultSnapshotClass =
    "snapshot.storage.kubernetes.io/is-default-class";
constexpr std::string_view kMigratedTo = "pv.kubernetes.io/migrated-to";

std::string annotation(const Json& object, std::string_view key) {
  return json_string(json_at(object, {"metadata", "annotations"}), {key});
}

const Json& items_of(const Json& value) {
  static const Json empty = Json::array();
  return value.is_array() ? value : empty;
}

// The namespace as far as claims are concerned, read once.
struct Cluster {
  std::vector<Json> claims, pods, storage_classes, snapshot_classes;
};

Result<std::vector<Json>> list_where_served(const Context& context, kube::Client& client,
                                            const kube::ResourceType& type) {
  auto items = client.list_all(context, type, "");
  if (!items && items.error().fault() == Fault::not_found) return std::vector<Json>{};
  return items;
}

Result<Cluster> read_cluster(const Context& context, kube::Client& client,
                             const std::string& name_space) {
  Cluster cluster;
  cluster.claims =
      TRY(client.list_all(context, kube::types::persistent_volume_claim(), name_space));
  if (cluster.claims.empty()) return cluster;
  cluster.pods = TRY(client.list_all(context, kube::types::pod(), name_space));
  cluster.storage_classes = TRY(list_where_served(context, client, kube::types::storage_class()));
  cluster.snapshot_classes =
      TRY(list_where_served(context, client, kube::types::volume_snapshot_class()));
  return cluster;
}

// Names of the claims in a pod spec's volumes.
std::vector<std::string> claims_in(const Json& pod_spec) {
  std::vector<std::string> names;
  for (const Json& volume : items_of(json_at(pod_spec, {"volumes"})))
    if (const std::string name = json_string(volume, {"persistentVolumeClaim", "claimName"});
        !name.empty())
      names.push_back(name);
  return names;
}

bool is_over(const Json& pod) {
  const std::string phase = json_string(pod, {"status", "phase"});
  return phase == "Succeeded" || phase == "Failed";
}

// The claim of a generic ephemeral volume lives and dies with its pod, which makes it anew wherever
// it starts.
bool belongs_to_pod(const Json& claim) {
  for (const Json& owner : items_of(json_at(claim, {"metadata", "ownerReferences"})))
    if (json_string(owner, {"kind"}) == "Pod") return true;
  return false;
}

bool is_temporary(const Json& claim) {
  return json_at(claim, {"metadata", "labels"}).contains(std::string(kRunLabel));
}

const Json* find_named(const std::vector<Json>& objects, const std::string& name) {
  for (const Json& object : objects)
    if (json_string(object, {"metadata", "name"}) == name) return &object;
  return nullptr;
}

// The class marked as default, else the first by name that deletes its snapshots with their
// objects, else the first.
std::optional<std::string> choose_snapshot_class(const std::vector<Json>& classes,
                                                 const std::string& driver) {
  const Json* best = nullptr;
  const auto rank = [](const Json& object) {
    return (annotation(object, kDefaultSnapshotClass) == "true" ? 0 : 2) +
           (json_string(object, {"deletionPolicy"}) == "Delete" ? 0 : 1);
  };
  for (const Json& object : classes) {
    if (json_string(object, {"driver"}) != driver) continue;
    const auto order = [&](const Json& each) {
      return std::pair(rank(each), json_string(each, {"metadata", "name"}));
    };
    if (!best || order(object) < order(*best)) best = &object;
  }
  if (!best || driver.empty()) return std::nullopt;
  return json_string(*best, {"metadata", "name"});
}

Result<std::string> driver_of_volume(const Context& context, kube::Client& client,
                                     const std::string& volume_name) {
  auto volume = client.get(context, kube::types::persistent_volume(), "", volume_name);
  // Without the right to read volumes the class tells the driver nearly always.
  if (!volume &&
      (volume.error().fault() == Fault::auth || volume.error().fault() == Fault::not_found))
    return "";
  const Json object = TRY(std::move(volume));
  if (const std::string migrated = annotation(object, kMigratedTo); !migrated.empty())
    return migrated;
  return json_string(object, {"spec", "csi", "driver"});
}

void find_mounts(Claim& claim, const std::vector<Json>& pods) {
  for (const Json& pod : pods) {
    const std::string node = json_string(pod, {"spec", "nodeName"});
    // Not placed yet: nothing is mounted. Our own movers are no users.
    if (node.empty() || is_over(pod) || is_temporary(pod)) continue;
    if (std::ranges::count(claims_in(json_at(pod, {"spec"})), claim.name))
      claim.mounts.push_back({json_string(pod, {"metadata", "name"}), node});
  }
}

Result<Claim> to_claim(const Context& context, kube::Client& client, const Cluster& cluster,
                       const Json& object) {
  Claim claim;
  claim.name_space = json_string(object, {"metadata", "namespace"});
  claim.name = json_string(object, {"metadata", "name"});
  claim.uid = json_string(object, {"metadata", "uid"});
  claim.object = object;
  claim.phase = json_string(object, {"status", "phase"}, "Pending");
  claim.block = json_string(object, {"spec", "volumeMode"}) == "Block";
  claim.storage_class = json_string(object, {"spec", "storageClassName"});
  if (claim.storage_class.empty())
    claim.storage_class = annotation(object, "volume.beta.kubernetes.io/storage-class");
  claim.volume_name = json_string(object, {"spec", "volumeName"});
  claim.capacity = json_string(object, {"status", "capacity", "storage"},
                               json_string(object, {"spec", "resources", "requests", "storage"}));
  for (const Json& mode : items_of(json_at(object, {"spec", "accessModes"})))
    if (mode.is_string()) claim.access_modes.push_back(mode.get<std::string>());
  if (claim.phase == "Bound")
    claim.provisioner = TRY(driver_of_volume(context, client, claim.volume_name));
  if (claim.provisioner.empty())
    if (const Json* storage_class = find_named(cluster.storage_classes, claim.storage_class))
      claim.provisioner = json_string(*storage_class, {"provisioner"});
  claim.snapshot_class = choose_snapshot_class(cluster.snapshot_classes, claim.provisioner);
  find_mounts(claim, cluster.pods);
  return claim;
}

// Which claims a label selection means: selected ones, and those of selected pods and pod
// templates.
Result<std::set<std::string>> selected_claims(const Context& context, kube::Client& client,
                                              const Cluster& cluster,
                                              const app::Application& application) {
  const auto selector = TRY(app::LabelSelector::parse(application.selector));
  std::set<std::string> names;
  const auto take = [&](const Json& object) {
    if (!selector.matches(json_at(object, {"metadata", "labels"}))) return;
    app::for_each_pod_spec(object, [&](const std::string&, const Json& spec) {
      for (const std::string& name : claims_in(spec)) names.insert(name);
    });
    // A StatefulSet's claims are named after template, set and number.
    for (const Json& claim_template : items_of(json_at(object, {"spec", "volumeClaimTemplates"}))) {
      const std::string prefix = json_string(claim_template, {"metadata", "name"}) + "-" +
                                 json_string(object, {"metadata", "name"}) + "-";
      for (const Json& claim : cluster.claims) {
        const std::string name = json_string(claim, {"metadata", "name"});
        if (name.starts_with(prefix) &&
            name.find_first_not_of("0123456789", prefix.size()) == name.npos)
          names.insert(name);
      }
    }
  };
  for (const Json& claim : cluster.claims)
    if (selector.matches(json_at(claim, {"metadata", "labels"})))
      names.insert(json_string(claim, {"metadata", "name"}));
  for (Json pod : cluster.pods) {
    pod["kind"] = "Pod";
    take(pod);
  }
  const auto workload = [](std::string kind, std::string plural) {
    return kube::ResourceType{.group = "apps",
                              .version = "v1",
                              .kind = std::move(kind),
                              .plural = std::move(plural),
                              .namespaced = true};
  };
  for (const auto& type :
       {workload("Deployment", "deployments"), workload("StatefulSet", "statefulsets"),
        workload("DaemonSet", "daemonsets")})
    for (const Json& object : TRY(client.list_all(context, type, application.name_space)))
      take(object);
  return names;
}

bool waits_for_consumer(const Claim& claim, const Cluster& cluster) {
  const Json* storage_class = find_named(cluster.storage_classes, claim.storage_class);
  return claim.mounts.empty() && storage_class &&
         json_string(*storage_class, {"volumeBindingMode"}) == "WaitForFirstConsumer";
}

// Why the claim cannot be read; empty when it can, or when it has nothing to read.
std::string unreadable_reason(const Context& context, kube::Client& client, const Claim& claim,
                              const Cluster& cluster) {
  const auto with_event = [&](std::string text) {
    const std::string event =
        latest_warning(context, client, claim.name_space, "PersistentVolumeClaim", claim.name);
    return event.empty() ? text : text + " (" + event + ")";
  };
  if (claim.phase == "Lost") return with_event("its volume " + claim.volume_name + " is lost");
  if (!json_at(claim.object, {"metadata", "deletionTimestamp"}).is_null())
    return "it is being deleted";
  if (claim.phase == "Pending" && !waits_for_consumer(claim, cluster))
    return with_event("it is not bound to a volume");
  return {};
}

}  // namespace

Result<std::vector<Claim>> find_claims(const Context& context, kube::Client& client,
                                       const app::Application& application) {
  const Cluster cluster = TRY_IN("finding the volumes of " + application.name_space,
                                 read_cluster(context, client, application.name_space));
  std::optional<std::set<std::string>> selected;
  if (!application.selector.empty() && !cluster.claims.empty())
    selected = TRY(selected_claims(context, client, cluster, application));
  std::vector<Claim> claims;
  std::string unreadable;
  bool lost = false;
  for (const Json& object : cluster.claims) {
    if (is_temporary(object) || belongs_to_pod(object)) continue;
    if (selected && !selected->contains(json_string(object, {"metadata", "name"}))) continue;
    Claim claim = TRY(to_claim(context, client, cluster, object));
    if (const std::string reason = unreadable_reason(context, client, claim, cluster);
        !reason.empty()) {
      unreadable += fmt::format("{}{}: {}", unreadable.empty() ? "" : "; ", claim.name, reason);
      lost = lost || claim.phase == "Lost";
    }
    claims.push_back(std::move(claim));
  }
  if (unreadable.empty()) return claims;
  return fail(Error(Fault::invalid, fmt::format("claims of {} cannot be read: {}",
                                                application.name_space, unreadable))
                  .with_code(lost ? "volume.claim-lost" : "volume.claim-pending")
                  .with_fix("Mend or delete these claims, or choose the application's objects by a "
                            "label selector that "
                            "leaves them out."));
}

Result<std::vector<Claim>> look_at_claims(const Context& context, kube::Client& client,
                                          const std::string& name_space,
                                          const std::set<std::string>& names) {
  const Cluster cluster =
      TRY_IN("looking at claims of " + name_space, read_cluster(context, client, name_space));
  std::vector<Claim> claims;
  for (const Json& object : cluster.claims)
    if (names.contains(json_string(object, {"metadata", "name"})))
      claims.push_back(TRY(to_claim(context, client, cluster, object)));
  return claims;
}

}  // namespace tranship::volume
