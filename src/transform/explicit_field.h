#pragma once
// Did a person (or their tool) choose this field's value, or did the API server fill it in? Told by the
// last-applied-configuration annotation and by managedFields; the server's own allocations are in neither.

#include <string_view>

#include "base/json.h"

namespace tranship::transform {

// spec.<field>. An object without both sources (a file, a prepared object) counts as written by a person.
bool is_explicit(const Json& object, std::string_view spec_field);

// nodePort of one entry of a Service's spec.ports.
bool is_explicit_node_port(const Json& service, const Json& port);

}  // namespace tranship::transform
