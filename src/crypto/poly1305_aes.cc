#include "crypto/poly1305_aes.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include <algorithm>

namespace tranship::crypto {

namespace {

// Fetching takes OpenSSL's global lock and many microseconds: once per process.
EVP_MAC* poly1305() {
  static EVP_MAC* mac = EVP_MAC_fetch(nullptr, "POLY1305", nullptr);
  return mac;
}

}  // namespace

Poly1305Aes::Poly1305Aes(const std::array<std::uint8_t, 16>& k, const std::array<std::uint8_t, 16>& r) {
  EVP_CIPHER_CTX* cipher = EVP_CIPHER_CTX_new();
  cipher_ = cipher;
  mac_ = EVP_MAC_CTX_new(poly1305());
  if (cipher == nullptr || mac_ == nullptr ||
      EVP_EncryptInit_ex(cipher, EVP_aes_128_ecb(), nullptr, k.data(), nullptr) != 1) {
    abort();  // out of memory, or an OpenSSL without AES or Poly1305
  }
  EVP_CIPHER_CTX_set_padding(cipher, 0);
  std::copy(r.begin(), r.end(), one_time_key_.begin());
}

Poly1305Aes::~Poly1305Aes() {
  EVP_CIPHER_CTX_free(static_cast<EVP_CIPHER_CTX*>(cipher_));
  EVP_MAC_CTX_free(static_cast<EVP_MAC_CTX*>(mac_));
  OPENSSL_cleanse(one_time_key_.data(), one_time_key_.size());
}

void Poly1305Aes::authenticate(const std::uint8_t nonce[16], ByteView message, std::uint8_t mac[16]) {
  int written = 0;
  std::size_t length = 0;
  auto* cipher = static_cast<EVP_CIPHER_CTX*>(cipher_);
  auto* context = static_cast<EVP_MAC_CTX*>(mac_);
  if (EVP_EncryptUpdate(cipher, one_time_key_.data() + 16, &written, nonce, 16) != 1 || written != 16 ||
      EVP_MAC_init(context, one_time_key_.data(), one_time_key_.size(), nullptr) != 1 ||
      EVP_MAC_update(context, message.data(), message.size()) != 1 ||
      EVP_MAC_final(context, mac, &length, 16) != 1 || length != 16) {
    abort();  // none of them can fail with these arguments
  }
}

}  // namespace tranship::crypto
