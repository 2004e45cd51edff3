#pragma once
// Whether a namespace has room for the claims of a restore, asked before anything is written: its quotas count all of
// them together, its limits and the cluster's webhooks judge each by itself.

#include <string>
#include <vector>

#include "kube/client.h"

namespace tranship::restore {

struct RefusedClaim {
  std::string claim;
  std::string reason, fix;
};

// `claims`: manifests that are to be created in that namespace; those that would be refused, in the same order. None
// when the namespace is not there yet, or when quotas may not be read and the server refuses nothing by itself. Reads
// and dry runs only.
Result<std::vector<RefusedClaim>> refused_claims(const Context& context, kube::Client& client,
                                                 const std::string& name_space, const std::vector<Json>& claims);

}  // namespace tranship::restore
