#pragma once
// Why a temporary pod or claim does not get on: the kubelet's, scheduler's and provisioner's own
// words, with a fix.

#include <chrono>
#include <optional>
#include <string>

#include "kube/client.h"

namespace tranship::volume {

struct Trouble {
  std::string text;
  std::string fix;
  bool hopeless = false;  // waiting longer will not help
};

// What the pod's status says; nothing while all is on its way. An image's trouble names image and node.
std::optional<Trouble> trouble_of_pod(const Json& pod);

// What holds one pod up from its creation until it runs. A pull that failed may succeed the next time, so that is
// hopeless only after the third failure, or a minute of the kubelet's back-off. Not thread-safe.
class StartWatch {
 public:
  using Clock = std::chrono::steady_clock;

  // For every state of the pod that is seen; `now` never goes back. The text stays the same while the kubelet goes
  // from failed pull to back-off and round again: it keeps what the registry or the runtime said.
  std::optional<Trouble> look(const Json& pod, Clock::time_point now);

 private:
  std::string reason_before_;
  std::string pull_error_;
  int pulls_failed_ = 0;
  std::optional<Clock::time_point> backing_off_since_;
};

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
