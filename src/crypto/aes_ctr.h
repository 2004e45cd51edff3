#pragma once
// AES-256 in counter mode with a 128-bit big-endian counter (NIST SP 800-38A), on the fastest kernel of the
// CPU. Inside src/crypto only: everybody else seals.

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "crypto/kernels.h"

namespace tranship::crypto {

// Holds the expanded key. Not thread-safe.
class AesCtr {
 public:
  AesCtr(const std::array<std::uint8_t, 32>& key, KernelLevel level);
  ~AesCtr();
  AesCtr(const AesCtr&) = delete;
  AesCtr& operator=(const AesCtr&) = delete;

  // out = in XOR key stream that starts at counter block `iv`. Same size; in == out is fine, other overlaps are not.
  void apply(const std::uint8_t iv[16], ByteView in, MutableByteView out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tranship::crypto
