#include "crypto/aes_ctr.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include <algorithm>

#include "crypto/aes_ctr_vaes.h"

namespace tranship::crypto {

struct AesCtr::State {
  EVP_CIPHER_CTX* context = nullptr;  // null: the VAES kernel with `keys`
  Aes256RoundKeys keys;
};

AesCtr::AesCtr(const std::array<std::uint8_t, 32>& key, KernelLevel level) : state_(std::make_unique<State>()) {
  if (level >= KernelLevel::avx512 && cpu_features().avx512 && cpu_features().vaes) {
    aes256_expand(key.data(), state_->keys);
    return;
  }
  state_->context = EVP_CIPHER_CTX_new();
  if (state_->context == nullptr ||
      EVP_EncryptInit_ex(state_->context, EVP_aes_256_ctr(), nullptr, key.data(), nullptr) != 1) {
    abort();  // out of memory, or an OpenSSL without AES
  }
}

AesCtr::~AesCtr() {
  EVP_CIPHER_CTX_free(state_->context);
  OPENSSL_cleanse(&state_->keys, sizeof state_->keys);
}

void AesCtr::apply(const std::uint8_t iv[16], ByteView in, MutableByteView out) {
  if (state_->context == nullptr) return aes256_ctr_vaes(state_->keys, iv, in.data(), out.data(), in.size());
  if (EVP_EncryptInit_ex(state_->context, nullptr, nullptr, nullptr, iv) != 1) abort();
  constexpr std::size_t kStepMax = 1u << 30;  // OpenSSL counts in int
  for (std::size_t done = 0; done < in.size();) {
    const int step = static_cast<int>(std::min(in.size() - done, kStepMax));
    int written = 0;
    if (EVP_EncryptUpdate(state_->context, out.data() + done, &written, in.data() + done, step) != 1) abort();
    done += static_cast<std::size_t>(step);
  }
}

}  // namespace tranship::crypto
