#include "controller/setup/setup.h"

#include "base/bytes.h"
#include "controller/api/types.h"
#include "controller/policy/next_step.h"

namespace tranship::controller::setup {
namespace {

// What is taken back must go even when whoever asked has stopped waiting.
constexpr std::chrono::seconds kRemovalTimeout{20};

Json object_of(const kube::ResourceType& type, const std::string& name, const std::string& name_space, Json spec) {
  return {{"apiVersion", type.api_version()},
          {"kind", type.kind},
          {"metadata", {{"name", name}, {"namespace", name_space}}},
          {"spec", std::move(spec)}};
}

constexpr const char* kManagedBy = "app.kubernetes.io/managed-by";

Json secret_of(const std::string& name, const std::string& name_space, Json values) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"name", name}, {"namespace", name_space}, {"labels", {{kManagedBy, "tranship"}}}}},
          {"stringData", std::move(values)}};
}

Result<void> remove_object(const Context& context, kube::Client& client, const kube::ResourceType& type,
                           const Json& object) {
  const auto removed = client.remove(context, type, json_string(object, {"metadata", "namespace"}),
                                     json_string(object, {"metadata", "name"}));
  if (removed || removed.error().fault() == Fault::not_found) return {};
  return removed;
}

// The values of a Secret that is there or not yet. What is null in them is taken away.
Result<void> write_secret(const Context& context, kube::Client& client, const std::string& name,
                          const std::string& name_space, const Json& values) {
  Json data = Json::object(), given = Json::object();
  for (const auto& [key, value] : values.items()) {
    data[key] = value.is_string() ? Json(to_base64(as_bytes(value.get_ref<const std::string&>()))) : Json();
    if (value.is_string()) given[key] = value;
  }
  const auto changed =
      client.patch(context, kube::types::secret(), name_space, name, kube::PatchKind::merge, {{"data", data}});
  if (changed) return {};
  if (changed.error().fault() != Fault::not_found) return fail(changed.error());
  TRY(client.create(context, kube::types::secret(), secret_of(name, name_space, given)));
  return {};
}

Json nfs_spec(const store::Location& location) {
  const store::NfsServer& server = location.nfs;
  const std::string below = location.prefix.empty() ? "" : "/" + location.prefix;
  Json nfs{{"server", server.host},
           {"path", location.path + below},
           {"version", server.version},
           {"uid", server.uid},
           {"gid", server.gid}};
  if (server.port > 0) nfs["port"] = server.port;
  if (server.mount_port > 0) nfs["mountPort"] = server.mount_port;
  return nfs;
}

Json s3_spec(const store::Location& location) {
  Json s3{{"bucket", location.bucket}, {"region", location.region}, {"pathStyle", location.path_style}};
  if (!location.prefix.empty()) s3["prefix"] = location.prefix;
  if (!location.endpoint.empty()) s3["endpoint"] = location.endpoint;
  if (!location.ca_pem.empty()) s3["caBundle"] = location.ca_pem;
  if (location.insecure) s3["insecureSkipTLSVerify"] = true;
  return s3;
}

}  // namespace

Json spec_of(const store::Location& location) {
  switch (location.kind) {
    case store::Location::Kind::nfs:
      return {{"nfs", nfs_spec(location)}};
    case store::Location::Kind::s3:
      return {{"s3", s3_spec(location)}};
    case store::Location::Kind::directory:
      break;
  }
  return Json::object();
}

Setup location_setup(LocationSetup wanted) {
  std::vector<Json> secrets;
  if (wanted.credentials.is_object() && wanted.spec.contains("s3")) {
    const std::string keys = wanted.name + "-keys";
    secrets.push_back(secret_of(keys, wanted.name_space, std::move(wanted.credentials)));
    wanted.spec["s3"]["credentialsSecret"] = {{"name", keys}};
  }
  if (wanted.passphrase) {
    const std::string passphrase = wanted.name + "-passphrase";
    secrets.push_back(
        secret_of(passphrase, wanted.name_space, {{"passphrase", std::string(wanted.passphrase->reveal())}}));
    wanted.spec["passphraseSecret"] = {{"name", passphrase}};
  }
  const auto& type = api::Location::type();
  return {type, object_of(type, wanted.name, wanted.name_space, std::move(wanted.spec)), std::move(secrets)};
}

