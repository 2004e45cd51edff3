#include "restore/wait.h"

#include <fmt/format.h>

#include "restore/pod_reason.h"

namespace tranship::restore {
namespace {

using namespace std::chrono_literals;

kube::ResourceType workload(const char* group, const char* kind, const char* plural) {
  return {group, "v1", kind, plural, true, {"list"}, {}, {}};
}

bool owned_by_controller(const Json& object) {
  for (const Json& owner : json_at(object, {"metadata", "ownerReferences"})) {
    if (json_bool(owner, {"controller"})) return true;
  }
  return false;
}

struct State {
  bool ready = false;
  std::string reason;
};

State replicas(std::int64_t wanted, std::int64_t ready) {
  return {ready >= wanted, fmt::format("{} of {} replicas ready", ready, wanted)};
}

bool observed(const Json& object) {
  return json_integer(object, {"status", "observedGeneration"}) >= json_integer(object, {"metadata", "generation"});
}

State state_of(const Json& object) {
  const std::string kind = json_string(object, {"kind"});
  if (kind == "Pod") {
    const std::string phase = json_string(object, {"status", "phase"});
    if (phase == "Succeeded") return {true, {}};
    for (const Json& condition : json_at(object, {"status", "conditions"})) {
      if (json_string(condition, {"type"}) == "Ready" && json_string(condition, {"status"}) == "True") return {true, {}};
    }
    return {false, "phase " + phase};
  }
  if (kind == "Job") {
    if (json_bool(object, {"spec", "suspend"})) return {true, {}};
    for (const Json& condition : json_at(object, {"status", "conditions"})) {
      if (json_string(condition, {"status"}) != "True") continue;
      const std::string type = json_string(condition, {"type"});
      if (type == "Complete") return {true, {}};
      if (type == "Failed") return {false, "failed: " + json_string(condition, {"message"})};
    }
    return {json_integer(object, {"status", "ready"}) > 0, "no pod of it runs yet"};
  }
  if (!observed(object)) return {false, "its controller has not seen it yet"};
  if (kind == "DaemonSet") {
    return replicas(json_integer(object, {"status", "desiredNumberScheduled"}),
                    json_integer(object, {"status", "numberReady"}));
  }
  return replicas(json_integer(object, {"spec", "replicas"}, 1), json_integer(object, {"status", "readyReplicas"}));
}

bool selects(const Json& owner, const Json& pod) {
  if (json_string(owner, {"kind"}) == "Pod") {
    return json_string(owner, {"metadata", "name"}) == json_string(pod, {"metadata", "name"});
  }
  const Json& labels = json_at(owner, {"spec", "selector", "matchLabels"});
  if (!labels.is_object() || labels.empty()) return false;
  for (const auto& [key, value] : labels.items()) {
    if (json_string(pod, {"metadata", "labels", key}) != value) return false;
  }
  return true;
}

void explain(NotReady& line, const Json& owner, const std::vector<Json>& pods) {
  for (const Json& pod : pods) {
    if (!selects(owner, pod)) continue;
    const auto reason = reason_of_pod(pod);
    if (!reason) continue;
    line.reason += fmt::format("; pod {}: {}", json_string(pod, {"metadata", "name"}), reason->text);
    line.fix = reason->fix;
    return;
  }
}

// Without the right to list a kind, or where the server lacks it, there is nothing to wait for.
Result<void> collect(const Context& context, kube::Client& client, const kube::ResourceType& type,
                     const std::string& name_space, std::vector<Json>& out) {
  auto objects = client.list_all(context, type, name_space);
  if (!objects) {
    if (objects.error().fault() == Fault::not_found || objects.error().fault() == Fault::retryable) return {};
    return fail(std::move(objects).error());
  }
  for (Json& object : *objects) out.push_back(std::move(object));
  return {};
}

}  // namespace

Readiness assess(const std::vector<Json>& workloads, const std::vector<Json>& claims, const std::vector<Json>& pods) {
  Readiness result;
  const auto add = [&](const Json& object, const State& state) {
    ++result.total;
    if (state.ready) {
      ++result.ready;
      return;
    }
    NotReady line{kube::ObjectReference::of(object), state.reason, {}};
    explain(line, object, pods);
    result.waiting.push_back(std::move(line));
  };
  for (const Json& object : workloads) {
    if (!owned_by_controller(object)) add(object, state_of(object));
  }
  for (const Json& pod : pods) {
    if (!owned_by_controller(pod)) add(pod, state_of(pod));
  }
  for (const Json& claim : claims) {
    const std::string phase = json_string(claim, {"status", "phase"});
    // A claim of a class that binds at first use and that no pod uses is as ready as it can be.
    if (phase == "Lost") add(claim, {false, "its volume is lost"});
  }
  return result;
}

Result<Readiness> wait_ready(const Context& context, kube::Client& client, const std::string& name_space,
                             const WaitOptions& options) {
  const Context patience = context.with_timeout(options.timeout);
  for (;;) {
    std::vector<Json> workloads, claims, pods;
    TRY(collect(context, client, workload("apps", "Deployment", "deployments"), name_space, workloads));
    TRY(collect(context, client, workload("apps", "StatefulSet", "statefulsets"), name_space, workloads));
    TRY(collect(context, client, workload("apps", "DaemonSet", "daemonsets"), name_space, workloads));
    TRY(collect(context, client, workload("apps", "ReplicaSet", "replicasets"), name_space, workloads));
    TRY(collect(context, client, workload("batch", "Job", "jobs"), name_space, workloads));
    TRY(collect(context, client, kube::types::persistent_volume_claim(), name_space, claims));
    TRY(collect(context, client, kube::types::pod(), name_space, pods));
    Readiness readiness = assess(workloads, claims, pods);
    if (options.progress) options.progress(readiness);
    if (readiness.waiting.empty()) return readiness;
    TRY(context.check());
    if (!patience.sleep(1s)) {
      TRY(context.check());
      return readiness;
    }
  }
}

}  // namespace tranship::restore
