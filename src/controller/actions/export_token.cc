#include "controller/actions/export_token.h"

#include <fmt/format.h>

#include "migrate/token_keys.h"

namespace tranship::controller {
namespace {

constexpr const char* kExportAnnotation = "tranship.io/export";  // of the Secret: uid of the Export it was made by

Error taken(const std::string& secret, const std::string& name_space) {
  return Error(Fault::conflict, fmt::format("there is a Secret {} in namespace {} already", secret, name_space))
      .with_code("token.secret_exists")
      .with_fix("Name another one in spec.token.secretName, or remove it");
}

Json secret_object(const api::Export& object, const std::string& name, const std::string& application,
                   const Secret& token) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"type", "Opaque"},
          {"metadata",
           {{"name", name},
            {"namespace", object.metadata.name_space},
            {"labels", {{"app.kubernetes.io/managed-by", "tranship"}}},
            {"annotations", {{kExportAnnotation, object.metadata.uid}, {"tranship.io/application", application}}}}},
          {"data", {{"token", to_base64(as_bytes(token.reveal()))}}}};
}

}  // namespace

Result<std::string> ensure_export_token(const Context& context, const Services& services, const api::Export& object,
                                        migrate::ApplicationRepository& repository, const store::Location& location,
                                        const std::string& application, const std::string& cluster) {
  const std::string name = object.spec.token.secret_name.value_or(object.metadata.name + "-token");
  const std::string& own = object.metadata.name_space;
  const auto there = services.client.get(context, kube::types::secret(), own, name);
  if (there) {
    const bool ours = json_string(*there, {"metadata", "annotations", kExportAnnotation}) == object.metadata.uid;
    return ours ? Result<std::string>(name) : fail(taken(name, own));
  }
  if (there.error().fault() != Fault::not_found) return fail(there.error());
  // A run that died between the key and the Secret left a key that nobody has.
  const std::string note = "export " + object.metadata.uid;
  for (const auto& token : TRY(migrate::list_tokens(context, repository))) {
    if (token.note == note) TRY(migrate::revoke_token(context, repository, token.key.hex()));
  }
  const auto token = TRY(migrate::create_token(
      context, repository, location,
      {.application = application, .cluster = cluster, .note = note, .lifetime = object.spec.token.expires_after}));
  const auto text = TRY(migrate::token_text(token));
  const auto made =
      services.client.create(context, kube::types::secret(), secret_object(object, name, application, text));
  if (!made && kube::has_reason(made.error(), "AlreadyExists")) return fail(taken(name, own));
  if (!made) return fail(Error(made.error()).in("writing the transfer token's Secret"));
  return name;
}

}  // namespace tranship::controller
