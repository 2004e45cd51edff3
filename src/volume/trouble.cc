#include "volume/trouble.h"

#include <fmt/format.h>

#include <array>

namespace tranship::volume {
namespace {

struct Known {
  std::string_view reason;
  std::string_view fix;
  bool hopeless;
};

constexpr std::array<Known, 10> kKnown = {{
    {"ErrImageNeverPull", "Load the mover image onto the node, or let it be pulled.", true},
    {"InvalidImageName", "Check --mover-image.", true},
    {"ImageInspectError", "Check the mover image on the node.", true},
    {"ErrImagePull",
     "Check that the nodes can pull the mover image; --mover-image names another one.", false},
    {"ImagePullBackOff",
     "Check that the nodes can pull the mover image; --mover-image names another one.", false},
    {"CreateContainerConfigError", "Look at the pod's events.", false},
    {"CreateContainerError", "Look at the pod's events and the node's container runtime.", false},
    {"RunContainerError", "Look at the pod's events and the node's container runtime.", false},
    {"FailedMount", "Look at the claim's events and the storage driver on the node.", false},
    {"FailedAttachVolume", "See which node has the volume attached; it must let go of it first.",
     false},
}};

Trouble make_trouble(const std::string& reason, const std::string& message) {
  Trouble trouble{message.empty() ? reason : reason + ": " + message, {}, false};
  for (const Known& known : kKnown)
    if (known.reason == reason) {
      trouble.fix = known.fix;
      trouble.hopeless = known.hopeless;
    }
  return trouble;
}

const Json& first_container_status(const Json& pod) {
  const Json& statuses = json_at(pod, {"status", "containerStatuses"});
  static const Json none;
  return statuses.is_array() && !statuses.empty() ? statuses.front() : none;
}

}  // namespace

std::optional<Trouble> trouble_of_pod(const Json& pod) {
  const Json& conditions = json_at(pod, {"status", "conditions"});
  if (conditions.is_array())
    for (const Json& condition : conditions)
      if (json_string(condition, {"type"}) == "PodScheduled" &&
          json_string(condition, {"status"}) == "False") {
        Trouble trouble =
            make_trouble(json_string(condition, {"reason"}), json_string(condition, {"message"}));
        trouble.fix =
            "Make room on a node that can reach the volume (the scheduler's message names what is "
            "short).";
        return trouble;
      }
  const Json& waiting = json_at(first_container_status(pod), {"state", "waiting"});
  const std::string reason = json_string(waiting, {"reason"});
  if (reason.empty() || reason == "ContainerCreating" || reason == "PodInitializing")
    return std::nullopt;
  return make_trouble(reason, json_string(waiting, {"message"}));
}

std::optional<Trouble> trouble_with_events(const Context& context, kube::Client& client,
                                           const Json& pod, const std::string& claim) {
  const std::string name_space = json_string(pod, {"metadata", "namespace"});
  auto trouble = trouble_of_pod(pod);
  if (!trouble)
    if (const std::string event = latest_warning(context, client, name_space, "Pod",
                                                 json_string(pod, {"metadata", "name"}));
        !event.empty()) {
      const auto colon = event.find(": ");
      trouble =
          make_trouble(event.substr(0, colon), colon == event.npos ? "" : event.substr(colon + 2));
    }
  const std::string of_claim =
      latest_warning(context, client, name_space, "PersistentVolumeClaim", claim);
  if (of_claim.empty()) return trouble;
  if (!trouble)
    return Trouble{"claim " + claim + ": " + of_claim, "Look at the storage class and its driver.",
                   false};
  trouble->text += fmt::format("; claim {}: {}", claim, of_claim);
  return trouble;
}

std::string end_of_pod(const Json& pod) {
  if (pod.is_null()) return "the pod was deleted";
  const std::string pod_reason = json_string(pod, {"status", "reason"});
  if (!pod_reason.empty()) return pod_reason + ": " + json_string(pod, {"status", "message"});
  const Json& ended = json_at(first_container_status(pod), {"state", "terminated"});
  const std::string reason = json_string(ended, {"reason"});
  const auto code = json_integer(ended, {"exitCode"});
  if (ended.is_null()) return "the pod ended";
  if (reason == "OOMKilled") return "OOMKilled: the mover used more memory than its limit";
  std::string text = fmt::format("{}, exit code {}", reason.empty() ? "Error" : reason, code);
  if (const std::string message = json_string(ended, {"message"}); !message.empty())
    text += ": " + message.substr(message.size() - std::min<std::size_t>(message.size(), 400));
  return text;
}

bool ended_out_of_memory(const Json& pod) {
  return json_string(first_container_status(pod), {"state", "terminated", "reason"}) == "OOMKilled";
}

std::string latest_warning(const Context& context, kube::Client& client,
                           const std::string& name_space, const std::string& kind,
                           const std::string& name) {
  const kube::ListOptions options{
      .field_selector = fmt::format("involvedObject.kind={},involvedObject.name={}", kind, name)};
  const auto events = client.list_all(context, kube::types::event(), name_space, options);
  if (!events) return {};
  std::string newest, text;
  for (const Json& event : *events) {
    if (json_string(event, {"type"}) != "Warning") continue;
    const std::string time =
        std::max(json_string(event, {"lastTimestamp"}), json_string(event, {"eventTime"}));
    if (!text.empty() && time < newest) continue;
    newest = time;
    text = json_string(event, {"reason"}) + ": " + json_string(event, {"message"});
  }
  return text;
}

}  // namespace tranship::volume
