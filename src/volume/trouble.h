#pragma once
// Why a temporary pod or claim does not get on: the kubelet's, scheduler's and provisioner's own
// words, with a fix.

#include <optional>
#include <string>

#include "kube/client.h"

namespace tranship::volume {

struct Trouble {
  std::string text;
  std::string fix;
  bool hopeless = false;  // waiting longer will not help
};

// What the pod's status says; nothing while all is on its way.
std::optional<Trouble> trouble_of_pod(const Json& pod);
// The same, and when the status is silent what the last warnings about the pod and its claim say.
std::optional<Trouble> trouble_with_events(const Context& context, kube::Client& client, const Json& pod,
                                           const std::string& claim);
// How the pod's first container ended, for the log of restarts: "OOMKilled", "exit code 3: last
// words", "Evicted: ...".
std::string end_of_pod(const Json& pod);
bool ended_out_of_memory(const Json& pod);

// Reason and message of the newest Warning about an object; empty when there is none (or no right
// to see it).
std::string latest_warning(const Context& context, kube::Client& client, const std::string& name_space,
                           const std::string& kind, const std::string& name);

}  // namespace tranship::volume
