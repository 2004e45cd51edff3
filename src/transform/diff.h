#pragma once
// Where two objects differ. Pure functions over Json; paths are JSON pointers (RFC 6901) into `wanted`.

#include <string>
#include <vector>

#include "base/json.h"

namespace tranship::transform {

// Fields a server or its controllers fill in, taken out: metadata (uid, resourceVersion, generation,
// timestamps, managedFields, selfLink, ownerReferences), status and what prepare_for_target drops of the
// kind.
Json without_server_fields(const Json& object);

// Fields of `wanted` that `existing` lacks or has otherwise, server-filled fields aside: empty means that
// applying `wanted` would change nothing. What only `existing` has (defaults, fields of other managers) does
// not count; lists whose items have names are compared by name, others in order. Quantities and times compare
// by value.
std::vector<std::string> fields_to_change(const Json& wanted, const Json& existing);

// Every path at which the two differ after without_server_fields(): for tests and for "what changed since".
std::vector<std::string> differing_paths(const Json& left, const Json& right);

}  // namespace tranship::transform
