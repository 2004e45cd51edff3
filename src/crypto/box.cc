#include "crypto/box.h"

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

namespace tranship::crypto {
namespace {

constexpr std::size_t kKeyBytes = 32, kTagBytes = 16, kNonceBytes = 12;

using KeyHandle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

BoxPublicKey public_part(const EVP_PKEY* key) {
  BoxPublicKey out;
  std::size_t size = out.size();
  EVP_PKEY_get_raw_public_key(key, out.data(), &size);
  return out;
}

KeyHandle private_handle(const Secret& key) {
  const ByteView bytes = as_bytes(key.reveal());
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes.data(), bytes.size()), &EVP_PKEY_free};
}

// The key of one box, or nothing when the other side's public key is none.
std::optional<Secret> box_key(EVP_PKEY* own, const BoxPublicKey& other, const BoxPublicKey& box,
                              const BoxPublicKey& target) {
  const KeyHandle peer(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, other.data(), other.size()),
                       &EVP_PKEY_free);
  const KeyContext exchange(EVP_PKEY_CTX_new(own, nullptr), &EVP_PKEY_CTX_free);
  std::string shared(kKeyBytes, '\0');
  std::size_t size = shared.size();
  if (!peer || !exchange || EVP_PKEY_derive_init(exchange.get()) <= 0 ||
      EVP_PKEY_derive_set_peer(exchange.get(), peer.get()) <= 0 ||
      EVP_PKEY_derive(exchange.get(), reinterpret_cast<unsigned char*>(shared.data()), &size) <= 0) {
    return std::nullopt;
  }
  const Secret secret(std::move(shared));
  std::string info = "tranship box 1";
  info.append(as_text(box)).append(as_text(target));
  const KeyContext derive(EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr), &EVP_PKEY_CTX_free);
  const auto* shared_bytes = reinterpret_cast<const unsigned char*>(secret.reveal().data());
  std::string key(kKeyBytes, '\0');
  size = key.size();
  if (!derive || EVP_PKEY_derive_init(derive.get()) <= 0 || EVP_PKEY_CTX_set_hkdf_md(derive.get(), EVP_sha256()) <= 0 ||
      EVP_PKEY_CTX_set1_hkdf_key(derive.get(), shared_bytes, static_cast<int>(secret.reveal().size())) <= 0 ||
      EVP_PKEY_CTX_add1_hkdf_info(derive.get(), reinterpret_cast<const unsigned char*>(info.data()),
                                  static_cast<int>(info.size())) <= 0 ||
      EVP_PKEY_derive(derive.get(), reinterpret_cast<unsigned char*>(key.data()), &size) <= 0) {
    return std::nullopt;
  }
  return Secret(std::move(key));
}

// Every box has a key of its own, so one nonce serves all.
constexpr std::array<unsigned char, kNonceBytes> kNonce{};

const unsigned char* bytes_of(const Secret& key) {
  return reinterpret_cast<const unsigned char*>(key.reveal().data());
}

}  // namespace

BoxKeyPair make_box_keys() {
  const KeyHandle key(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"), &EVP_PKEY_free);
  std::string bytes(kKeyBytes, '\0');
  std::size_t size = bytes.size();
  EVP_PKEY_get_raw_private_key(key.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
  return {public_part(key.get()), Secret(std::move(bytes))};
}

Result<BoxKeyPair> box_keys_of(const Secret& private_key) {
  const KeyHandle key = private_handle(private_key);
  if (private_key.reveal().size() != kKeyBytes || !key) {
    return fail(Fault::invalid, "a private key has 32 bytes, not " + std::to_string(private_key.reveal().size()));
  }
  return BoxKeyPair{public_part(key.get()), private_key};
}

Result<Bytes> seal_box(const BoxPublicKey& to, ByteView plain) {
  const BoxKeyPair own = make_box_keys();
  const KeyHandle handle = private_handle(own.private_key);
  const auto key = box_key(handle.get(), to, own.public_key, to);
  if (!key) return fail(Fault::invalid, "these 32 bytes are not a public key");
  Bytes box(own.public_key.begin(), own.public_key.end());
  box.resize(plain.size() + kBoxOverhead);
  unsigned char* out = box.data() + kKeyBytes;
  const CipherContext cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int size = 0, last = 0;
  if (EVP_EncryptInit_ex(cipher.get(), EVP_chacha20_poly1305(), nullptr, bytes_of(*key), kNonce.data()) != 1 ||
      EVP_EncryptUpdate(cipher.get(), out, &size, plain.data(), static_cast<int>(plain.size())) != 1 ||
      EVP_EncryptFinal_ex(cipher.get(), out + size, &last) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, out + plain.size()) != 1) {
    return fail(Fault::permanent, "OpenSSL could not seal the box");
  }
  return box;
}

Result<Bytes> open_box(const BoxKeyPair& keys, ByteView box) {
  const auto refused = [] { return fail(Fault::auth, "the box is for another key, or was changed"); };
  if (box.size() < kBoxOverhead) return refused();
  BoxPublicKey from;
  std::copy_n(box.begin(), from.size(), from.begin());
  const KeyHandle handle = private_handle(keys.private_key);
  const auto key = box_key(handle.get(), from, from, keys.public_key);
  if (!key) return refused();
  Bytes plain(box.size() - kBoxOverhead);
  const ByteView sealed = box.subspan(kKeyBytes, plain.size());
  Bytes tag(box.end() - kTagBytes, box.end());
  const CipherContext cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  unsigned char nothing = 0;
  int size = 0, last = 0;
  if (EVP_DecryptInit_ex(cipher.get(), EVP_chacha20_poly1305(), nullptr, bytes_of(*key), kNonce.data()) != 1 ||
      EVP_DecryptUpdate(cipher.get(), plain.empty() ? &nothing : plain.data(), &size, sealed.data(),
                        static_cast<int>(sealed.size())) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) != 1 ||
      EVP_DecryptFinal_ex(cipher.get(), plain.data() + size, &last) != 1) {
    return refused();
  }
  return plain;
}

}  // namespace tranship::crypto
