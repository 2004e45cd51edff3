#pragma once
// Where a restored application can be reached, for a person to try it.

#include <string>
#include <vector>

#include "kube/client.h"

namespace tranship::controller {

// The best there is among these: an Ingress' host, a load balancer's address, a node's address with a node port, or a
// Service's name inside the cluster. Empty when there is no Service.
std::string address_among(const std::vector<Json>& ingresses, const std::vector<Json>& services,
                          const std::vector<Json>& nodes);
// Of a namespace; empty also when it cannot be told.
std::string find_address(const Context& context, kube::Client& client, const std::string& name_space);

}  // namespace tranship::controller
