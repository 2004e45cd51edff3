#pragma once
// A transfer token (docs/format/token.md): one pasteable string with which another cluster finds and opens an exported
// application. Text: "tranship1_" and base64url of length || content || checksum, so that a paste that was cut or
// changed is told from one that is whole; the content is JSON, or sealed for one target.

#include <chrono>
#include <optional>
#include <string>

#include "base/secret.h"
#include "crypto/box.h"
#include "store/location.h"

namespace tranship::migrate {

struct TransferToken {
  std::string application;
  std::string cluster;           // the source's name, for people
  std::string created, expires;  // RFC 3339; no end when empty
  std::string key;               // id of the repository's key that belongs to it
  Secret password;               // opens that key
  std::string folder;            // of the repository, inside the location
  // Where the source found it; its credentials only when they were asked for.
  store::Location location;
  bool has_credentials() const { return !location.credentials.access_key_id.empty(); }
};

// What a target gives the source, so that its tokens are for it alone: "transhiptarget1_" and its public key.
std::string target_text(const crypto::BoxPublicKey& key);
// Fault::invalid when it is cut, changed, or something else.
Result<crypto::BoxPublicKey> parse_target(std::string_view text);
// The beginning of a target's public key, as tokens and people name it: 12 hexadecimal digits.
std::string target_name(const crypto::BoxPublicKey& key);

// `target`: sealed for it. Fault::invalid when the content is larger than kTokenBytesMax.
inline constexpr std::size_t kTokenBytesMax = 64u << 10;
// A larger bundle of CAs is this machine's own trust, not the store's certificate: it does not travel.
inline constexpr std::size_t kTokenCaBytesMax = 8u << 10;
Result<Secret> token_text(const TransferToken& token, const std::optional<crypto::BoxPublicKey>& target = std::nullopt);

// White space in the text does not count: terminals and mail wrap long lines. Errors never quote the text. All are
// Fault::invalid, with codes "token.none" (something else was pasted), "token.cut", "token.changed", "token.version"
// (of a newer Tranship), but for "token.sealed": Fault::auth, it is for another target.
Result<TransferToken> parse_token(const Secret& text, const crypto::BoxKeyPair* own = nullptr);

// Fault::auth, code "token.expired", once the token's time is over.
Result<void> check_not_expired(const TransferToken& token, std::chrono::system_clock::time_point now);

}  // namespace tranship::migrate
