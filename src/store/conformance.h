#pragma once
// What every store must do, as checks that run on a real one: the tests run them on each kind, and `tranship
// location check` on a user's. Works inside one folder of its own, "tranship-check-<random>/", and removes it
// again.

#include <string>
#include <vector>

#include "store/store.h"

namespace tranship::store {

struct CheckFinding {
  std::string id;    // "ranges": stable, for translations and scripts
  std::string name;  // "a range of an object is read"
  bool ok = false;
  std::string text;  // what went wrong, with the fix; empty when ok
  std::string code;  // the error's, if it has one
};

struct CheckLocationOptions {
  // Also a listing of more than one page and an object sent in parts: about 2,000 requests and 70 MiB.
  bool thorough = false;
};

// Every check runs, whatever the ones before it found; when the very first write fails, only that is reported.
std::vector<CheckFinding> check_location(const Context& context, Store& store,
                                         const CheckLocationOptions& options = {});

}  // namespace tranship::store
