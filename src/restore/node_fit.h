#pragma once
// Whether any node of the target could take a pod, by what the pod demands of nodes: name, labels, taints. Room is not
// looked at, nor what depends on other pods.

#include <string>
#include <vector>

#include "base/json.h"

namespace tranship::restore {

// Empty when some node meets it, or when there are no nodes to look at; otherwise what no node has, in words.
std::string why_no_node(const Json& pod_spec, const std::vector<Json>& nodes);

}  // namespace tranship::restore
