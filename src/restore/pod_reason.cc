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

}  // namespace tranship::restore
