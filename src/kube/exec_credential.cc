#include "kube/exec_credential.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/units.h"
#include "kube/credentials.h"

namespace tranship::kube {

Result<ExecCredential> parse_exec_credential(std::string_view text, const std::string& api_version) {
  const auto unusable = [](std::string why) { return fail(Fault::auth, std::move(why)); };
  const auto answer = parse_json(text);
  if (!answer) return unusable("it is not JSON");
  if (json_string(*answer, {"kind"}) != "ExecCredential") return unusable("it is not an ExecCredential");
  if (const auto version = json_string(*answer, {"apiVersion"}); version != api_version) {
    return unusable(fmt::format("its apiVersion is {} and not {}", version.substr(0, 100), api_version));
  }
  ExecCredential credential;
  credential.token = Secret(json_string(*answer, {"status", "token"}));
  credential.identity.certificate_pem = json_string(*answer, {"status", "clientCertificateData"});
  credential.identity.key_pem = Secret(json_string(*answer, {"status", "clientKeyData"}));
  if (credential.identity.certificate_pem.empty() != credential.identity.key_pem.empty()) {
    return unusable("it has a client certificate or a key without the other");
  }
  if (credential.token.empty() && credential.identity.certificate_pem.empty()) {
    return unusable("it has neither a token nor a client certificate");
  }
  if (!credential.identity.certificate_pem.empty()) {
    if (auto checked = check_identity(credential.identity); !checked) return unusable(checked.error().what());
  }
  if (const auto expires = json_string(*answer, {"status", "expirationTimestamp"}); !expires.empty()) {
    const auto time = parse_time(expires);
    if (!time) return unusable("its expirationTimestamp is not a time");
    credential.expires = *time;
  }
  return credential;
}

}  // namespace tranship::kube
