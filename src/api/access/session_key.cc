#include "api/access/session_key.h"

#include <algorithm>

#include "base/bytes.h"

namespace tranship::api {
namespace {

constexpr const char* kSecret = "tranship-session-key";
constexpr std::size_t kKeyBytes = 64;

Bytes to_bytes(const crypto::SealKey& key) {
  Bytes bytes(key.encrypt.begin(), key.encrypt.end());
  bytes.insert(bytes.end(), key.mac_k.begin(), key.mac_k.end());
  bytes.insert(bytes.end(), key.mac_r.begin(), key.mac_r.end());
  return bytes;
}

Result<crypto::SealKey> of_secret(const Json& secret) {
  const auto bytes = from_base64(json_string(secret, {"data", "key"}));
  if (!bytes || bytes->size() != kKeyBytes) {
    return fail(Error(Fault::corrupt, "Secret tranship-session-key holds no key")
                    .with_code("api.session-key")
                    .with_fix("Delete the Secret and restart the controller"));
  }
  crypto::SealKey key;
  std::copy_n(bytes->begin(), 32, key.encrypt.begin());
  std::copy_n(bytes->begin() + 32, 16, key.mac_k.begin());
  std::copy_n(bytes->begin() + 48, 16, key.mac_r.begin());
  return key;
}

}  // namespace

Result<crypto::SealKey> session_key(const Context& context, kube::Client& client, const std::string& system_namespace) {
  const auto found = client.get(context, kube::types::secret(), system_namespace, kSecret);
  if (found) return of_secret(*found);
  if (found.error().fault() != Fault::not_found) return fail(found.error());
  const crypto::SealKey made = crypto::SealKey::random();
  const Json secret{{"apiVersion", "v1"},
                    {"kind", "Secret"},
                    {"metadata",
                     {{"name", kSecret},
                      {"namespace", system_namespace},
                      {"labels", {{"app.kubernetes.io/managed-by", "tranship"}}}}},
                    {"data", {{"key", to_base64(to_bytes(made))}}}};
  const auto created = client.create(context, kube::types::secret(), secret);
  if (created) return made;
  if (created.error().fault() != Fault::conflict) return fail(created.error());
  // Another pod was first.
  return of_secret(TRY(client.get(context, kube::types::secret(), system_namespace, kSecret)));
}

}  // namespace tranship::api
