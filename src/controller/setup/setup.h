#pragma once
// What people set up in one go: a location, or a policy that imports, together with the Secrets it names. The pages and
// the command line make the same objects by it. Plain functions; those that talk to a server say so.

#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "kube/client.h"
#include "store/location.h"

namespace tranship::controller::setup {

// Objects that are made together: the Secrets first.
struct Setup {
  const kube::ResourceType& type;  // of the object; lives as long as the program
  Json object;
  std::vector<Json> secrets;
};

struct LocationSetup {
  std::string name, name_space;
  Json spec;         // a Location's, without the names of its Secrets
  Json credentials;  // accessKeyId, secretAccessKey and perhaps sessionToken; null: none
  std::optional<Secret> passphrase;
};
// Its Secrets are called after it: `-keys`, `-passphrase`.
Setup location_setup(LocationSetup wanted);

// The part of a Location's spec that says where a store is; without credentials. Empty for a directory, which no
// cluster reaches.
Json spec_of(const store::Location& location);

// A Location that is there gets this specification, and its Secrets what is given: the ones that it names, or new ones
// called after it. Secrets of which nothing is given stay as they are. Returns the Location as the server has it.
// The location is asked for first, so that nothing is written for one that is refused. Faults: those of the server.
Result<Json> change_location(const Context& context, kube::Client& client, LocationSetup wanted);
// A Location and the Secrets that were made with it. Secrets of other names, or made by somebody else, stay.
Result<void> remove_location(const Context& context, kube::Client& client, const std::string& name_space,
                             const std::string& name);

struct ImportSetup {
  std::string name, name_space;
  std::string location;  // name of a Location
  Secret token;
  Json schedule;        // a Policy's; null: it runs when it is asked to
  Json restore;         // a Policy's; null: nothing is restored
  std::string run_now;  // not empty: one run is begun at once, which the policy's status then names so
};
// A policy; its Secret is called after it: `-token`.
Setup import_setup(ImportSetup wanted);
// Another token for a Policy that imports, into the Secret that it names. Returns the Policy. Fault::invalid, code
// "api.invalid", for a policy that does not import.
Result<Json> change_import_token(const Context& context, kube::Client& client, const std::string& name_space,
                                 const std::string& name, const Secret& token);

// Makes them and returns the object as the server has it. Whether the object is one is asked before anything is
// written; Secrets that were made for an object that was refused are removed again. With `dry_run` nothing is written.
// Faults: those of the server; conflict for what is there already, code "kube.AlreadyExists".
Result<Json> create(const Context& context, kube::Client& client, const Setup& setup, bool dry_run = false);
// Takes them away again; what is not there is no error.
Result<void> remove(const Context& context, kube::Client& client, const Setup& setup);

// The transfer token that an Export (as the server has it) made. Fault::not_found, code "token.none", when it made
// none.
Result<Secret> exported_token(const Context& context, kube::Client& client, const Json& exported);

}  // namespace tranship::controller::setup
