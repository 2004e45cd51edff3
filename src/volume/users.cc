#include "volume/users.h"

#include <algorithm>

#include "app/pod_spec.h"
#include "volume/mover_pod.h"

namespace tranship::volume {
namespace {

using Owner = std::pair<std::string, std::string>;  // kind, name

const std::vector<kube::ResourceType>& workload_types() {
  const auto type = [](std::string group, std::string kind, std::string plural) {
    return kube::ResourceType{.group = std::move(group),
                              .version = "v1",
                              .kind = std::move(kind),
                              .plural = std::move(plural),
                              .namespaced = true};
  };
  static const std::vector<kube::ResourceType> all = {
      type("apps", "Deployment", "deployments"), type("apps", "StatefulSet", "statefulsets"),
      type("apps", "ReplicaSet", "replicasets"), type("", "ReplicationController", "replicationcontrollers"),
      type("batch", "CronJob", "cronjobs"),      type("batch", "Job", "jobs")};
  return all;
}

Owner controller_of(const Json& object) {
  for (const Json& owner : json_at(object, {"metadata", "ownerReferences"})) {
    if (json_bool(owner, {"controller"})) return {json_string(owner, {"kind"}), json_string(owner, {"name"})};
  }
  return {};
}

bool spec_uses(const Json& pod_spec, const std::set<std::string>& claims) {
  for (const Json& volume : json_at(pod_spec, {"volumes"})) {
    if (claims.contains(json_string(volume, {"persistentVolumeClaim", "claimName"}))) return true;
  }
  return false;
}

// A StatefulSet's claims are named after template, set and number.
bool makes_claim(const Json& workload, const std::string& claim) {
  for (const Json& made : json_at(workload, {"spec", "volumeClaimTemplates"})) {
    const std::string prefix =
        json_string(made, {"metadata", "name"}) + "-" + json_string(workload, {"metadata", "name"}) + "-";
    if (claim.size() > prefix.size() && claim.starts_with(prefix) &&
        claim.find_first_not_of("0123456789", prefix.size()) == claim.npos) {
      return true;
    }
  }
  return false;
}

bool uses(const Json& workload, const std::set<std::string>& claims) {
  bool found = std::ranges::any_of(claims, [&](const auto& claim) { return makes_claim(workload, claim); });
  app::for_each_pod_spec(workload,
                         [&](const std::string&, const Json& spec) { found = found || spec_uses(spec, claims); });
  return found;
}

bool is_over(const Workload& workload) {
  if (workload.type.kind != "Job") return false;
  for (const Json& condition : json_at(workload.object, {"status", "conditions"})) {
    const std::string type = json_string(condition, {"type"});
    if ((type == "Complete" || type == "Failed") && json_string(condition, {"status"}) == "True") return true;
  }
  return false;
}

// Another brings back what is stopped of it: a Deployment its ReplicaSet, an operator what it made. Jobs stay
// suspended, whoever made them.
bool has_master(const Workload& workload) {
  return workload.type.kind != "Job" && !controller_of(workload.object).first.empty();
}

bool uses_now(const Json& pod, const std::set<std::string>& claims) {
  const std::string phase = json_string(pod, {"status", "phase"});
  const bool mover = json_at(pod, {"metadata", "labels"}).contains(std::string(kRunLabel));
  return phase != "Succeeded" && phase != "Failed" && !mover && spec_uses(json_at(pod, {"spec"}), claims);
}

std::string description_of(const Json& pod) {
  const Owner owner = controller_of(pod);
  const std::string name = "Pod " + json_string(pod, {"metadata", "name"});
  return owner.first.empty() ? name : name + " of " + owner.first + " " + owner.second;
}

}  // namespace

Result<std::vector<Workload>> list_workloads(const Context& context, kube::Client& client,
                                             const std::string& name_space) {
  std::vector<Workload> workloads;
  for (const auto& type : workload_types()) {
    auto objects = client.list_all(context, type, name_space);
    if (!objects && (objects.error().fault() == Fault::auth || objects.error().fault() == Fault::not_found)) continue;
    for (Json& object : TRY(std::move(objects))) {
      object["apiVersion"] = type.api_version();
      object["kind"] = type.kind;
      workloads.push_back({type, std::move(object)});
    }
  }
  return workloads;
}

ClaimUsers users_among(const std::vector<Workload>& workloads, const std::vector<Json>& pods,
                       const std::set<std::string>& claims) {
  ClaimUsers users;
  std::set<Owner> stopped;
  for (const Workload& workload : workloads) {
    if (has_master(workload) || is_over(workload) || !uses(workload.object, claims)) continue;
    stopped.emplace(workload.type.kind, workload.name());
    users.workloads.push_back(workload);
  }
  for (const Workload& workload : workloads) {
    if (workload.type.kind == "ReplicaSet" && stopped.contains(controller_of(workload.object))) {
      stopped.emplace(workload.type.kind, workload.name());
    }
  }
  for (const Json& pod : pods) {
    if (uses_now(pod, claims) && !stopped.contains(controller_of(pod))) users.others.push_back(description_of(pod));
  }
  return users;
}

Result<ClaimUsers> find_users(const Context& context, kube::Client& client, const std::string& name_space,
                              const std::set<std::string>& claims) {
  const auto workloads = TRY(list_workloads(context, client, name_space));
  const auto pods = TRY(client.list_all(context, kube::types::pod(), name_space));
  return users_among(workloads, pods, claims);
}

std::vector<std::string> pods_using(const std::vector<Json>& pods, const std::set<std::string>& claims) {
  std::vector<std::string> found;
  for (const Json& pod : pods) {
    if (uses_now(pod, claims)) found.push_back(description_of(pod));
  }
  return found;
}

}  // namespace tranship::volume
