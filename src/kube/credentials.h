#pragma once
// The kinds of Credentials that kubeconfigs and pods have. Private to kube; all are thread-safe.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kube/access.h"

namespace tranship::kube {

// Always the same Authorization value ("Bearer x", "Basic y").
std::shared_ptr<Credentials> fixed_credentials(Secret authorization);

// A bearer token in a file that somebody keeps fresh; read again at most every ten seconds. While it cannot be read
// the last good token is used (at first: `fallback`).
std::shared_ptr<Credentials> token_file_credentials(std::string path, Secret fallback);

// A client certificate and key in files that somebody keeps fresh; `inner` (may be null) gives the headers.
std::shared_ptr<Credentials> identity_file_credentials(std::string certificate_path, std::string key_path,
                                                       std::shared_ptr<Credentials> inner);

// Adds the Impersonate- headers to what `inner` (may be null) gives.
std::shared_ptr<Credentials> impersonating_credentials(Impersonation impersonation,
                                                       std::shared_ptr<Credentials> inner);

// The first certificate is valid now and the key is its own. Faults: invalid; auth with the time of expiry.
Result<void> check_identity(const ClientIdentity& identity);

}  // namespace tranship::kube
