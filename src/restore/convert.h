#pragma once
// Objects of versions that newer servers no longer have, as the version they do have wants them. Kubernetes' own kinds
// are known here, field by field; a custom kind goes by its other version unchanged, and what that version's schema
// does not know is reported when the server has been asked (restore/put.h).

#include <optional>
#include <string>
#include <vector>

#include "kube/discovery.h"

namespace tranship::restore {

struct Conversion {
  kube::ResourceType type;         // as the target serves it
  std::vector<std::string> notes;  // what a person should know beside the new version
};

// Nothing when the target serves no other version, nor the group that the kind moved to. `object` is changed when there
// is one.
std::optional<Conversion> convert(Json& object, const kube::Discovery& target);

// The kinds that were taken out of Kubernetes without a successor ("PodSecurityPolicy"): nothing to restore.
bool is_retired(const kube::GroupVersionKind& type);

}  // namespace tranship::restore
