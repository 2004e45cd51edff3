#include "repo/format/key_file.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "base/json.h"
#include "base/units.h"
#include "crypto/random.h"
#include "repo/format/go_text.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kSaltBytes = 64;
// What restic's calibration gives on today's machines: 32 MiB of memory, r as the paper says.
constexpr std::uint64_t kCalibratedN = 32768;
constexpr std::uint32_t kBlockFactor = 8;
constexpr auto kCalibratedTime = std::chrono::milliseconds(500);

std::uint32_t calibrated_parallelism(const Secret& password, ByteView salt) {
  const auto begin = std::chrono::steady_clock::now();
  if (!crypto::derive_key(password, salt, kCalibratedN, kBlockFactor, 1)) return 1;
  const auto once = std::max(std::chrono::steady_clock::now() - begin, std::chrono::steady_clock::duration(1));
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(kCalibratedTime / once, 1, 32));
}

std::string master_key_json(const crypto::SealKey& key) {
  return "{\"mac\":{\"k\":\"" + to_base64(key.mac_k) + "\",\"r\":\"" + to_base64(key.mac_r) +
         "\"},\"encrypt\":\"" + to_base64(key.encrypt) + "\"}";
}

template <std::size_t size>
bool read_key(const Json& value, std::initializer_list<std::string_view> path,
              std::array<std::uint8_t, size>& out) {
  const auto bytes = from_base64(json_string(value, path));
  if (!bytes || bytes->size() != size) return false;
  if (std::all_of(bytes->begin(), bytes->end(), [](std::uint8_t byte) { return byte == 0; })) return false;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return true;
}

}  // namespace

std::string key_file_json(const KeyFile& file) {
  std::string out = "{\"created\":";
  append_json_string(out, file.created);
  out += ",\"username\":";
  append_json_string(out, file.username);
  out += ",\"hostname\":";
  append_json_string(out, file.hostname);
  if (!file.expires.empty()) {
    out += ",\"expires\":";
    append_json_string(out, file.expires);
  }
  out += ",\"kdf\":\"scrypt\",\"N\":";
  append_number(out, file.scrypt_n);
  out += ",\"r\":";
  append_number(out, file.scrypt_r);
  out += ",\"p\":";
  append_number(out, file.scrypt_p);
  out += ",\"salt\":\"" + to_base64(file.salt) + "\",\"data\":\"" + to_base64(file.sealed) + "\"}";
  return out;
}

Result<KeyFile> parse_key_file(std::string_view json) {
  const Json value = TRY(parse_json(json));
  if (json_string(value, {"kdf"}) != "scrypt") {
    return fail(Fault::corrupt, "key derivation '" + json_string(value, {"kdf"}) + "' instead of scrypt");
  }
  KeyFile file;
  file.created = json_string(value, {"created"});
  file.username = json_string(value, {"username"});
  file.hostname = json_string(value, {"hostname"});
  file.expires = json_string(value, {"expires"});
  const auto n = json_integer(value, {"N"});
  const auto r = json_integer(value, {"r"});
  const auto p = json_integer(value, {"p"});
  constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
  if (n < 2 || n > kMax || r < 1 || r > kMax || p < 1 || p > kMax) {
    return fail(Fault::corrupt, "scrypt parameters out of range");
  }
  file.scrypt_n = static_cast<std::uint64_t>(n);
  file.scrypt_r = static_cast<std::uint32_t>(r);
  file.scrypt_p = static_cast<std::uint32_t>(p);
  auto salt = from_base64(json_string(value, {"salt"}));
  auto sealed = from_base64(json_string(value, {"data"}));
  if (!salt || salt->size() != kSaltBytes) return fail(Fault::corrupt, "salt is not 64 bytes of base64");
  if (!sealed || sealed->size() <= crypto::kSealOverhead) return fail(Fault::corrupt, "no sealed key");
  file.salt = std::move(*salt);
  file.sealed = std::move(*sealed);
  return file;
}

Result<KeyFile> make_key_file(const crypto::SealKey& master_key, const Secret& password, const std::string& user,
                              const std::string& host, int scrypt_log_n) {
  if (password.empty()) {
    return fail(Error(Fault::invalid, "an empty password").with_fix("Give a password of at least one character."));
  }
  if (scrypt_log_n != 0 && (scrypt_log_n < 10 || scrypt_log_n > 20)) {
    return fail(Fault::invalid, "the scrypt cost must be from 10 to 20");
  }
  KeyFile file;
  file.created = format_time(std::chrono::system_clock::now());
  file.username = user;
  file.hostname = host;
  file.salt.resize(kSaltBytes);
  crypto::random_bytes(file.salt);
  file.scrypt_n = scrypt_log_n == 0 ? kCalibratedN : std::uint64_t{1} << scrypt_log_n;
  file.scrypt_r = kBlockFactor;
  file.scrypt_p = scrypt_log_n == 0 ? calibrated_parallelism(password, file.salt) : 1;
  const auto key = TRY(crypto::derive_key(password, file.salt, file.scrypt_n, file.scrypt_r, file.scrypt_p));
  const Secret plain(master_key_json(master_key));
  file.sealed = crypto::Sealer(key).seal(as_bytes(plain.reveal()));
  return file;
}

Result<crypto::SealKey> open_key_file(const KeyFile& file, const Secret& password) {
  const auto key = TRY(crypto::derive_key(password, file.salt, file.scrypt_n, file.scrypt_r, file.scrypt_p));
  const auto plain = crypto::Sealer(key).open(file.sealed);
  if (!plain) return fail(Fault::auth, "the password does not fit this key");
  const Json value = TRY(parse_json(as_text(*plain)));
  crypto::SealKey master_key;
  if (!read_key(value, {"mac", "k"}, master_key.mac_k) || !read_key(value, {"mac", "r"}, master_key.mac_r) ||
      !read_key(value, {"encrypt"}, master_key.encrypt)) {
    return fail(Fault::corrupt, "the key file does not hold a master key");
  }
  return master_key;
}

}  // namespace tranship::repo
