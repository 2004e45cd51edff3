#pragma once
// Sealed boxes: bytes that only the holder of one private key can read, made by anybody who has the public key.
// X25519 (RFC 7748) with a key pair of the box's own, HKDF-SHA-256 (RFC 5869) over the shared secret with both public
// keys as context, ChaCha20-Poly1305 (RFC 8439). A box: public key of its own (32 bytes) || ciphertext || tag (16
// bytes). It says nothing of who made it.

#include <array>

#include "base/bytes.h"
#include "base/error.h"
#include "base/secret.h"

namespace tranship::crypto {

using BoxPublicKey = std::array<std::uint8_t, 32>;

struct BoxKeyPair {
  BoxPublicKey public_key{};
  Secret private_key;  // 32 bytes
};

inline constexpr std::size_t kBoxOverhead = 48;

BoxKeyPair make_box_keys();
// Fault::invalid when the private key has not 32 bytes.
Result<BoxKeyPair> box_keys_of(const Secret& private_key);

// Fault::invalid for a public key that is none (a point of small order).
Result<Bytes> seal_box(const BoxPublicKey& to, ByteView plain);
// Fault::auth when the box is for another key, or was changed.
Result<Bytes> open_box(const BoxKeyPair& keys, ByteView box);

}  // namespace tranship::crypto
