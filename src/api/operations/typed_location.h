#pragma once
// Locations as operations name them: by name, or as somebody types one whose credentials are in no Secret yet.

#include "api/routing/operation.h"
#include "controller/location/locations.h"

namespace tranship::api {

struct TypedLocation {
  controller::api::Location location;
  controller::SecretSource secrets;  // what was typed, then the Secrets of the location that `name` names
};

// Of a body's members name, spec, credentials and passphrase. Fault::invalid for a spec that is none.
Result<TypedLocation> typed_location(Call& call);

// Locations as they are there, read with `client`. Both must outlive it.
controller::LocationSource locations_of(Call& call, kube::Client& client);

Json credentials_schema();
Json error_schema();

}  // namespace tranship::api
