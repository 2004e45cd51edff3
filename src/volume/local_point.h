#pragma once
// What a local restore point is made of in the cluster: VolumeSnapshots and Secrets of the application's namespace that
// share a label. While they are made they are also their run's temporary objects (volume/run_scope.h), so that a run
// that dies leaves nothing for good; once all are there they are kept, and then given to the RestorePoint, with which
// the cluster's garbage collector removes them.

#include <set>
#include <string>
#include <vector>

#include "kube/client.h"
#include "volume/snapshot.h"

namespace tranship::volume {

// Its value is the point: 16 hexadecimal digits, the same for every run of the same Backup.
inline constexpr std::string_view kPointLabel = "tranship.io/local-point";
inline constexpr const char* kPointRole = "local-point";

struct PointSnapshot {
  std::string claim;  // the application's claim that it was taken of
  TakenSnapshot snapshot;
  Json object;  // as the server has it
};

// Sorted by claim. None when the point is not there, or the cluster has no snapshots.
Result<std::vector<PointSnapshot>> find_point_snapshots(const Context& context, kube::Client& client,
                                                        const std::string& name_space, const std::string& point);
// The Secrets of the point, in no order.
Result<std::vector<Json>> find_point_secrets(const Context& context, kube::Client& client,
                                             const std::string& name_space, const std::string& point);

// From temporary to kept: from now on no run's clean-up takes them away.
Result<void> keep_point(const Context& context, kube::Client& client, const std::string& name_space,
                        const std::string& point);
// Has them removed by the cluster when `owner` is (an entry of ownerReferences). Idempotent.
Result<void> adopt_point(const Context& context, kube::Client& client, const std::string& name_space,
                         const std::string& point, const Json& owner);
// All of it is gone afterwards; success when there was nothing.
Result<void> remove_point(const Context& context, kube::Client& client, const std::string& name_space,
                          const std::string& point);

// Points of the namespace that are kept and belong to nobody: what is left when a Backup was killed and deleted in the
// moment before its RestorePoint was there. Never one of `spared`.
Result<std::set<std::string>> find_orphaned_points(const Context& context, kube::Client& client,
                                                   const std::string& name_space, const std::set<std::string>& spared);

}  // namespace tranship::volume
