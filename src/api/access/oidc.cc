#include "api/access/oidc.h"

#include <fmt/format.h>

#include "api/access/cookies.h"
#include "base/bytes.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "net/http.h"
#include "net/url.h"

namespace tranship::api {
namespace {

constexpr const char* kSecret = "tranship-oidc";
constexpr std::string_view kCookie = "tranship_login";
constexpr std::chrono::seconds kLookAgain{15};
constexpr std::chrono::minutes kLoginTime{10};
constexpr std::chrono::seconds kProviderTimeout{15};
constexpr std::size_t kAnswerBytesMax = 1u << 20;

std::string base64url(ByteView bytes) {
  std::string text = to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::string random_text() {
  Bytes random(32);
  crypto::random_bytes(random);
  return base64url(random);
}

std::string value_of(const Json& secret, const char* key) {
  const auto bytes = from_base64(json_string(secret, {"data", key}));
  std::string text = bytes ? std::string(as_text(*bytes)) : std::string();
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// Where the provider sends the browser back to: the address that the browser sees.
std::string callback_of(const net::ServerRequest& request) {
  const bool secure = net::header(request.headers, "x-forwarded-proto") == "https";
  return fmt::format("{}://{}/api/v1/session/oidc/callback", secure ? "https" : "http",
                     net::header(request.headers, "host"));
}

std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Error provider_error(std::string what) {
  return Error(Fault::auth, std::move(what))
      .with_code("oidc.provider")
      .with_fix(fmt::format("Check issuer and clientID in the Secret {}", kSecret));
}

Result<Json> ask(const Context& context, const OidcProvider& provider, net::HttpRequest request) {
  net::HttpOptions options;
  options.tls.ca_pem = provider.ca_pem;
  request.body_bytes_max = kAnswerBytesMax;
  net::HttpClient client(options);
  const auto answer = client.perform(context.with_timeout(kProviderTimeout), request);
  if (!answer) return fail(provider_error("the login provider cannot be reached: " + answer.error().what()));
  auto value = parse_json(answer->body);
  if (!value || !value->is_object()) return fail(provider_error("the login provider's answer cannot be read"));
  if (answer->status == 200) return value;
  return fail(provider_error(
      fmt::format("the login provider says {}: {}", answer->status, json_string(*value, {"error"}, "no reason"))));
}

// The claims, unchecked: the API server checks the signature before they count for anything.
std::string nonce_of(std::string_view token) {
  const auto first = token.find('.'), second = token.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return {};
  std::string middle(token.substr(first + 1, second - first - 1));
  for (char& c : middle) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (middle.size() % 4 != 0) middle += '=';
  const auto bytes = from_base64(middle);
  if (!bytes) return {};
  const auto claims = parse_json(as_text(*bytes));
  return claims ? json_string(*claims, {"nonce"}) : std::string();
}

Error bad_state() {
  return Error(Fault::auth, "this login did not begin here, or too long ago")
      .with_code("oidc.state")
      .with_fix("Log in again");
}

}  // namespace

std::optional<OidcProvider> OidcLogin::provider(const Context& context) {
  std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (known_ && now - looked_ < kLookAgain) return provider_;
  const auto secret = client_->get(context, kube::types::secret(), system_namespace_, kSecret);
  known_ = true;
  looked_ = now;
  provider_.reset();
  if (!secret) return provider_;
  OidcProvider found{value_of(*secret, "issuer"),   value_of(*secret, "clientID"),
                     value_of(*secret, "scopes"),   value_of(*secret, "name"),
                     value_of(*secret, "caBundle"), Secret(value_of(*secret, "clientSecret"))};
  if (found.issuer.empty() || found.client_id.empty()) return provider_;
  while (found.issuer.ends_with('/')) found.issuer.pop_back();
  if (found.scopes.empty()) found.scopes = "openid email profile groups";
  if (found.name.empty()) found.name = "OIDC";
  provider_ = std::move(found);
  return provider_;
}

Result<Json> OidcLogin::discover(const Context& context, const OidcProvider& provider) {
  auto document = TRY(ask(context, provider, {.url = provider.issuer + "/.well-known/openid-configuration"}));
  for (const char* field : {"authorization_endpoint", "token_endpoint"}) {
    if (json_string(document, {field}).empty())
      return fail(provider_error(fmt::format("the login provider names no {}", field)));
  }
  return document;
}

Result<net::ServerResponse> OidcLogin::begin(const Context& context, const net::ServerRequest& request) {
  const auto found = provider(context);
  if (!found) {
    return fail(Error(Fault::not_found, "no login provider is set up")
                    .with_code("oidc.none")
                    .with_fix(fmt::format("Create the Secret {} with issuer and clientID", kSecret)));
  }
  const auto document = TRY(discover(context, *found));
  const std::string state = random_text(), verifier = random_text(), nonce = random_text();
  const Json remembered{{"state", state},
                        {"verifier", verifier},
                        {"nonce", nonce},
                        {"callback", callback_of(request)},
                        {"until", now_seconds() + std::chrono::seconds(kLoginTime).count()}};
  const std::string challenge = base64url(crypto::sha256(as_bytes(verifier)).bytes);
  std::string address = json_string(document, {"authorization_endpoint"});
  address += address.find('?') == std::string::npos ? '?' : '&';
  const std::pair<const char*, std::string> parameters[] = {{"response_type", "code"},
                                                            {"client_id", found->client_id},
                                                            {"redirect_uri", callback_of(request)},
                                                            {"scope", found->scopes},
                                                            {"state", state},
                                                            {"nonce", nonce},
                                                            {"code_challenge", challenge},
                                                            {"code_challenge_method", "S256"}};
  for (const auto& [name, value] : parameters) {
    if (!address.ends_with('?') && !address.ends_with('&')) address += '&';
    address += std::string(name) + "=" + net::percent_encode(value);
  }
  net::ServerResponse response{.status = 303, .headers = {{"Location", address}}};
  const Bytes sealed = crypto::Sealer(seal_).seal(as_bytes(to_text(remembered)));
  // Lax: the provider's redirect back comes from another site.
  response.headers.push_back(
      set_cookie(std::string(kCookie), to_base64(sealed), {.strict = false, .secure = is_secure(request)}));
  return response;
}

Result<Secret> OidcLogin::finish(const Context& context, const net::ServerRequest& request) {
  const auto given = [&](const char* name) {
    const auto value = request.query.find(name);
    return value == request.query.end() ? std::string() : value->second;
  };
  const auto sealed = from_base64(find_cookie(request, std::string(kCookie)));
  if (!sealed) return fail(bad_state());
  const auto opened = crypto::Sealer(seal_).open(*sealed);
  if (!opened) return fail(bad_state());
  const auto remembered = TRY(parse_json(as_text(*opened)));
  const bool same = json_string(remembered, {"state"}) == given("state");
  if (!same || json_integer(remembered, {"until"}) < now_seconds()) return fail(bad_state());
  if (const std::string error = given("error"); !error.empty() || given("code").empty()) {
    return fail(Error(Fault::auth, fmt::format("the login provider refused: {}", error.empty() ? "no code" : error))
                    .with_code("oidc.refused")
                    .with_fix("Log in again, or ask whoever runs the provider"));
  }
  const auto found = provider(context);
  if (!found) return fail(bad_state());
  const auto document = TRY(discover(context, *found));
  std::string form =
      fmt::format("grant_type=authorization_code&code={}&redirect_uri={}&client_id={}&code_verifier={}",
                  net::percent_encode(given("code")), net::percent_encode(json_string(remembered, {"callback"})),
                  net::percent_encode(found->client_id), json_string(remembered, {"verifier"}));
  if (!found->client_secret.empty()) form += "&client_secret=" + net::percent_encode(found->client_secret.reveal());
  const auto answer =
      TRY(ask(context, *found,
              {.method = "POST",
               .url = json_string(document, {"token_endpoint"}),
               .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
               .body = as_bytes(form)}));
  Secret token(json_string(answer, {"id_token"}));
  if (token.empty()) return fail(provider_error("the login provider gave no ID token"));
  const std::string nonce = nonce_of(token.reveal());
  if (!nonce.empty() && nonce != json_string(remembered, {"nonce"})) return fail(bad_state());
  return token;
}

}  // namespace tranship::api
