#pragma once
// Turns an API server's refusal into an Error: fault, code "kube.<Reason>", a text for people, a fix.

#include <string>

#include "base/error.h"
#include "net/http.h"

namespace tranship::kube {

// What was asked for, as messages need it. Values only.
struct Attempted {
  std::string verb;          // RBAC's verb: "get", "list", "create", "patch", "delete" ...
  std::string object;        // "Pod shop/web", "Pods of namespace shop", or a path
  std::string plural;        // "deployments.apps"; empty for paths
  std::string name_space;    // empty: cluster-wide
  std::string cluster_name;  // the context's name
  std::string server;
};

// `response` has a status of 400 or more. Its body is a Status object, or whatever a proxy in between says.
Error refusal(const Attempted& attempted, const net::HttpResponse& response);

}  // namespace tranship::kube
