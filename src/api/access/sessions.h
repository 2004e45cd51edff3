#pragma once
// From a request to who sent it. Nothing is kept about users: a session is the caller's own token of the cluster,
// sealed in a cookie that pages cannot read.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "api/access/caller.h"
#include "base/context.h"
#include "crypto/seal.h"
#include "kube/access.h"
#include "net/http_server.h"

namespace tranship::api {

// A session that has begun: what makes the browser keep it, and whose it is.
struct BegunSession {
  net::Headers headers;
  std::shared_ptr<Caller> caller;
};

class Sessions {
 public:
  virtual ~Sessions() = default;
  // Fault::auth, code "api.session", when the request comes from nobody known.
  virtual Result<std::shared_ptr<Caller>> caller_of(const Context& context, const net::ServerRequest& request) = 0;
  // Takes a bearer token. Fault::auth, code "api.token", when
  // the cluster does not know it.
  virtual Result<BegunSession> log_in(const Context& context, const net::ServerRequest& request,
                                      const Secret& token) = 0;
  virtual net::Headers log_out() = 0;
  virtual bool takes_tokens() const = 0;
  // Ends what callers that are gone left; call it now and then.
  virtual void tidy() = 0;
};

// Of `tranship dashboard`: one caller, the kubeconfig's user, for whoever knows `key`, which the address it prints
// holds. Requests must name the loopback as their host: pages of other sites cannot reach it by a name of theirs.
std::unique_ptr<Sessions> local_sessions(const Context& context, std::string user, std::shared_ptr<kube::Client> client,
                                         const Secret& key, const std::string& system_namespace);

// Of the controller: anybody whom the cluster knows, by a session's cookie or by `Authorization: Bearer`. `cluster`:
// how to reach the API server; its credentials are not used. `seal`: of the cookies.
// `own_client`: the controller's, for what callers may use without reading it (LiveClients).
std::unique_ptr<Sessions> cluster_sessions(const Context& context, std::shared_ptr<kube::Client> own_client,
                                           const kube::ClusterAccess& cluster, const crypto::SealKey& seal,
                                           const std::string& system_namespace);

// Who a client is for its cluster (SelfSubjectReview). Fault::auth when the cluster does not know it.
Result<std::string> user_of(const Context& context, kube::Client& client);

}  // namespace tranship::api
