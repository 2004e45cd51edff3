#pragma once
// Makes new inputs out of old ones. Everything follows from the seed.

#include <cstdint>
#include <string>
#include <vector>

#include "target.h"

namespace tranship::fuzz {

// SplitMix64: the same numbers everywhere, unlike the distributions of the standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // Less than `bound`; 0 when that is 0.
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(next() % bound); }
  bool one_in(std::size_t count) { return below(count) == 0; }

 private:
  std::uint64_t state_;
};

// One to eight changes to an entry of `corpus` (not empty); at most kInputBytesMax bytes.
std::string mutate(Random& random, const Target& target, const std::vector<std::string>& corpus);

// One change of the value, or nothing when `text` is not JSON.
std::string mutate_json(Random& random, const Target& target, const std::string& text, const std::string& other);

}  // namespace tranship::fuzz
