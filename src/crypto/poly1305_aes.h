#pragma once
// Poly1305-AES (D. J. Bernstein, "The Poly1305-AES message-authentication code"): Poly1305 with the one-time key
// r || AES-128(k, nonce). Inside src/crypto only.

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace tranship::crypto {

// Holds OpenSSL's contexts, which are slow to make. Not thread-safe.
class Poly1305Aes {
 public:
  Poly1305Aes(const std::array<std::uint8_t, 16>& k, const std::array<std::uint8_t, 16>& r);
  ~Poly1305Aes();
  Poly1305Aes(const Poly1305Aes&) = delete;
  Poly1305Aes& operator=(const Poly1305Aes&) = delete;

  void authenticate(const std::uint8_t nonce[16], ByteView message, std::uint8_t mac[16]);

 private:
  void* cipher_ = nullptr;  // EVP_CIPHER_CTX: AES-128 with k
  void* mac_ = nullptr;     // EVP_MAC_CTX
  std::array<std::uint8_t, 32> one_time_key_{};  // r, then AES-128(k, nonce)
};

}  // namespace tranship::crypto
