#pragma once
// Finding and removing what a run left behind: mover pods, task Secrets, clones, snapshots. Everything
// temporary carries the run's label from its creation on, so a run that was killed is cleaned up by the next
// one or by `tranship cleanup`.

#include <string>
#include <vector>

#include "kube/client.h"

namespace tranship::volume {

struct Leftover {
  kube::ObjectReference object;
  std::string run;
  std::string heartbeat;  // RFC 3339: when its run was last known to live
  bool alive = false;     // its run's heartbeat is young: somebody is working with it
  std::string name_space = {};  // where its run works: its own, unless it lies outside of namespaces
};

// In one namespace, or all of them (empty). Kinds the server lacks (VolumeSnapshot) are left out.
Result<std::vector<Leftover>> find_leftovers(const Context& context, kube::Client& client,
                                             const std::string& name_space);
// Pods first, then what they used; waits until they are gone. Not an error when something is gone already.
Result<void> remove_leftovers(const Context& context, kube::Client& client,
                              const std::vector<Leftover>& leftovers);
// What runs that died left in a namespace; what belongs to a living one stays. Takes some seconds when it must be
// seen whether a run still lives, and none when there is nothing.
Result<void> clean_up_dead_runs(const Context& context, kube::Client& client, const std::string& name_space);
// Everything of one run.
Result<void> clean_up_run(const Context& context, kube::Client& client, const std::string& name_space,
                          const std::string& run);

}  // namespace tranship::volume
