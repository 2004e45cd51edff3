// OpenSSL's one-message functions (SHA extensions where the CPU has them); the functions of its 1.1 interface,
// because each use of the 3.0 one costs more than hashing a small file.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdlib.h>

#include <utility>

#include "crypto/digest.h"

namespace tranship::crypto {

struct Sha256::State {
  SHA256_CTX context;
};

Sha256::Sha256() : state_(new State) { SHA256_Init(&state_->context); }

Sha256::Sha256(Sha256&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}

Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Sha256::~Sha256() {
  if (state_ == nullptr) return;
  OPENSSL_cleanse(state_, sizeof *state_);
  delete state_;
}

void Sha256::update(ByteView data) { SHA256_Update(&state_->context, data.data(), data.size()); }

Id Sha256::finish() {
  Id digest;
  SHA256_Final(digest.bytes.data(), &state_->context);
  return digest;
}

Id sha256(ByteView message) {
  Id digest;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, message.data(), message.size());
  SHA256_Final(digest.bytes.data(), &context);
  return digest;
}

Id hmac_sha256(ByteView key, ByteView message) {
  static const std::uint8_t nothing = 0;
  Id digest;
  unsigned length = 0;
  // A null key would mean "the last one" to OpenSSL.
  const void* key_data = key.empty() ? &nothing : key.data();
  const unsigned char* data = message.empty() ? &nothing : message.data();
  if (HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()), data, message.size(), digest.bytes.data(),
           &length) == nullptr) {
    abort();  // only out of memory gets here
  }
  return digest;
}

}  // namespace tranship::crypto
