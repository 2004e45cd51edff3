#pragma once
// Who asks: a user of the cluster, with a client that acts as this user. What a caller may do is the cluster's RBAC,
// asked with the caller's own credentials.

#include <memory>
#include <mutex>
#include <string>

#include "api/access/live.h"
#include "kube/client.h"

namespace tranship::api {

struct Caller {
  std::string user;  // "system:admin": as the cluster names it
  std::shared_ptr<kube::Client> client;
  // What this caller may see, live. Made with the first stream.
  std::shared_ptr<LiveViews> live;
};

}  // namespace tranship::api
