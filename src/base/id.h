#pragma once
// Id: a SHA-256 digest used as a name (blobs, packs, snapshots). 32 bytes, a plain value.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace tranship {

struct Id {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Id&) const = default;
  bool empty() const { return *this == Id{}; }
  std::string hex() const { return to_hex(bytes); }
  // The first eight digits, for people.
  std::string brief() const { return hex().substr(0, 8); }
  // Exactly 64 hexadecimal digits.
  static Result<Id> parse(std::string_view hex);
};

}  // namespace tranship

template <>
struct std::hash<tranship::Id> {
  // The bytes are a digest already: any eight of them are a good hash.
  std::size_t operator()(const tranship::Id& id) const noexcept {
    std::size_t value;
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
  }
};
