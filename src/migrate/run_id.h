#pragma once
// Names of runs of movers, by which what they leave is told apart.

#include <string>

#include "crypto/random.h"

namespace tranship::migrate {

inline std::string new_run_id() {
  Bytes random(5);
  crypto::random_bytes(random);
  return to_hex(random);
}

}  // namespace tranship::migrate
