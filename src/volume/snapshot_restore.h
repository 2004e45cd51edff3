#pragma once
// Claims made from snapshots that are in the cluster: no data is moved by movers, the storage does it.

#include <string>
#include <vector>

#include "kube/client.h"
#include "volume/run.h"

namespace tranship::volume {

struct ClaimFromSnapshot {
  Json claim;                    // as VolumeRestore's; its class is one of the snapshot's driver
  std::string source_namespace;  // of the VolumeSnapshot
  std::string snapshot;
  // A claim that is there makes way: nobody uses it, and its volume is kept aside (volume/aside.h).
  bool replace = false;
};

// Makes each claim and waits until it has its volume; where that needs a pod, one comes and goes. In another namespace
// than the snapshot's, the snapshot is shown there for as long as it takes. Goes on with what an earlier run of the
// same restore point made. Faults: conflict, code "volume.exists", as restore_volumes; permanent, code
// "volume.from-snapshot", with what the storage says.
Result<std::vector<RestoredVolume>> restore_from_snapshots(const Context& context, kube::Client& client,
                                                           const std::vector<ClaimFromSnapshot>& volumes,
                                                           const MoverSettings& settings,
                                                           const RestoreVolumesOptions& options,
                                                           const OnVolume& on_volume);

}  // namespace tranship::volume
