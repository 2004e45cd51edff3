#pragma once
// Where the API stands: what its operations have in common beside the caller.

#include <memory>
#include <string>

#include "api/access/oidc.h"
#include "api/access/sessions.h"

namespace tranship::api {

// Outlives the operations.
struct Site {
  Context context;  // stops when the program ends
  std::string system_namespace = "tranship";
  std::string cluster;  // its name, for people
  bool local = false;   // `tranship dashboard`
  // Reads what callers may not read themselves although they may use it: Secrets of shared locations. Null: callers
  // read them, with their own rights.
  std::shared_ptr<kube::Client> own_client;
  std::unique_ptr<Sessions> sessions;
  std::unique_ptr<OidcLogin> oidc;  // null: tokens alone

  kube::Client& client_for(const Caller& caller) const { return own_client ? *own_client : *caller.client; }
};

}  // namespace tranship::api
