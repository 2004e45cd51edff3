#pragma once
// An application's volumes: its claims, what backs them, and who has them mounted now.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/application.h"
#include "app/restore_point.h"
#include "kube/client.h"

namespace tranship::volume {

struct Claim {
  std::string name_space;
  std::string name;
  std::string uid;
  Json object;        // as the server has it
  std::string phase;  // "Bound", "Pending", "Lost"
  bool block = false;
  std::string storage_class;
  std::string provisioner;  // CSI driver of the bound volume, else the class's provisioner
  std::string volume_name;
  std::string capacity;
  std::vector<std::string> access_modes;
  std::optional<std::string> snapshot_class;  // VolumeSnapshotClass that fits; nothing: live read
  struct Mount {
    std::string pod;
    std::string node;
  };
  std::vector<Mount> mounts;  // by running or starting pods
};

// Claims of the application: all of the namespace, or with a selector those that are selected or that
// selected pods use. Faults: invalid with code "volume.claim-pending" or "volume.claim-lost" names each claim
// that cannot be read and why (its events); claims in Pending that wait for their first consumer hold no data
// and are returned (phase "Pending").
Result<std::vector<Claim>> find_claims(const Context& context, kube::Client& client,
                                       const app::Application& application);

// Those of these names that exist, in whatever state they are.
Result<std::vector<Claim>> look_at_claims(const Context& context, kube::Client& client, const std::string& name_space,
                                          const std::set<std::string>& names);

}  // namespace tranship::volume
