#pragma once
// Why a pod does not run, from its status: image, scheduling, crash, probe, volume.

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace tranship::restore {

struct PodReason {
  std::string text;  // the kubelet's or scheduler's own reason and message
  std::string fix;
};

// Nothing when the pod is ready, or when its status gives no reason (yet).
std::optional<PodReason> reason_of_pod(const Json& pod);

// What the newest Warning among `events` says of this object: a probe's answer, a volume that does not mount, a pod
// that was not admitted. Statuses do not hold these.
std::optional<PodReason> reason_in_events(const Json& object, const std::vector<Json>& events);

}  // namespace tranship::restore
