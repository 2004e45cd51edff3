#include "restore/pod_reason.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace tranship::restore {
namespace {

struct Advice {
  std::string_view reason;
  std::string_view fix;
};

constexpr std::array kAdvice = {
    Advice{"ImagePullBackOff", "Make the image reachable from the target cluster, or restore its pull secret"},
    Advice{"ErrImagePull", "Make the image reachable from the target cluster, or restore its pull secret"},
    Advice{"ErrImageNeverPull", "Load the image onto the target's nodes: its imagePullPolicy is Never"},
    Advice{"InvalidImageName", "Correct the image's name in the workload"},
    Advice{"CrashLoopBackOff", "Look at its log: kubectl logs --previous"},
    Advice{"CreateContainerConfigError", "A ConfigMap or Secret it names is missing on the target"},
    Advice{"CreateContainerError", "Look at the pod's events: kubectl describe pod"},
    Advice{"FailedMount",
           "Look at the volume it names: kubectl describe pod, and whether the claim, ConfigMap or Secret is there"},
    Advice{"FailedAttachVolume",
           "The volume is held by another node, or its storage does not answer: kubectl describe pod"},
    Advice{"FailedCreate",
           "Let the namespace admit its pods: its quota, limits, Pod Security level or webhooks refuse them"},
    Advice{"Unhealthy",
           "Its probe does not pass yet: look at the container's log, and at what it needs to become ready"},
    Advice{"RunContainerError", "Look at the pod's events: kubectl describe pod"},
};

std::string_view advice_for(std::string_view reason) {
  for (const Advice& advice : kAdvice) {
    if (advice.reason == reason) return advice.fix;
  }
  return {};
}

std::optional<PodReason> reason_of_container(const Json& status) {
  const Json& waiting = json_at(status, {"state", "waiting"});
  const std::string reason = json_string(waiting, {"reason"});
  if (!reason.empty() && reason != "ContainerCreating" && reason != "PodInitializing") {
    std::string text = fmt::format("container {}: {}", json_string(status, {"name"}), reason);
    const std::string message = json_string(waiting, {"message"});
    if (!message.empty()) text += ": " + message;
    const Json& last = json_at(status, {"lastState", "terminated"});
    if (last.is_object()) {
      text += fmt::format(" (last exit code {}, {})", json_integer(last, {"exitCode"}), json_string(last, {"reason"}));
    }
    return PodReason{text, std::string(advice_for(reason))};
  }
  const Json& ended = json_at(status, {"state", "terminated"});
  if (ended.is_object() && json_integer(ended, {"exitCode"}) != 0) {
    std::string text = fmt::format("container {} ended with exit code {}, {}", json_string(status, {"name"}),
                                   json_integer(ended, {"exitCode"}), json_string(ended, {"reason"}));
    if (const std::string message = json_string(ended, {"message"}); !message.empty()) text += ": " + message;
    return PodReason{text, "Look at its log: kubectl logs"};
  }
  const Json& running = json_at(status, {"state", "running"});
  if (running.is_object() && !json_bool(status, {"ready"})) {
    return PodReason{fmt::format("container {} runs but is not ready", json_string(status, {"name"})),
                     "Its readiness probe does not pass yet: kubectl describe pod shows the probe's answers"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<PodReason> reason_of_pod(const Json& pod) {
  for (const Json& condition : json_at(pod, {"status", "conditions"})) {
    const std::string type = json_string(condition, {"type"});
    const std::string status = json_string(condition, {"status"});
    if (type == "Ready" && status == "True") return std::nullopt;
    if (type == "PodScheduled" && status == "False") {
      return PodReason{fmt::format("{}: {}", json_string(condition, {"reason"}), json_string(condition, {"message"})),
                       "Give the target what the scheduler asks for, or change the pod's requests and selectors"};
    }
  }
  for (const char* list : {"initContainerStatuses", "containerStatuses"}) {
    for (const Json& status : json_at(pod, {"status", list})) {
      if (auto reason = reason_of_container(status)) return reason;
    }
  }
  const std::string reason = json_string(pod, {"status", "reason"});
  if (!reason.empty()) return PodReason{reason + ": " + json_string(pod, {"status", "message"}), {}};
  return std::nullopt;
}

std::optional<PodReason> reason_in_events(const Json& object, const std::vector<Json>& events) {
  const Json* newest = nullptr;
  const auto time_of = [](const Json& event) {
    for (const char* field : {"lastTimestamp", "eventTime", "firstTimestamp"}) {
      if (const std::string time = json_string(event, {field}); !time.empty()) return time;
    }
    return json_string(event, {"metadata", "creationTimestamp"});
  };
  for (const Json& event : events) {
    if (json_string(event, {"type"}) != "Warning") continue;
    if (json_at(event, {"involvedObject", "uid"}) != json_at(object, {"metadata", "uid"})) continue;
    if (newest == nullptr || time_of(*newest) < time_of(event)) newest = &event;
  }
  if (newest == nullptr) return std::nullopt;
  const std::string reason = json_string(*newest, {"reason"});
  return PodReason{reason + ": " + json_string(*newest, {"message"}), std::string(advice_for(reason))};
}

}  // namespace tranship::restore
