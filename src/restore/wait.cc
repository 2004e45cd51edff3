#include "restore/wait.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

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
  bool for_good = false;
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
    if (phase == "Failed") return {false, "failed", true};
    for (const Json& condition : json_at(object, {"status", "conditions"})) {
      if (json_string(condition, {"type"}) == "Ready" && json_string(condition, {"status"}) == "True")
        return {true, {}};
    }
    return {false, "phase " + phase};
  }
  if (kind == "Job") {
    if (json_bool(object, {"spec", "suspend"})) return {true, {}};
    for (const Json& condition : json_at(object, {"status", "conditions"})) {
      if (json_string(condition, {"status"}) != "True") continue;
      const std::string type = json_string(condition, {"type"});
      if (type == "Complete") return {true, {}};
      if (type == "Failed") return {false, "failed: " + json_string(condition, {"message"}), true};
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

// The ReplicaSets of a Deployment make its pods, and hear why one was refused.
bool owned_by(const Json& object, const Json& owner) {
  for (const Json& reference : json_at(object, {"metadata", "ownerReferences"})) {
    if (json_at(reference, {"uid"}) == json_at(owner, {"metadata", "uid"}) &&
        !json_string(reference, {"uid"}).empty()) {
      return true;
    }
  }
  return false;
}

struct Evidence {
  const std::vector<Json>& workloads;
  const std::vector<Json>& pods;
  const std::vector<Json>& events;
};

// A probe's answer and a mount's failure are in the events alone; the status only says that the container is not ready.
std::optional<PodReason> reason_of(const Json& pod, const std::vector<Json>& events) {
  auto reason = reason_of_pod(pod);
  const bool ready = !reason && json_string(pod, {"status", "phase"}) != "Pending";
  if (ready || (reason && reason->text.find("is not ready") == std::string::npos)) return reason;
  auto event = reason_in_events(pod, events);
  if (!event) return reason;
  if (reason) event->text = reason->text + ": " + event->text;
  return event;
}

void explain(NotReady& line, const Json& owner, const Evidence& evidence) {
  for (const Json& pod : evidence.pods) {
    if (!selects(owner, pod)) continue;
    const auto reason = reason_of(pod, evidence.events);
    if (!reason) continue;
    line.reason += fmt::format("; pod {}: {}", json_string(pod, {"metadata", "name"}), reason->text);
    line.fix = reason->fix;
    return;
  }
  auto refused = reason_in_events(owner, evidence.events);
  for (const Json& child : evidence.workloads) {
    if (!refused && owned_by(child, owner)) refused = reason_in_events(child, evidence.events);
  }
  if (refused) {
    line.reason += "; " + refused->text;
    line.fix = refused->fix;
    return;
  }
  for (const Json& condition : json_at(owner, {"status", "conditions"})) {
    if (json_string(condition, {"type"}) != "ReplicaFailure" || json_string(condition, {"status"}) != "True") continue;
    line.reason += "; " + json_string(condition, {"message"});
  }
}

// Without the right to list a kind, or where the server lacks it, there is nothing to wait for.
Result<void> collect(const Context& context, kube::Client& client, const kube::ResourceType& type,
                     const std::string& name_space, std::vector<Json>& out) {
  auto objects = client.list_all(context, type, name_space);
  if (!objects) {
    if (objects.error().fault() == Fault::not_found || objects.error().fault() == Fault::auth) return {};
    return fail(std::move(objects).error());
  }
  for (Json& object : *objects) out.push_back(std::move(object));
  return {};
}

}  // namespace

Readiness assess(const std::vector<Json>& workloads, const std::vector<Json>& claims, const std::vector<Json>& pods,
                 const std::vector<Json>& events) {
  Readiness result;
  const auto add = [&](const Json& object, const State& state) {
    ++result.total;
    if (state.ready) {
      ++result.ready;
      return;
    }
    NotReady line{kube::ObjectReference::of(object), state.reason, {}, state.for_good};
    explain(line, object, {workloads, pods, events});
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
    if (phase == "Lost") add(claim, {false, "its volume is lost", true});
  }
  return result;
}

namespace {

struct Look {
  std::vector<Json> workloads, claims, pods, events;
};

Result<Look> look(const Context& context, kube::Client& client, const std::string& name_space) {
  Look now;
  TRY(collect(context, client, workload("apps", "Deployment", "deployments"), name_space, now.workloads));
  TRY(collect(context, client, workload("apps", "StatefulSet", "statefulsets"), name_space, now.workloads));
  TRY(collect(context, client, workload("apps", "DaemonSet", "daemonsets"), name_space, now.workloads));
  TRY(collect(context, client, workload("apps", "ReplicaSet", "replicasets"), name_space, now.workloads));
  TRY(collect(context, client, workload("batch", "Job", "jobs"), name_space, now.workloads));
  TRY(collect(context, client, kube::types::persistent_volume_claim(), name_space, now.claims));
  TRY(collect(context, client, kube::types::pod(), name_space, now.pods));
  return now;
}

// Warnings help to explain; whoever may not read them does without.
void add_warnings(const Context& context, kube::Client& client, const std::string& name_space, Look& now) {
  auto events = client.list_all(context, kube::types::event(), name_space, {.field_selector = "type=Warning"});
  if (events) now.events = *std::move(events);
}

}  // namespace

Result<Readiness> wait_ready(const Context& context, kube::Client& client, const std::string& name_space,
                             const WaitOptions& options) {
  const Context patience = context.with_timeout(options.timeout);
  for (;;) {
    auto seen = look(context, client, name_space);
    if (!seen) {
      // A server that does not answer for a while has not said that there is nothing to wait for.
      if (seen.error().fault() != Fault::retryable || !patience.sleep(1s)) return fail(std::move(seen).error());
      continue;
    }
    Look now = *std::move(seen);
    Readiness readiness = assess(now.workloads, now.claims, now.pods);
    if (!readiness.waiting.empty()) {
      add_warnings(context, client, name_space, now);
      readiness = assess(now.workloads, now.claims, now.pods, now.events);
    }
    if (options.progress) options.progress(readiness);
    const auto& waiting = readiness.waiting;
    if (std::all_of(waiting.begin(), waiting.end(), [](const NotReady& line) { return line.for_good; }))
      return readiness;
    TRY(context.check());
    if (!patience.sleep(1s)) {
      TRY(context.check());
      return readiness;
    }
  }
}

}  // namespace tranship::restore
