#pragma once
// SHA-256 and HMAC-SHA-256. The batch form feeds several messages at once to the widest kernel the CPU has
// (AVX-512 16 lanes, SHA extensions, portable), chosen once at run time. All functions are thread-safe.

#include <span>

#include "base/id.h"

namespace tranship::crypto {

Id sha256(ByteView message);
// digests[i] = sha256(messages[i]); both spans have the same length. Fastest with 16 or more messages of
// similar length, correct with any.
void sha256_many(std::span<const ByteView> messages, std::span<Id> digests);
Id hmac_sha256(ByteView key, ByteView message);

// Incremental SHA-256 for data that comes in pieces. Not thread-safe; movable.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();
  void update(ByteView data);
  Id finish();  // once

 private:
  struct State;
  State* state_;
};

}  // namespace tranship::crypto
