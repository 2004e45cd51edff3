#pragma once
// Volumes kept aside: what a claim was bound to before the claim was made anew from a snapshot. The PersistentVolume
// stays, marked, until the restore has succeeded; what is to become of it then is remembered on it, so that it does not
// matter who lets it go, or when.

#include <set>
#include <string>
#include <vector>

#include "kube/client.h"

namespace tranship::volume {

struct AsideVolume {
  std::string name;            // of the PersistentVolume
  std::string claim;           // of which claim it was
  std::string reclaim_policy;  // that it had before
};

// The volume outlives its claim from now on. Idempotent; nothing to do for a claim without a volume.
Result<void> set_aside(const Context& context, kube::Client& client, const Json& claim);
// Those of claims of a namespace.
Result<std::vector<AsideVolume>> find_aside(const Context& context, kube::Client& client, const std::string& name_space,
                                            const std::set<std::string>& claims);
// As if its claim had just been deleted: it goes with its data, or stays, as its reclaim policy says.
Result<void> let_go(const Context& context, kube::Client& client, const AsideVolume& volume);

}  // namespace tranship::volume
