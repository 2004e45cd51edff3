#pragma once
// CSI snapshots of an application's volumes, taken together, and the claims cloned from them.

#include <functional>
#include <string>
#include <vector>

#include "kube/client.h"
#include "volume/claim.h"

namespace tranship::volume {

struct TakenSnapshot {
  std::string name;      // of the VolumeSnapshot, in the claim's namespace
  std::string taken_at;  // RFC 3339, the storage's own time of the instant
};

// Called with the claim's name and what the storage says.
using OnSnapshotDetail = std::function<void(const std::string& claim, const std::string& detail)>;

// Asks for all snapshots at once and returns when each has its instant; `claims` must have a
// snapshot class. Contents whose class would keep them are set to be deleted with their snapshot.
// Faults: permanent with code "volume.snapshot" and the storage's own message when a snapshot keeps
// failing for a minute, or has no instant after ten.
Result<std::vector<TakenSnapshot>> take_snapshots(const Context& context, kube::Client& client,
                                                  const std::vector<const Claim*>& claims,
                                                  const std::string& run, const OnSnapshotDetail& on_detail);

// The same for snapshots that are to stay as a local restore point's (volume/local_point.h): they are the run's
// temporary objects until keep_point().
Result<std::vector<TakenSnapshot>> take_point_snapshots(const Context& context, kube::Client& client,
                                                        const std::vector<const Claim*>& claims, const std::string& run,
                                                        const std::string& point, const OnSnapshotDetail& on_detail);

// Waits until claims can be made from it (some storage uploads it first); as it is then. `claim` is for texts.
// Fault::permanent, code "volume.snapshot".
Result<Json> wait_snapshot_ready(const Context& context, kube::Client& client, const std::string& name_space,
                                 const std::string& claim, const TakenSnapshot& snapshot,
                                 const OnSnapshotDetail& on_detail);
// What a claim made from the snapshot must ask for: never less than the snapshot, which may have come from a larger
// volume than its claim said.
std::string size_for(const std::string& capacity, const Json& snapshot);

// Waits until the snapshot can be cloned (some storage uploads it first), then makes a claim from
// it and returns the claim's name. Fault::permanent, code "volume.snapshot".
Result<std::string> clone_snapshot(const Context& context, kube::Client& client, const Claim& claim,
                                   const TakenSnapshot& snapshot, const std::string& run,
                                   const OnSnapshotDetail& on_detail);

// Both are gone afterwards.
Result<void> remove_clone(const Context& context, kube::Client& client, const std::string& name_space,
                          const std::string& clone);
Result<void> remove_snapshot(const Context& context, kube::Client& client, const std::string& name_space,
                             const TakenSnapshot& snapshot);

// Snapshots of claims whose data is about to be written over: no run's temporary objects, they stay until they are
// removed here. An older one of the same claim makes way. Faults as take_snapshots.
Result<void> take_rollback_snapshots(const Context& context, kube::Client& client,
                                     const std::vector<const Claim*>& claims, const OnSnapshotDetail& on_detail);
std::string rollback_snapshot_name(const std::string& claim);
// Success also when there is none, or when the cluster has no snapshots.
Result<void> remove_rollback_snapshot(const Context& context, kube::Client& client, const std::string& name_space,
                                      const std::string& claim);

}  // namespace tranship::volume
