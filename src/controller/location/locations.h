#pragma once
// Locations as actions and policies name them: found, allowed, and turned into what stores are opened with.

#include <functional>
#include <optional>
#include <string>

#include "controller/runtime/stores.h"
#include "store/location.h"

namespace tranship::controller {

// Where objects are looked up that others name: the controller's caches, or an API server.
using LocationSource = std::function<Result<std::optional<api::Location>>(const Key&)>;
using SecretSource = std::function<Result<Json>(const std::string& name_space, const std::string& name)>;
SecretSource secrets_of_cluster(const Context& context, kube::Client& client);

// A location of the namespace itself, else a shared one of the system namespace. Fault::not_found (code
// "location.not_found") otherwise: whether an unshared one of that name is there is not told.
Result<api::Location> find_location(const LocationSource& locations, const std::string& name,
                                    const std::string& name_space, const std::string& system_namespace);
Result<api::Location> find_location(const Stores& stores, const std::string& name, const std::string& name_space,
                                    const std::string& system_namespace);

struct LocationAccess {
  store::Location location;
  Secret passphrase;  // empty: none is named
  // Of the Secrets that were read: changes when they do.
  std::string secret_versions;
};

// Reads its Secrets. Faults: not_found and invalid (codes "location.secret_missing", "location.secret_key") name the
// Secret and the key; invalid ("location.namespace") for NFS outside of the system namespace.
Result<LocationAccess> access_location(const Context& context, const SecretSource& secrets,
                                       const api::Location& location, const std::string& system_namespace);
Result<LocationAccess> access_location(const Context& context, kube::Client& client, const api::Location& location,
                                       const std::string& system_namespace);

// The same of a location whose repositories are to be opened by its passphrase. Fault::invalid, code
// "location.no_passphrase", when it names none.
Result<LocationAccess> access_with_passphrase(const Context& context, kube::Client& client,
                                              const api::Location& location, const std::string& system_namespace);

// The same of one that is to be written to. Fault::invalid, code "location.read_only", when its spec forbids that.
Result<LocationAccess> access_to_write(const Context& context, kube::Client& client, const api::Location& location,
                                       const std::string& system_namespace);

// Whether movers in that namespace reach the location through the controller: so that its keys do not get into
// namespaces of others, unless its spec says that they may.
bool is_relayed(const api::Location& location, const std::string& mover_namespace);

// "s3://bucket/prefix", "nfs://server/path?version=3".
std::string address_of(const api::LocationSpec& spec);
// Names of the Secrets it reads.
std::vector<std::string> secrets_of(const api::LocationSpec& spec);

// By which restore points say what cluster they are of: uid of the namespace kube-system.
Result<std::string> cluster_id(const Context& context, kube::Client& client);

// Whether an object may be about an application (or a target) in `subject`: in the system namespace about any,
// elsewhere about its own alone. Fault::auth, code "scope.namespace".
Result<void> check_scope(const std::string& object_namespace, const std::string& subject,
                         const std::string& system_namespace);

}  // namespace tranship::controller
