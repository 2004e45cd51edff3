#pragma once
// A key file: the repository's master key sealed with a key that scrypt derives from one password. Plain JSON
// (reference: restic doc/design.rst, "Keys, Encryption and MAC").

#include <cstdint>
#include <string>

#include "base/secret.h"
#include "crypto/seal.h"

namespace tranship::repo {

struct KeyFile {
  std::string created;  // RFC 3339
  std::string username;
  std::string hostname;
  // RFC 3339; empty: never. Not restic's: it ignores the member, so an ended key ends for everybody by its removal.
  std::string expires;
  std::uint64_t scrypt_n = 0;
  std::uint32_t scrypt_r = 0, scrypt_p = 0;
  Bytes salt;    // 64 bytes
  Bytes sealed;  // JSON of the master key
};

std::string key_file_json(const KeyFile& file);
// Fault::corrupt when it is not a key file, or uses another derivation than scrypt.
Result<KeyFile> parse_key_file(std::string_view json);

// Seals `master_key` for `password`. log_n 0: cost calibrated to about half a second on this machine.
Result<KeyFile> make_key_file(const crypto::SealKey& master_key, const Secret& password, const std::string& user,
                              const std::string& host, int scrypt_log_n);
// Fault::auth when the password is another one's; corrupt when the content is not a master key.
Result<crypto::SealKey> open_key_file(const KeyFile& file, const Secret& password);

}  // namespace tranship::repo
