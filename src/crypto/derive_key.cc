#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <bit>

#include "crypto/seal.h"

namespace tranship::crypto {

namespace {

constexpr std::uint64_t kMemoryMax = 1u << 30;
// 128 * n * r * p: the bytes that get mixed, about a second per GiB. Key files come from outside; none of them shall
// keep a process busy for hours.
constexpr std::uint64_t kWorkMax = std::uint64_t{32} << 30;

}  // namespace

Result<SealKey> derive_key(const Secret& password, ByteView salt, std::uint64_t n, std::uint32_t r,
                           std::uint32_t p) {
  if (n < 2 || !std::has_single_bit(n)) return fail(Fault::invalid, "scrypt: N is not a power of two above 1");
  if (r == 0 || p == 0) return fail(Fault::invalid, "scrypt: r and p must be at least 1");
  // In this order no product can overflow.
  if (n > kMemoryMax / 128 || r > kMemoryMax / 128 / n) {
    return fail(Fault::invalid, "scrypt: N and r ask for more than 1 GiB of memory");
  }
  if (p > kWorkMax / (128 * n * r) || p > kMemoryMax / 128 / r) {
    return fail(Fault::invalid, "scrypt: N, r and p ask for too much work");
  }
  SealKey key;
  std::uint8_t derived[64];
  const auto text = password.reveal();
  // OpenSSL's limit counts its own blocks too: beyond n, two of them and p of the input.
  const std::uint64_t memory_max = 2 * kMemoryMax + (1u << 20);
  const int done = EVP_PBE_scrypt(text.data() ? text.data() : "", text.size(), salt.data(), salt.size(), n, r, p,
                                  memory_max, derived, sizeof derived);
  if (done != 1) {
    ERR_clear_error();
    return fail(Fault::invalid, "scrypt: the parameters are not usable");
  }
  std::copy_n(derived, 32, key.encrypt.begin());
  std::copy_n(derived + 32, 16, key.mac_k.begin());
  std::copy_n(derived + 48, 16, key.mac_r.begin());
  OPENSSL_cleanse(derived, sizeof derived);
  return key;
}

}  // namespace tranship::crypto
