#include "volume/trouble.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace tranship::volume {
namespace {

constexpr int kPullsFailedMax = 3;
constexpr std::chrono::seconds kBackOffMax{60};

struct Known {
  std::string_view reason;
  std::string_view fix;
  bool hopeless;
  bool of_image = false;
};

constexpr std::string_view kNameAnotherImage =
    "Name an image that the node can pull with --mover-image, or load the image onto the node.";

constexpr std::array<Known, 10> kKnown = {{
    {"ErrImageNeverPull", kNameAnotherImage, true, true},
    {"InvalidImageName", "Name a valid image with --mover-image.", true, true},
    {"ImageInspectError", "Check the mover image on the node.", true, true},
    {"ErrImagePull", kNameAnotherImage, false, true},
    {"ImagePullBackOff", kNameAnotherImage, false, true},
    {"CreateContainerConfigError", "Look at the pod's events.", false},
    {"CreateContainerError", "Look at the pod's events and the node's container runtime.", false},
    {"RunContainerError", "Look at the pod's events and the node's container runtime.", false},
    {"FailedMount", "Look at the claim's events and the storage driver on the node.", false},
    {"FailedAttachVolume", "See which node has the volume attached; it must let go of it first.", false},
}};

const Known* known(std::string_view reason) {
  for (const Known& each : kKnown) {
    if (each.reason == reason) return &each;
  }
  return nullptr;
}

Trouble make_trouble(const std::string& reason, const std::string& message) {
  Trouble trouble{message.empty() ? reason : reason + ": " + message, {}, false};
  if (const Known* entry = known(reason)) {
    trouble.fix = entry->fix;
    trouble.hopeless = entry->hopeless;
  }
  return trouble;
}

// The image and the node are in the pod's spec, whatever the kubelet's message leaves out.
Trouble image_trouble(const Json& pod, const std::string& reason, const std::string& message) {
  Trouble trouble = make_trouble(reason, message);
  const Json& containers = json_at(pod, {"spec", "containers"});
  std::string image;
  if (containers.is_array() && !containers.empty()) image = json_string(containers.front(), {"image"});
  const std::string node = json_string(pod, {"spec", "nodeName"});
  trouble.text = fmt::format("node {} has no image {}: {}", node, image, trouble.text);
  return trouble;
}

bool is_pull_failure(std::string_view reason) { return reason == "ErrImagePull" || reason == "ImagePullBackOff"; }

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
  const std::string message = json_string(waiting, {"message"});
  const Known* entry = known(reason);
  return entry != nullptr && entry->of_image ? image_trouble(pod, reason, message) : make_trouble(reason, message);
}

std::optional<Trouble> StartWatch::look(const Json& pod, Clock::time_point now) {
  const Json& waiting = json_at(first_container_status(pod), {"state", "waiting"});
  const std::string reason = json_string(waiting, {"reason"});
  const bool began = reason != std::exchange(reason_before_, reason);
  if (!is_pull_failure(reason)) {
    *this = StartWatch();
    reason_before_ = reason;
    return trouble_of_pod(pod);
  }
  if (reason == "ErrImagePull") {
    if (began) ++pulls_failed_;
    pull_error_ = json_string(waiting, {"message"});
  } else if (!backing_off_since_) {
    backing_off_since_ = now;
  }
  // The back-off's own message says little more than that there is one.
  auto trouble = pull_error_.empty() ? trouble_of_pod(pod) : image_trouble(pod, "ErrImagePull", pull_error_);
  trouble->hopeless =
      pulls_failed_ >= kPullsFailedMax || (backing_off_since_ && now - *backing_off_since_ >= kBackOffMax);
  return trouble;
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
