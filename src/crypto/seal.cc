#include "crypto/seal.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "crypto/aes_ctr.h"
#include "crypto/poly1305_aes.h"
#include "crypto/random.h"

namespace tranship::crypto {

namespace {

constexpr std::size_t kIvBytes = 16;
constexpr std::size_t kMacBytes = 16;

bool is_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

SealKey::~SealKey() {
  OPENSSL_cleanse(encrypt.data(), encrypt.size());
  OPENSSL_cleanse(mac_k.data(), mac_k.size());
  OPENSSL_cleanse(mac_r.data(), mac_r.size());
}

SealKey SealKey::random() {
  SealKey key;
  random_bytes(key.encrypt);
  random_bytes(key.mac_k);
  random_bytes(key.mac_r);
  return key;
}

bool SealKey::valid() const { return !is_zero(encrypt) && !is_zero(mac_k) && !is_zero(mac_r); }

struct Sealer::State {
  State(const SealKey& key, KernelLevel level) : cipher(key.encrypt, level), mac(key.mac_k, key.mac_r) {}
  AesCtr cipher;
  Poly1305Aes mac;
};

Sealer::Sealer(const SealKey& key) : Sealer(key, kernel_level()) {}

Sealer::Sealer(const SealKey& key, KernelLevel level) : state_(new State(key, level)) {}

Sealer::~Sealer() { delete state_; }

void Sealer::seal(ByteView plain, MutableByteView out) {
  const auto iv = out.first(kIvBytes);
  const auto cipher_text = out.subspan(kIvBytes, plain.size());
  do {
    random_bytes(iv);
  } while (is_zero(iv));  // the format has no zero IV
  state_->cipher.apply(iv.data(), plain, cipher_text);
  state_->mac.authenticate(iv.data(), cipher_text, out.data() + kIvBytes + plain.size());
}

Result<void> Sealer::open(ByteView sealed, MutableByteView out) {
  if (sealed.size() < kSealOverhead) return fail(Fault::corrupt, "sealed data is too short");
  const auto iv = sealed.first(kIvBytes);
  const auto cipher_text = sealed.subspan(kIvBytes, sealed.size() - kSealOverhead);
  if (is_zero(iv)) return fail(Fault::corrupt, "sealed data has no initialisation vector");
  std::uint8_t mac[kMacBytes];
  state_->mac.authenticate(iv.data(), cipher_text, mac);
  if (CRYPTO_memcmp(mac, sealed.data() + sealed.size() - kMacBytes, kMacBytes) != 0) {
    return fail(Fault::corrupt, "the authentication code does not fit: damaged data, or another key");
  }
  state_->cipher.apply(iv.data(), cipher_text, out);
  return {};
}

Bytes Sealer::seal(ByteView plain) {
  Bytes out(plain.size() + kSealOverhead);
  seal(plain, out);
  return out;
}

Result<Bytes> Sealer::open(ByteView sealed) {
  if (sealed.size() < kSealOverhead) return fail(Fault::corrupt, "sealed data is too short");
  Bytes out(sealed.size() - kSealOverhead);
  TRY(open(sealed, out));
  return out;
}

}  // namespace tranship::crypto
