#pragma once
// The repository that a restore point or a transfer token is about, opened for reading.

#include "app/restore_point.h"
#include "controller/location/locations.h"
#include "controller/runtime/reconciler.h"
#include "migrate/location_catalog.h"
#include "migrate/token.h"

namespace tranship::controller {

// What it takes to get into repositories: the controller's services, or a client and a place to look locations up.
struct RepositoryDoor {
  RepositoryDoor(const Services& services);  // NOLINT: every Services is one
  RepositoryDoor(kube::Client& to, std::string system, LocationSource source)
      : client(to), system_namespace(std::move(system)), locations(std::move(source)) {}

  kube::Client& client;
  std::string system_namespace;
  LocationSource locations;
  Clock clock;
};

// The key pair with which this cluster opens tokens sealed for it; nothing when it has none.
Result<std::optional<crypto::BoxKeyPair>> target_keys(const Context& context, const RepositoryDoor& door);

// The token in a Secret of that namespace (key `token`), sealed ones opened with the cluster's own key. Faults:
// not_found and invalid name the Secret; those of migrate::parse_token; auth when its time is over.
Result<migrate::TransferToken> read_token(const Context& context, const RepositoryDoor& door,
                                          const std::string& name_space, const std::string& secret);

// What kept a token's repository from being opened, as whoever has the token must see it: a key that opens nothing is a
// token that was revoked, code "token.revoked".
Error in_terms_of_token(Error error, const migrate::TransferToken& token);

// With the token's key, where the Location says the store is: this side may reach it another way than the source.
// Credentials are the Location's. Errors are in terms of the Location's spec.
Result<migrate::ApplicationRepository> open_with_token(const Context& context, const RepositoryDoor& door,
                                                       const api::Location& location,
                                                       const migrate::TransferToken& token);

// Of a RestorePoint: by the token in a Secret of its own namespace when it has one, by the location's passphrase
// otherwise. RestorePoints can be written by whoever may write in their namespace: see check_source().
Result<migrate::ApplicationRepository> open_restore_point(const Context& context, const RepositoryDoor& door,
                                                          const api::RestorePoint& point);

// Whether a Restore of namespace `own` may read what the snapshot itself says it holds: from the system namespace and
// with a token anything, otherwise this cluster's restore points of that namespace alone. Fault::auth, code
// "scope.restore-point".
Result<void> check_source(const Context& context, const RepositoryDoor& door, const std::string& own,
                          const api::RestorePoint& point, const app::RestorePoint& stored);

}  // namespace tranship::controller
