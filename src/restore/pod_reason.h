#pragma once
// Why a pod does not run, from its status: image, scheduling, crash, probe, volume.

#include <optional>
#include <string>

#include "base/json.h"

namespace tranship::restore {

struct PodReason {
  std::string text;  // the kubelet's or scheduler's own reason and message
  std::string fix;
};

// Nothing when the pod is ready, or when its status gives no reason (yet).
std::optional<PodReason> reason_of_pod(const Json& pod);

}  // namespace tranship::restore
