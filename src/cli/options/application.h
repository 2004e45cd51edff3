#pragma once
// Options that backup, restore and migrate share: where restore points are kept, how movers run, what a restore may do.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "cli/options.h"
#include "migrate/restore.h"
#include "migrate/token.h"
#include "store/location.h"

namespace tranship::cli {

// --location and what it needs. Without one: a directory of the user's own, with a passphrase made at its first use
// (0600).
struct LocationChoice {
  std::string address;
  store::LocationOptions location;
  std::string password_file, token_file;

  void add(Options& options, bool required);
  // --token-file too: for commands that only read.
  void add_for_reading(Options& options);
  struct Opened {
    store::Location location;
    Secret passphrase;
    bool relayed = false;  // only this machine reaches it
    std::optional<migrate::TransferToken> token;  // the passphrase is its own, then

    // Fault::invalid when the token is for another application.
    Result<migrate::ApplicationRepository> application(const Context& context, const std::string& name) const;
  };
  Result<Opened> open(const Context& context) const;

 private:
  Result<Opened> open_token(const Context& context, const Secret& text) const;
};

struct MoverOptions {
  std::string image;
  std::int64_t volumes_at_once = 4;
  std::string memory_limit = "256Mi";
  bool relayed = false;

  MoverOptions();
  void add(Options& options);
  Result<volume::MoverSettings> settings() const;  // with a new run id
};

struct RestoreOptions {
  std::string name_space;
  std::vector<std::string> storage_classes;
  std::string existing = "keep";
  std::vector<std::string> carry, without, transforms;
  bool keep_node_ports = false;
  std::int64_t ready_timeout_s = 300;

  void add(Options& options);
  // What they say; what is wrong with them can be told before any cluster is asked.
  Result<migrate::RestoreChoices> choices() const;
};

}  // namespace tranship::cli
