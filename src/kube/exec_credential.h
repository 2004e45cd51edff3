#pragma once
// What a credential plugin prints: an ExecCredential of client.authentication.k8s.io. Private to kube; a pure function.

#include <chrono>
#include <optional>
#include <string_view>

#include "kube/access.h"

namespace tranship::kube {

struct ExecCredential {
  Secret token;             // empty: none
  ClientIdentity identity;  // empty: none; otherwise checked: the key is the certificate's
  std::optional<std::chrono::system_clock::time_point> expires;
};

// Fault::auth with why it cannot be used ("it is not JSON"). The text never repeats what was printed: it may be the
// credential.
Result<ExecCredential> parse_exec_credential(std::string_view text, const std::string& api_version);

}  // namespace tranship::kube
