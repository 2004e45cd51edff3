#include "migrate/token_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/units.h"
#include "crypto/random.h"
#include "repo/lock.h"

namespace tranship::migrate {
namespace {

constexpr std::string_view kUser = "tranship-token";
constexpr std::size_t kPasswordBytes = 32;
constexpr int kScryptLogN = 10;  // the password is random: guessing it costs enough without

std::string seconds_of(std::chrono::system_clock::time_point time) {
  return format_time(std::chrono::floor<std::chrono::seconds>(time));
}

Result<void> remove_ended(const Context& context, ApplicationRepository& repository,
                          const std::vector<TokenInfo>& tokens) {
  for (const TokenInfo& token : tokens) {
    if (token.expired) TRY(repository.repository->remove_key(context, token.key));
  }
  return {};
}

}  // namespace

Result<ApplicationRepository> open_with_token(const Context& context, const store::Location& location,
                                              const TransferToken& token) {
  auto opened = open_repository_in(context, location, token.folder, token.password);
  if (opened || opened.error().code() != "repository.password") return opened;
  return fail(
      Error(Fault::auth, fmt::format("the transfer token of {} does not open its repository", token.application))
          .with_code("token.revoked")
          .with_fix("It was revoked where it was made, or the location is another one: have a new token made"));
}

Result<TransferToken> create_token(const Context& context, ApplicationRepository& repository,
                                   const store::Location& location, const TokenRequest& request) {
  const auto lock = TRY(repo::RepositoryLock::acquire(context, *repository.repository));
  const Context guarded = lock->guard(context);
  const auto tokens = TRY(list_tokens(guarded, repository));
  TRY(remove_ended(guarded, repository, tokens));
  if (static_cast<std::size_t>(std::ranges::count(tokens, false, &TokenInfo::expired)) >= kTokensMax) {
    return fail(Error(Fault::conflict,
                      fmt::format("{} has {} transfer tokens, and can have no more", request.application, kTokensMax))
                    .with_code("token.too-many")
                    .with_fix("Use one token for several targets, or revoke those that nobody needs: "
                              "tranship token list, tranship token revoke"));
  }
  const auto now = std::chrono::system_clock::now();
  TransferToken token;
  token.application = request.application;
  token.cluster = request.cluster;
  token.created = seconds_of(now);
  if (request.lifetime) token.expires = seconds_of(now + *request.lifetime);
  token.folder = repository.folder;
  token.location = location;
  if (!request.with_credentials) token.location.credentials = {};
  const bool needs_ca = !location.endpoint.starts_with("http://");
  if (!needs_ca || location.ca_pem.size() > kTokenCaBytesMax) token.location.ca_pem.clear();
  Bytes random(kPasswordBytes);
  crypto::random_bytes(random);
  token.password = Secret(to_base64(random));
  const Id key = TRY(repository.repository->add_key(
      guarded, token.password,
      {.user = std::string(kUser), .host = request.note, .expires = token.expires, .scrypt_log_n = kScryptLogN}));
  token.key = key.hex();
  TRY(lock->release(context));
  return token;
}

Result<std::vector<TokenInfo>> list_tokens(const Context& context, ApplicationRepository& repository) {
  std::vector<TokenInfo> tokens;
  const auto now = std::chrono::system_clock::now();
  for (const auto& key : TRY(repository.repository->list_keys(context))) {
    if (key.user != kUser) continue;
    const auto end = key.expires.empty() ? Result<std::chrono::system_clock::time_point>(now) : parse_time(key.expires);
    const bool expired = !key.expires.empty() && end && *end <= now;
    tokens.push_back({key.id, key.host, key.created, key.expires, expired});
  }
  return tokens;
}

Result<Id> find_token(const Context& context, ApplicationRepository& repository, std::string_view name) {
  const auto tokens = TRY(list_tokens(context, repository));
  std::vector<Id> found;
  std::string there;
  for (const TokenInfo& token : tokens) {
    there += (there.empty() ? "" : ", ") + token.key.brief();
    if (!name.empty() && token.key.hex().starts_with(name)) found.push_back(token.key);
  }
  if (found.size() != 1) {
    const std::string_view what = found.empty() ? "there is no transfer token" : "several transfer tokens begin with";
    return fail(Error(found.empty() ? Fault::not_found : Fault::invalid, fmt::format("{} '{}'", what, name))
                    .with_code("token.id")
                    .with_fix(there.empty() ? "There are none" : "There are: " + there));
  }
  return found[0];
}

Result<Id> revoke_token(const Context& context, ApplicationRepository& repository, std::string_view name) {
  const Id key = TRY(find_token(context, repository, name));
  TRY(repository.repository->remove_key(context, key));
  return key;
}

}  // namespace tranship::migrate
