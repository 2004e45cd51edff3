#include "cli/options/application.h"

#include <filesystem>

#include "base/file.h"
#include "cli/options/cluster.h"
#include "cli/options/store.h"
#include "cli/options/token.h"
#include "cli/password.h"
#include "crypto/random.h"
#include "migrate/run_id.h"
#include "migrate/token_keys.h"
#include "migrate/transforms.h"

namespace tranship::cli {
namespace {

constexpr std::size_t kTransformsBytesMax = 4 << 20;

Result<Secret> own_passphrase(const std::filesystem::path& folder) {
  const auto path = folder / "passphrase";
  auto known = read_file(path, 4096);
  if (known) return Secret(std::move(*known));
  if (known.error().fault() != Fault::not_found) return fail(std::move(known).error());
  Bytes random(24);
  crypto::random_bytes(random);
  const std::string passphrase = to_base64(random);
  TRY(write_file(path, passphrase, 0600));
  return Secret(passphrase);
}

}  // namespace

void LocationChoice::add(Options& options, bool required) {
  auto& option = options.value("--location,-l", "LOCATION", address, "option.location");
  option.environment("TRANSHIP_LOCATION");
  if (required) option.required();
  add_store_options(options, location);
  options.value("--password-file", "FILE", password_file, "option.password_file").files();
}

void LocationChoice::add_for_reading(Options& options) {
  add(options, false);
  options.value("--token-file", "FILE", token_file, "option.token_file").files();
}

Result<migrate::ApplicationRepository> LocationChoice::Opened::application(const Context& context,
                                                                           const std::string& name) const {
  if (!token) return migrate::open_application(context, location, name, passphrase);
  if (!name.empty() && name != token->application) {
    return fail(Error(Fault::invalid, "the transfer token is for " + token->application + ", not for " + name)
                    .with_code("token.application")
                    .with_fix("Leave the name away, or give the token of " + name));
  }
  return migrate::open_with_token(context, location, *token);
}

Result<LocationChoice::Opened> LocationChoice::open_token(const Context& context, const Secret& text) const {
  const auto own = TRY(own_target_keys(false));
  Opened opened;
  opened.token = TRY(migrate::parse_token(text, own ? &*own : nullptr));
  TRY(migrate::check_not_expired(*opened.token, std::chrono::system_clock::now()));
  const store::Location& source = opened.token->location;
  // What is given here wins: this side may reach the same store another way.
  store::LocationOptions options = location;
  if (address.empty()) {
    if (options.endpoint.empty()) options.endpoint = source.endpoint;
    if (options.region.empty()) options.region = source.region;
    if (options.path_style.empty()) options.path_style = source.path_style ? "true" : "false";
    if (options.ca_file.empty()) options.ca_pem = source.ca_pem;
    options.insecure = options.insecure || source.insecure;
  }
  if (options.credentials_file.empty() && opened.token->has_credentials()) options.credentials = source.credentials;
  opened.location = TRY(store::parse_location(context, address.empty() ? source.address() : address, options));
  opened.passphrase = opened.token->password;
  opened.relayed = opened.location.kind == store::Location::Kind::directory;
  return opened;
}

Result<LocationChoice::Opened> LocationChoice::open(const Context& context) const {
  if (const auto text = TRY(read_token(token_file))) return open_token(context, *text);
  Opened opened;
  if (!address.empty()) {
    opened.location = TRY(store::parse_location(context, address, location));
    opened.passphrase = TRY(read_password(context, password_file));
    opened.relayed = opened.location.kind == store::Location::Kind::directory;
    return opened;
  }
  const auto folder = TRY(data_folder());
  std::error_code error;
  std::filesystem::create_directories(folder / "location", error);
  if (error) return fail(Error(Fault::permanent, "make " + folder.string() + ": " + error.message()));
  opened.location = TRY(store::parse_location(context, "dir:" + (folder / "location").string(), {}));
  opened.passphrase =
      password_given(password_file) ? TRY(read_password(context, password_file)) : TRY(own_passphrase(folder));
  opened.relayed = true;
  return opened;
}

MoverOptions::MoverOptions() : image("tranship.io/tranship:" TRANSHIP_VERSION) {}

void MoverOptions::add(Options& options) {
  options.value("--mover-image", "IMAGE", image, "option.mover_image").environment("TRANSHIP_MOVER_IMAGE");
  options.value("--mover-memory", "QUANTITY", memory_limit, "option.mover_memory");
  options.number("--volumes-at-once", "COUNT", volumes_at_once, "option.volumes_at_once");
  options.flag("--relayed", relayed, "option.relayed");
}

Result<volume::MoverSettings> MoverOptions::settings() const {
  if (volumes_at_once < 1 || volumes_at_once > 64) {
    return fail(Error(Fault::invalid, "--volumes-at-once must be from 1 to 64").with_code("usage"));
  }
  volume::MoverSettings settings;
  settings.run = migrate::new_run_id();
  settings.image = image;
  settings.memory_limit = memory_limit;
  settings.volumes_at_once = static_cast<std::size_t>(volumes_at_once);
  return settings;
}

void RestoreOptions::add(Options& options) {
  options.value("--namespace,-n", "NAMESPACE", name_space, "option.target_namespace");
  options.values("--storage-class", "SOURCE=TARGET", storage_classes, "option.storage_class");
  options.value("--existing", "POLICY", existing, "option.existing").choices({"keep", "update", "replace"});
  options.values("--carry", "KIND", carry, "option.carry");
  options.values("--without", "KIND", without, "option.without");
  options.values("--transforms", "FILE", transforms, "option.transforms").files();
  options.flag("--keep-node-ports", keep_node_ports, "option.keep_node_ports");
  options.number("--ready-timeout", "SECONDS", ready_timeout_s, "option.ready_timeout");
}

Result<migrate::RestoreChoices> RestoreOptions::choices() const {
  if (ready_timeout_s < 0 || ready_timeout_s > 86'400) {
    return fail(Error(Fault::invalid, "--ready-timeout must be from 0 to 86400 seconds").with_code("usage"));
  }
  migrate::RestoreChoices choices;
  choices.target_namespace = name_space;
  for (const auto& each : storage_classes) {
    choices.storage_classes.insert(TRY(parse_assignment("--storage-class", each)));
  }
  if (existing == "update") choices.existing = restore::ExistingPolicy::update;
  if (existing == "replace") choices.existing = restore::ExistingPolicy::replace;
  for (const auto& kind : carry) choices.carry.insert(kind == "all" ? "*" : kind);
  choices.without = {without.begin(), without.end()};
  for (const auto& path : transforms) {
    const std::string text = TRY(read_file(path, kTransformsBytesMax));
    for (auto& set : TRY_IN(path, migrate::rule_sets_of(text))) choices.transforms.push_back(std::move(set));
  }
  choices.keep_node_ports = keep_node_ports;
  choices.ready_timeout = std::chrono::seconds(ready_timeout_s);
  return choices;
}

}  // namespace tranship::cli
