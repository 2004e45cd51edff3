#pragma once
// The keys behind transfer tokens: each token has a key of its own in the application's repository, which says until
// when, and is revoked by removing that key.

#include <vector>

#include "migrate/location_catalog.h"
#include "migrate/token.h"

namespace tranship::migrate {

// restic tries twenty keys of a repository; some are left for people.
inline constexpr std::size_t kTokensMax = 15;

struct TokenRequest {
  std::string application;
  std::string cluster;  // where the application comes from, for people
  std::string note;     // whom it is for
  std::optional<std::chrono::seconds> lifetime;
  bool with_credentials = false;
};

// Makes the key, under the repository's shared lock. `location`: the whole location, not the repository's folder.
// Fault::conflict, code "token.too-many", at kTokensMax (ended ones are removed first).
Result<TransferToken> create_token(const Context& context, ApplicationRepository& repository,
                                   const store::Location& location, const TokenRequest& request);

// What a token opens, in the location as this side reaches it. Fault::auth, code "token.revoked", when its key is not
// in the repository (any more); otherwise as open_repository_in().
Result<ApplicationRepository> open_with_token(const Context& context, const store::Location& location,
                                              const TransferToken& token);

struct TokenInfo {
  Id key;
  std::string note, created, expires;
  bool expired = false;
};

// Oldest first.
Result<std::vector<TokenInfo>> list_tokens(const Context& context, ApplicationRepository& repository);
// By the beginning of its key's id. Fault::not_found lists the tokens there are.
Result<Id> find_token(const Context& context, ApplicationRepository& repository, std::string_view name);
// Removes its key. What was copied with the token before stays copied; the passphrase and other tokens are not touched.
Result<Id> revoke_token(const Context& context, ApplicationRepository& repository, std::string_view name);

}  // namespace tranship::migrate
