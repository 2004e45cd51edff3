#include "controller/actions/export_token.h"

#include <fmt/format.h>

#include "controller/location/restore_points.h"
#include "migrate/token_keys.h"

namespace tranship::controller {
namespace {

constexpr const char* kExportAnnotation = "tranship.io/export-uid";

enum class Found { nothing, own, foreign };

Result<Found> find_secret(const Context& context, kube::Client& client, const api::Export& object) {
  const auto secret = client.get(context, kube::types::secret(), object.metadata.name_space, token_secret_name(object));
  if (secret) {
    const std::string uid = json_string(*secret, {"metadata", "annotations", kExportAnnotation});
    return uid == object.metadata.uid ? Found::own : Found::foreign;
  }
  if (secret.error().fault() == Fault::not_found) return Found::nothing;
  return fail(secret.error());
}

Result<void> write_secret(const Context& context, kube::Client& client, const api::Export& object,
                          const std::string& application, const Secret& token) {
  const Json secret = {
      {"apiVersion", "v1"},
      {"kind", "Secret"},
      {"metadata",
       {{"name", token_secret_name(object)},
        {"namespace", object.metadata.name_space},
        {"labels", {{std::string(kApplicationLabel), application.substr(0, 63)}}},
        {"annotations", {{kExportAnnotation, object.metadata.uid}}}}},
      {"type", "tranship.io/transfer-token"},
      {"data", {{"token", to_base64(as_bytes(token.reveal()))}, {"application", to_base64(as_bytes(application))}}}};
  TRY(client.create(context, kube::types::secret(), secret));
  return {};
}

}  // namespace

std::string token_secret_name(const api::Export& object) {
  return object.spec.token.secret_name.value_or(object.metadata.name + "-token");
}

Result<void> check_token_secret(const Context& context, kube::Client& client, const api::Export& object) {
  if (!object.spec.token.create || TRY(find_secret(context, client, object)) != Found::foreign) return {};
  return fail(Error(Fault::conflict,
                    fmt::format("Secret {} is there already and is not this export's", token_secret_name(object)))
                  .with_code("export.secret_exists")
                  .with_fix("Name another one in spec.token.secretName"));
}

Result<void> put_token(const Context& context, kube::Client& client, const api::Export& object,
                       migrate::ApplicationRepository& repository, const store::Location& location,
                       const std::string& application, const std::string& cluster) {
  TRY(check_token_secret(context, client, object));
  if (TRY(find_secret(context, client, object)) == Found::own) return {};
  const std::string note =
      fmt::format("Export {}/{} {}", object.metadata.name_space, object.metadata.name, object.metadata.uid);
  for (const auto& known : TRY(migrate::list_tokens(context, repository))) {
    if (known.note == note) TRY(migrate::revoke_token(context, repository, known.key.hex()));
  }
  migrate::TokenRequest request{.application = application, .cluster = cluster, .note = note};
  request.lifetime = object.spec.token.expires_after;
  const auto token = TRY(migrate::create_token(context, repository, location, request));
  return write_secret(context, client, object, application, TRY(migrate::token_text(token)));
}

}  // namespace tranship::controller
