#pragma once
// Logging in by an OpenID Connect provider that the cluster trusts: the authorization code flow with PKCE (OpenID
// Connect Core 1.0 section 3.1, RFC 7636). The ID token becomes the session's bearer token; whether it is good is the
// API server's to say (its --oidc-issuer-url or AuthenticationConfiguration), so no signature is checked here.
//
// What provider it is stands in the Secret tranship-oidc of the system namespace: issuer, clientID and, as the provider
// needs them, clientSecret, scopes, name (for the button), caBundle. It is looked at anew after some seconds.

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/context.h"
#include "base/secret.h"
#include "crypto/seal.h"
#include "kube/client.h"
#include "net/http_server.h"

namespace tranship::api {

struct OidcProvider {
  std::string issuer, client_id, scopes, name, ca_pem;
  Secret client_secret;
  bool operator==(const OidcProvider&) const = default;
};

// Thread-safe.
class OidcLogin {
 public:
  // `seal`: of the cookie that remembers a login that has begun, for ten minutes.
  OidcLogin(std::shared_ptr<kube::Client> client, std::string system_namespace, const crypto::SealKey& seal)
      : client_(std::move(client)), system_namespace_(std::move(system_namespace)), seal_(seal) {}

  // Nothing when there is none, or it cannot be read.
  std::optional<OidcProvider> provider(const Context& context);
  // A redirect to the provider. Faults: not_found (code "oidc.none"), auth ("oidc.provider": it cannot be reached).
  Result<net::ServerResponse> begin(const Context& context, const net::ServerRequest& request);
  // The provider's redirect back: the ID token. Faults: auth, codes "oidc.refused" (it says no), "oidc.state" (not
  // begun here, or too long ago), "oidc.provider".
  Result<Secret> finish(const Context& context, const net::ServerRequest& request);

 private:
  Result<Json> discover(const Context& context, const OidcProvider& provider);

  const std::shared_ptr<kube::Client> client_;
  const std::string system_namespace_;
  const crypto::SealKey seal_;
  std::mutex mutex_;
  std::optional<OidcProvider> provider_;
  std::chrono::steady_clock::time_point looked_;
  bool known_ = false;
};

}  // namespace tranship::api
