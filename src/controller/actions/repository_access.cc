#include "controller/actions/repository_access.h"

#include <fmt/format.h>

#include "controller/location/check.h"

namespace tranship::controller {
namespace {

// Its private half opens the tokens that were sealed for this cluster.
constexpr const char* kTargetKeySecret = "tranship-target-key";

Result<std::optional<std::string>> secret_value(const Context& context, kube::Client& client,
                                                const std::string& name_space, const std::string& name,
                                                const std::string& key) {
  const auto found = client.get(context, kube::types::secret(), name_space, name);
  if (!found && found.error().fault() == Fault::not_found) return std::optional<std::string>();
  if (!found) return fail(found.error());
  const auto bytes = TRY_IN("Secret " + name, from_base64(json_string(*found, {"data", key})));
  return std::optional(std::string(as_text(bytes)));
}

}  // namespace

RepositoryDoor::RepositoryDoor(const Services& services)
    : client(services.client),
      system_namespace(services.settings.system_namespace),
      locations([&stores = services.stores](const Key& key) { return stores.get<api::Location>(key); }),
      clock(services.clock) {}

Result<std::optional<crypto::BoxKeyPair>> target_keys(const Context& context, const RepositoryDoor& door) {
  const auto key =
      TRY(secret_value(context, door.client, door.system_namespace, kTargetKeySecret, "key"));
  if (!key || key->empty()) return std::optional<crypto::BoxKeyPair>();
  return std::optional(TRY_IN(kTargetKeySecret, crypto::box_keys_of(Secret(*key))));
}

Result<migrate::TransferToken> read_token(const Context& context, const RepositoryDoor& door,
                                          const std::string& name_space, const std::string& secret) {
  const auto text = TRY(secret_value(context, door.client, name_space, secret, "token"));
  if (!text || text->empty()) {
    return fail(Error(text ? Fault::invalid : Fault::not_found, text ? fmt::format("Secret {} has no key token", secret)
                                                                     : fmt::format("Secret {} is not there", secret))
                    .with_code("token.secret")
                    .with_fix(fmt::format("kubectl create secret generic {} -n {} --from-file=token=FILE", secret,
                                          name_space)));
  }
  const auto own = TRY(target_keys(context, door));
  auto token = TRY(migrate::parse_token(Secret(*text), own ? &*own : nullptr));
  TRY(migrate::check_not_expired(token, door.clock.wall()));
  return token;
}

Error in_terms_of_token(Error error, const migrate::TransferToken& token) {
  error = in_terms_of_spec(std::move(error));
  if (error.code() != "repository.password") return error;
  return Error(Fault::auth, fmt::format("the transfer token of {} does not open its repository", token.application))
      .with_code("token.revoked")
      .with_fix("It was revoked where it was made, or the location is another one: have a new token made");
}

Result<migrate::ApplicationRepository> open_with_token(const Context& context, const RepositoryDoor& door,
                                                       const api::Location& location,
                                                       const migrate::TransferToken& token) {
  const auto access = TRY(access_location(context, door.client, location, door.system_namespace));
  auto opened = migrate::open_repository_in(context, access.location, token.folder, token.password);
  if (opened) return opened;
  return fail(in_terms_of_token(std::move(opened).error(), token));
}

Result<migrate::ApplicationRepository> open_restore_point(const Context& context, const RepositoryDoor& door,
                                                          const api::RestorePoint& point) {
  const std::string& own = point.metadata.name_space;
  if (!point.spec.location) {
    return fail(Error(Fault::invalid, fmt::format("restore point {} is in no location", point.metadata.name))
                    .with_code("restore-point.local")
                    .with_fix("This version restores exported restore points"));
  }
  const std::string& system = door.system_namespace;
  if (point.spec.token_secret) {
    const auto location = TRY(find_location(door.locations, point.spec.location->name, own, system));
    const auto token = TRY(read_token(context, door, own, point.spec.token_secret->name));
    return open_with_token(context, door, location, token);
  }
  const auto location = TRY(
      find_location(door.locations, point.spec.location->name, point.spec.location->name_space.value_or(own), system));
  const auto access = TRY(access_with_passphrase(context, door.client, location, system));
  auto opened = migrate::open_application(context, access.location, point.spec.application, access.passphrase);
  if (!opened) return fail(in_terms_of_spec(std::move(opened).error()));
  return opened;
}

Result<void> check_source(const Context& context, const RepositoryDoor& door, const std::string& own,
                          const api::RestorePoint& point, const app::RestorePoint& stored) {
  if (own == door.system_namespace || point.spec.token_secret) return {};
  const bool here = TRY(cluster_id(context, door.client)) == stored.cluster_id;
  if (here && stored.name_space == own) return {};
  return fail(Error(Fault::auth, fmt::format("restore point {} is of namespace {} of cluster {}, not of {} here",
                                             point.metadata.name, stored.name_space, stored.cluster, own))
                  .with_code("scope.restore-point")
                  .with_fix("Have an administrator restore it, or get a transfer token for it"));
}

}  // namespace tranship::controller
