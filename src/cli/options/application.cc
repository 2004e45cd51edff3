#include "cli/options/application.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "cli/options/cluster.h"
#include "cli/options/store.h"
#include "cli/password.h"
#include "crypto/random.h"

namespace tranship::cli {
namespace {

// $XDG_DATA_HOME/tranship or ~/.local/share/tranship.
Result<std::filesystem::path> data_folder() {
  if (const char* folder = std::getenv("XDG_DATA_HOME"); folder != nullptr && *folder == '/') {
    return std::filesystem::path(folder) / "tranship";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return std::filesystem::path(home) / ".local/share/tranship";
  }
  return fail(Error(Fault::invalid, "there is no home directory to keep restore points in")
                  .with_fix("Say where: --location dir:/path"));
}

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

std::string new_run_id() {
  Bytes random(5);
  crypto::random_bytes(random);
  return to_hex(random);
}

}  // namespace

void LocationChoice::add(Options& options, bool required) {
  auto& option = options.value("--location,-l", "LOCATION", address, "option.location");
  option.environment("TRANSHIP_LOCATION");
  if (required) option.required();
  add_store_options(options, location);
  options.value("--password-file", "FILE", password_file, "option.password_file").files();
}

Result<LocationChoice::Opened> LocationChoice::open(const Context& context) const {
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
  ::chmod(folder.c_str(), 0700);
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
  settings.run = new_run_id();
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
  choices.keep_node_ports = keep_node_ports;
  choices.ready_timeout = std::chrono::seconds(ready_timeout_s);
  return choices;
}

}  // namespace tranship::cli
