#pragma once
// How a cluster is reached and as whom: what a kubeconfig's context, or a pod's service account, comes down to.

#include <memory>
#include <string>
#include <vector>

#include "net/http.h"

namespace tranship::kube {

// A client certificate with its key, both PEM. Empty: none.
struct ClientIdentity {
  std::string certificate_pem;
  Secret key_pem;
  bool operator==(const ClientIdentity&) const = default;
};

// Where credentials come from. Thread-safe. Tokens that expire (files, exec plugins) are renewed inside.
class Credentials {
 public:
  virtual ~Credentials() = default;
  // Adds what a request needs (Authorization, Impersonate-*). Faults: auth with a fix.
  virtual Result<void> decorate(const Context& context, net::Headers& headers) = 0;
  // The client certificate to connect with, when it is one that changes (files that are rewritten, exec
  // plugins); empty: the one of ClusterAccess::http stands.
  virtual Result<ClientIdentity> identity(const Context&) { return ClientIdentity{}; }
  // The server said 401: the next decorate() must not use a cached credential. False when there is none newer.
  virtual bool renew() { return false; }
};

struct Impersonation {
  std::string user;
  std::vector<std::string> groups;
  std::string uid;
  std::vector<std::pair<std::string, std::string>> extra;
};

struct ClusterAccess {
  std::string name;    // the context's name, for people
  std::string server;  // "https://10.88.0.11:6443", no trailing slash
  net::HttpOptions http;
  std::shared_ptr<Credentials> credentials;
  std::string default_namespace = "default";
};

struct KubeconfigOptions {
  // Name of a context, or path of a kubeconfig file (its current context), or "FILE:CONTEXT". Empty: current context.
  std::string context;
  // Files to merge; empty: KUBECONFIG (colon separated) or ~/.kube/config, and the pod's own access when
  // neither exists.
  std::vector<std::string> files;
  Impersonation impersonate;
};

// Faults: not_found (no file, no such context: the text lists the ones there are), invalid (which file, which
// field), auth (certificate expired: since when).
Result<ClusterAccess> load_access(const KubeconfigOptions& options);
// The same cluster as somebody else: whoever the bearer token says.
ClusterAccess access_with_token(const ClusterAccess& access, const Secret& token);
// Inside a pod: service-account token (re-read), CA and KUBERNETES_SERVICE_HOST.
Result<ClusterAccess> load_in_cluster_access();

}  // namespace tranship::kube
