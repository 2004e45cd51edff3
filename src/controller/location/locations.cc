#include "controller/location/locations.h"

#include <fmt/format.h>

#include <algorithm>

namespace tranship::controller {
namespace {

// One key of a Secret. `versions` gets the Secret's.
class SecretReader {
 public:
  static Result<SecretReader> open(const SecretSource& secrets, const std::string& name_space, const std::string& name,
                                   std::string& versions) {
    auto found = secrets(name_space, name);
    if (!found && found.error().fault() == Fault::not_found) {
      versions += name + ":none ";
      return fail(Error(Fault::not_found, fmt::format("Secret {} is not there", name))
                      .with_code("location.secret_missing")
                      .with_fix(fmt::format("Create it in namespace {}, or name another one", name_space)));
    }
    SecretReader reader;
    reader.name_ = name;
    reader.object_ = TRY(std::move(found));
    versions += json_string(reader.object_, {"metadata", "uid"}) + ":" +
                json_string(reader.object_, {"metadata", "resourceVersion"}) + " ";
    return reader;
  }

  Result<std::string> value(const std::string& key) const {
    const auto bytes = from_base64(json_string(object_, {"data", key}));
    std::string text = bytes ? std::string(as_text(*bytes)) : std::string();
    // What editors and `echo` leave at the end is never meant.
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (!text.empty()) return text;
    return fail(Error(Fault::invalid, fmt::format("Secret {} has no key {}", name_, key))
                    .with_code("location.secret_key")
                    .with_fix(fmt::format("Put the value under the key {}", key)));
  }
  std::string optional_value(const std::string& key) const {
    auto found = value(key);
    return found ? std::move(*found) : std::string();
  }

