#include "api/operations/typed_location.h"

#include "api/routing/schema.h"
#include "base/bytes.h"

namespace tranship::api {
namespace {

namespace kinds = controller::api;

// Names that no Secret has.
constexpr const char* kTypedKeys = "typed/keys";
constexpr const char* kTypedPassphrase = "typed/passphrase";

Json as_secret(const Json& values) {
  Json data = Json::object();
  for (const auto& [key, value] : values.items()) {
    if (value.is_string()) data[key] = to_base64(as_bytes(value.get_ref<const std::string&>()));
  }
  return {{"data", data}};
}

}  // namespace

Result<TypedLocation> typed_location(Call& call) {
  const std::string& where = call.path.at("namespace");
  const std::string name = json_string(call.body, {"name"});
  Json spec = call.body["spec"];
  std::map<std::string, Json> typed;
  if (!name.empty()) {
    const auto stored = TRY(call.caller.client->get(call.context, kinds::Location::type(), where, name));
    for (const char* field : {"passphraseSecret"}) {
      if (!spec.contains(field) && stored["spec"].contains(field)) spec[field] = stored["spec"][field];
    }
    const Json& keys = json_at(stored, {"spec", "s3", "credentialsSecret"});
    if (keys.is_object() && spec.contains("s3")) spec["s3"]["credentialsSecret"] = keys;
  }
  if (call.body.contains("credentials") && spec.contains("s3")) {
    typed[kTypedKeys] = as_secret(call.body["credentials"]);
    spec["s3"]["credentialsSecret"] = {{"name", kTypedKeys}};
  }
  if (call.body.contains("passphrase")) {
    typed[kTypedPassphrase] = as_secret({{"passphrase", call.body["passphrase"]}});
    spec["passphraseSecret"] = {{"name", kTypedPassphrase}};
  }
  const Json object{{"apiVersion", kinds::Location::type().api_version()},
                    {"kind", "Location"},
                    {"metadata", {{"name", name.empty() ? "typed" : name}, {"namespace", where}}},
                    {"spec", spec}};
  TypedLocation made{TRY(kinds::from_json<kinds::Location>(object)), {}};
  // With the caller's rights: a Secret is not to be tried by somebody who may not read it.
  auto stored = controller::secrets_of_cluster(call.context, *call.caller.client);
  made.secrets = [typed, stored](const std::string& name_space, const std::string& secret) -> Result<Json> {
    if (const auto found = typed.find(secret); found != typed.end()) return found->second;
    return stored(name_space, secret);
  };
  return made;
}

controller::LocationSource locations_of(Call& call, kube::Client& client) {
  return [&call, &client](const controller::Key& key) -> Result<std::optional<kinds::Location>> {
    auto found = client.get(call.context, kinds::Location::type(), key.name_space, key.name);
    if (!found && found.error().fault() == Fault::not_found) return std::nullopt;
    return TRY(kinds::from_json<kinds::Location>(TRY(std::move(found))));
  };
}

Json credentials_schema() {
  using schema::text, schema::object;
  return schema::named(
      "Credentials",
      object({{"accessKeyId", text(512)}, {"secretAccessKey", text(1024)}, {"sessionToken?", text(8192)}}));
}

Json error_schema() {
  using schema::text, schema::object;
  return schema::named("Trouble", object({{"code", text()}, {"message", text()}, {"fix?", text()}}));
}

}  // namespace tranship::api
