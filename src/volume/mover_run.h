#pragma once
// One volume's mover from its start to its result: started, watched, served (relayed), and started
// again when it dies.

#include <functional>
#include <string>

#include "volume/mover_pod.h"
#include "volume/run.h"

namespace tranship::volume {

struct MoverEvent {
  VolumeProgress::State state = VolumeProgress::State::starting;
  mover::ProgressLine bytes;
  std::string detail;
};

// Runs `pod` (its task's location decides between direct and relayed) to its result line. The pod
// and its Secret are removed whatever happens. `subject`: the application's claim, for names and
// texts. Faults: the mover's own error; permanent with code "volume.mover-start" when no pod could
// be started in time and "volume.mover-died" when it died settings.attempts_max times; both with
// the cluster's reason.
Result<mover::ResultLine> run_mover(const Context& context, kube::Client& client, const Transport& transport,
                                    MoverPod pod, MoverSettings settings, const std::string& subject,
                                    const std::function<void(const MoverEvent&)>& on_event);

// For block nodes too large for a task: a tree of the repository that holds the node under kNodeName, written now.
inline constexpr std::string_view kNodeName = "volume";
Result<Id> save_node_tree(const Context& context, repo::Repository& repository, const repo::Node& node);

}  // namespace tranship::volume