 private:
  std::string name_;
  Json object_;
};

// As `store::parse_location` reads it.
std::string nfs_address(const api::NfsLocation& nfs) {
  const bool v6 = nfs.server.find(':') != std::string::npos;
  std::string text = v6 ? fmt::format("nfs://[{}]", nfs.server) : "nfs://" + nfs.server;
  if (nfs.port) text += fmt::format(":{}", *nfs.port);
  text += fmt::format("{}?version={}", nfs.path, nfs.version);
  if (nfs.mount_port) text += fmt::format("&mountport={}", *nfs.mount_port);
  if (nfs.uid) text += fmt::format("&uid={}", *nfs.uid);
  if (nfs.gid) text += fmt::format("&gid={}", *nfs.gid);
  return text;
}

std::string without_slash(std::string endpoint) {
  if (endpoint.ends_with('/')) endpoint.pop_back();
  return endpoint;
}

Result<store::Location> s3_location(const Context& context, const SecretSource& secrets, const api::Location& object,
                                    const std::string& system_namespace, std::string& versions) {
  const api::S3Location& s3 = *object.spec.s3;
  store::Location location;
  location.kind = store::Location::Kind::s3;
  location.bucket = s3.bucket;
  location.prefix = s3.prefix.value_or("");
  location.endpoint = without_slash(s3.endpoint.value_or(""));
  location.region = s3.region;
  location.path_style = s3.path_style.value_or(!location.endpoint.empty());
  if (s3.credentials_secret) {
    const auto secret =
        TRY(SecretReader::open(secrets, object.metadata.name_space, s3.credentials_secret->name, versions));
    location.credentials.access_key_id = TRY(secret.value("accessKeyId"));
    location.credentials.secret_access_key = Secret(TRY(secret.value("secretAccessKey")));
    location.credentials.session_token = Secret(secret.optional_value("sessionToken"));
  } else if (object.metadata.name_space == system_namespace) {
    // The pod's own identity is the administrators': what they make in their namespace may use it.
    store::LocationOptions options{.endpoint = location.endpoint, .region = location.region};
    options.path_style = location.path_style ? "true" : "false";
    location = TRY(store::parse_location(context, address_of(object.spec), options));
  } else {
    return fail(Error(Fault::invalid, "the location names no credentials")
                    .with_code("location.credentials_missing")
                    .with_fix("Name a Secret in spec.s3.credentialsSecret"));
  }
  location.ca_pem = s3.ca_bundle.value_or("");
  location.insecure = s3.insecure_skip_tls_verify;
  return location;
}

// NFS has no credentials: the server lets the controller's and the nodes' addresses in, and believes the numbers of
// users that they tell. Only administrators may say which.
Result<store::Location> nfs_location(const api::Location& object, const std::string& system_namespace) {
  if (object.metadata.name_space != system_namespace) {
    return fail(Error(Fault::invalid, "an NFS location is made in the system namespace alone")
                    .with_code("location.namespace")
                    .with_fix(fmt::format("Make it in namespace {}, with spec.shared where others may use it",
                                          system_namespace)));
  }
  return store::parse_location({}, address_of(object.spec), {});
}

}  // namespace

SecretSource secrets_of_cluster(const Context& context, kube::Client& client) {
  return [context, &client](const std::string& name_space, const std::string& name) {
    return client.get(context, kube::types::secret(), name_space, name);
  };
}

Result<api::Location> find_location(const Stores& stores, const std::string& name, const std::string& name_space,
                                    const std::string& system_namespace) {
  const auto cached = [&](const Key& key) { return stores.get<api::Location>(key); };
  return find_location(cached, name, name_space, system_namespace);
}

Result<api::Location> find_location(const LocationSource& locations, const std::string& name,
                                    const std::string& name_space, const std::string& system_namespace) {
  if (auto own = TRY(locations({name_space, name}))) return std::move(*own);
  if (auto shared = TRY(locations({system_namespace, name})); shared && shared->spec.shared) {
    return std::move(*shared);
  }
  return fail(Error(Fault::not_found, fmt::format("there is no location {}", name))
                  .with_code("location.not_found")
                  .with_fix(fmt::format("Create it in namespace {}, or share the one of namespace {} (spec.shared)",
                                        name_space, system_namespace)));
}

Result<LocationAccess> access_location(const Context& context, kube::Client& client, const api::Location& object,
                                       const std::string& system_namespace) {
  return access_location(context, secrets_of_cluster(context, client), object, system_namespace);
}

Result<LocationAccess> access_location(const Context& context, const SecretSource& secrets,
                                       const api::Location& object, const std::string& system_namespace) {
  LocationAccess access;
  access.location = object.spec.nfs
                        ? TRY(nfs_location(object, system_namespace))
                        : TRY(s3_location(context, secrets, object, system_namespace, access.secret_versions));
  if (object.spec.passphrase_secret) {
    const auto secret = TRY(SecretReader::open(secrets, object.metadata.name_space,
                                               object.spec.passphrase_secret->name, access.secret_versions));
    access.passphrase = Secret(TRY(secret.value("passphrase")));
  }
  return access;
}

Result<LocationAccess> access_with_passphrase(const Context& context, kube::Client& client,
                                              const api::Location& location, const std::string& system_namespace) {
  auto access = TRY(access_location(context, client, location, system_namespace));
  if (!access.passphrase.empty()) return access;
  return fail(Error(Fault::invalid, fmt::format("location {} has no passphrase", location.metadata.name))
                  .with_code("location.no_passphrase")
                  .with_fix("Name a Secret with the key passphrase in its spec.passphraseSecret"));
}

Result<LocationAccess> access_to_write(const Context& context, kube::Client& client, const api::Location& location,
                                       const std::string& system_namespace) {
  if (location.spec.access == api::Access::read_write) {
    return access_with_passphrase(context, client, location, system_namespace);
  }
  return fail(Error(Fault::invalid, fmt::format("location {} is only read from", location.metadata.name))
                  .with_code("location.read_only")
                  .with_fix("Choose a location whose spec.access is ReadWrite"));
}

bool is_relayed(const api::Location& location, const std::string& mover_namespace) {
  if (location.spec.mover_access) return *location.spec.mover_access == api::MoverAccess::relayed;
  return location.metadata.name_space != mover_namespace;
}

std::string address_of(const api::LocationSpec& spec) {
  if (spec.s3) {
    const std::string prefix = spec.s3->prefix.value_or("");
    return "s3://" + spec.s3->bucket + (prefix.empty() ? "" : "/" + prefix);
  }
  return spec.nfs ? nfs_address(*spec.nfs) : std::string();
}

std::vector<std::string> secrets_of(const api::LocationSpec& spec) {
  std::vector<std::string> names;
  if (spec.s3 && spec.s3->credentials_secret) names.push_back(spec.s3->credentials_secret->name);
  if (spec.passphrase_secret) names.push_back(spec.passphrase_secret->name);
  return names;
}

Result<std::string> cluster_id(const Context& context, kube::Client& client) {
  const auto marker = TRY(client.get(context, kube::types::name_space(), "", "kube-system"));
  return json_string(marker, {"metadata", "uid"});
}

Result<void> check_scope(const std::string& object_namespace, const std::string& subject,
                         const std::string& system_namespace) {
  if (object_namespace == subject || object_namespace == system_namespace) return {};
  return fail(Error(Fault::auth,
                    fmt::format("an object of namespace {} may not concern namespace {}", object_namespace, subject))
                  .with_code("scope.namespace")
                  .with_fix(fmt::format("Create it in namespace {}, or have an administrator create it in namespace {}",
                                        subject, system_namespace)));
}

}  // namespace tranship::controller
