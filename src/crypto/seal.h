#pragma once
// Sealing as the restic repository format has it (reference: restic doc/design.rst, "Keys, Encryption and
// MAC"): IV(16) || AES-256-CTR(plain) || Poly1305-AES(16) over the ciphertext. 32 bytes longer than the plain text.

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"
#include "crypto/kernels.h"

namespace tranship::crypto {

inline constexpr std::size_t kSealOverhead = 32;

// AES-256 key and the two halves of the Poly1305-AES key. Wiped on destruction.
struct SealKey {
  std::array<std::uint8_t, 32> encrypt{};
  std::array<std::uint8_t, 16> mac_k{};
  std::array<std::uint8_t, 16> mac_r{};
  SealKey() = default;
  SealKey(const SealKey&) = default;
  SealKey& operator=(const SealKey&) = default;
  ~SealKey();
  bool operator==(const SealKey&) const = default;
  // No part is all zeros, which the format forbids: an empty key is a key that was never read.
  bool valid() const;
  static SealKey random();
};

// Holds expanded keys; one per thread (not thread-safe), cheap enough to make per worker.
class Sealer {
 public:
  explicit Sealer(const SealKey& key);
  Sealer(const SealKey& key, KernelLevel level);  // for tests and measurements
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer();

  // out.size() == plain.size() + kSealOverhead; plain may be out.subspan(16, plain.size()) (in place).
  void seal(ByteView plain, MutableByteView out);
  // out.size() == sealed.size() - kSealOverhead; out may be the ciphertext's own place (in place at +16).
  // Fault::corrupt when too short or the MAC does not fit; out is then untouched.
  Result<void> open(ByteView sealed, MutableByteView out);

  Bytes seal(ByteView plain);
  Result<Bytes> open(ByteView sealed);

 private:
  struct State;
  State* state_;
};

// scrypt (RFC 7914) with 64 bytes of output split as restic does: encrypt(32) || k(16) || r(16).
// Fault::invalid for parameters that would take more than 1 GiB of memory or are not powers of two.
Result<SealKey> derive_key(const Secret& password, ByteView salt, std::uint64_t n, std::uint32_t r,
                           std::uint32_t p);

}  // namespace tranship::crypto
