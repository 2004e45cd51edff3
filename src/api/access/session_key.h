#pragma once
// The key that seals sessions' cookies: in a Secret of the system namespace, so that sessions outlive a pod and hold in
// all of them.

#include "base/context.h"
#include "crypto/seal.h"
#include "kube/client.h"

namespace tranship::api {

// Made when it is not there yet. Faults: those of the client; corrupt when the Secret holds something else.
Result<crypto::SealKey> session_key(const Context& context, kube::Client& client, const std::string& system_namespace);

}  // namespace tranship::api
