#pragma once
// Checking a location by doing what its use needs: list, write, read, delete a probe object; read-only ones are listed
// and read.

#include <string>
#include <vector>

#include "controller/api/types.h"
#include "controller/location/locations.h"

namespace tranship::controller {

// "list", "write", "read", "delete": in this order, as far as it came.
struct LocationStep {
  std::string name;
  bool done = false;
};

struct LocationFinding {
  std::vector<LocationStep> steps;
  std::vector<std::string> applications;  // that have restore points in it
  std::vector<Error> unreadable;          // entries of its catalog: damaged, or of a newer program
  std::optional<Error> error;             // why it cannot be used as its spec says; code and fix are filled in
};

// Takes some seconds. `try_passphrase`: also opens one of its repositories, which costs half a second of processor
// time.
LocationFinding check_location(const Context& context, const api::LocationSpec& spec, const LocationAccess& access,
                               bool try_passphrase);

// In the words of a Location's fields: what the store's own fix says in those of the command line.
Error in_terms_of_spec(Error error);

}  // namespace tranship::controller