Result<Json> change_location(const Context& context, kube::Client& client, LocationSetup wanted) {
  const auto& type = api::Location::type();
  const auto stored = TRY(client.get(context, type, wanted.name_space, wanted.name));
  Json& spec = wanted.spec;
  const std::string keys = json_string(stored, {"spec", "s3", "credentialsSecret", "name"}, wanted.name + "-keys");
  const std::string passphrase = json_string(stored, {"spec", "passphraseSecret", "name"}, wanted.name + "-passphrase");
  const bool gives_keys = wanted.credentials.is_object() && spec.contains("s3");
  if (spec.contains("s3") && (gives_keys || json_at(stored, {"spec", "s3", "credentialsSecret"}).is_object())) {
    spec["s3"]["credentialsSecret"] = {{"name", keys}};
  }
  if (wanted.passphrase || json_at(stored, {"spec", "passphraseSecret"}).is_object()) {
    spec["passphraseSecret"] = {{"name", passphrase}};
  }
  const Json patch = Json::array({{{"op", "replace"}, {"path", "/spec"}, {"value", spec}}});
  const auto write = [&](bool dry_run) {
    return client.patch(context, type, wanted.name_space, wanted.name, kube::PatchKind::json, patch,
                        {.dry_run = dry_run});
  };
  TRY(write(true));
  if (gives_keys) {
    // Keys that are not temporary have no session token: one of before would spoil them.
    if (!wanted.credentials.contains("sessionToken")) wanted.credentials["sessionToken"] = nullptr;
    TRY(write_secret(context, client, keys, wanted.name_space, wanted.credentials));
  }
  if (wanted.passphrase) {
    TRY(write_secret(context, client, passphrase, wanted.name_space,
                     {{"passphrase", std::string(wanted.passphrase->reveal())}}));
  }
  return write(false);
}

Result<void> remove_location(const Context& context, kube::Client& client, const std::string& name_space,
                             const std::string& name) {
  TRY(client.remove(context, api::Location::type(), name_space, name));
  for (const char* end : {"-keys", "-passphrase"}) {
    const auto found = client.get(context, kube::types::secret(), name_space, name + end);
    if (!found && found.error().fault() == Fault::not_found) continue;
    if (json_string(TRY(found), {"metadata", "labels", kManagedBy}) != "tranship") continue;
    TRY(remove_object(context, client, kube::types::secret(), *found));
  }
  return {};
}

Setup import_setup(ImportSetup wanted) {
  const std::string secret = wanted.name + "-token";
  Json spec{{"import", {{"location", {{"name", wanted.location}}}, {"tokenSecret", {{"name", secret}}}}}};
  if (!wanted.schedule.is_null()) spec["schedule"] = std::move(wanted.schedule);
  if (!wanted.restore.is_null()) spec["restore"] = std::move(wanted.restore);
  const auto& type = api::Policy::type();
  Json policy = object_of(type, wanted.name, wanted.name_space, std::move(spec));
  if (!wanted.run_now.empty()) policy["metadata"]["annotations"] = {{kRunAnnotation, wanted.run_now}};
  return {
      type, std::move(policy), {secret_of(secret, wanted.name_space, {{"token", std::string(wanted.token.reveal())}})}};
}

Result<Json> change_import_token(const Context& context, kube::Client& client, const std::string& name_space,
                                 const std::string& name, const Secret& token) {
  auto policy = TRY(client.get(context, api::Policy::type(), name_space, name));
  const std::string secret = json_string(policy, {"spec", "import", "tokenSecret", "name"});
  if (secret.empty()) {
    return fail(Error(Fault::invalid, "policy " + name + " does not import").with_code("api.invalid"));
  }
  TRY(write_secret(context, client, secret, name_space, {{"token", std::string(token.reveal())}}));
  return policy;
}

Result<Json> create(const Context& context, kube::Client& client, const Setup& setup, bool dry_run) {
  auto checked = TRY(client.create(context, setup.type, setup.object, {.dry_run = true}));
  std::vector<const Json*> made;
  const auto whole = [&]() -> Result<Json> {
    for (const Json& secret : setup.secrets) {
      TRY(client.create(context, kube::types::secret(), secret, {.dry_run = dry_run}));
      if (!dry_run) made.push_back(&secret);
    }
    if (dry_run) return std::move(checked);
    return client.create(context, setup.type, setup.object);
  };
  auto created = whole();
  if (created) return created;
  const Context removal = Context().with_timeout(kRemovalTimeout);
  for (const Json* secret : made) (void)remove_object(removal, client, kube::types::secret(), *secret);
  return created;
}

Result<void> remove(const Context& context, kube::Client& client, const Setup& setup) {
  TRY(remove_object(context, client, setup.type, setup.object));
  for (const Json& secret : setup.secrets) TRY(remove_object(context, client, kube::types::secret(), secret));
  return {};
}

Result<Secret> exported_token(const Context& context, kube::Client& client, const Json& exported) {
  const std::string secret = json_string(exported, {"status", "tokenSecret", "name"});
  if (secret.empty()) {
    return fail(Error(Fault::not_found, "this export has no transfer token").with_code("token.none"));
  }
  const std::string where = json_string(exported, {"metadata", "namespace"});
  const auto found = TRY(client.get(context, kube::types::secret(), where, secret));
  const auto token = TRY_IN("Secret " + secret, from_base64(json_string(found, {"data", "token"})));
  return Secret(std::string(as_text(token)));
}

}  // namespace tranship::controller::setup
