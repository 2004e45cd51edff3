#include "store/s3/metadata.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/json.h"
#include "base/units.h"
#include "net/http.h"
#include "store/retry.h"
#include "store/s3/sign.h"
#include "store/s3/xml.h"

namespace tranship::store::s3 {
namespace {

// Metadata services are one hop away: what does not answer at once is not there.
constexpr std::chrono::milliseconds kConnectTimeout{1'000};
constexpr std::chrono::milliseconds kAnswerTimeout{5'000};
constexpr std::size_t kAnswerBytesMax = 1u << 20;

net::HttpOptions service_options(std::chrono::milliseconds connect_timeout) {
  net::HttpOptions options;
  options.http2 = false;
  options.connect_timeout = connect_timeout;
  return options;
}

Result<net::HttpResponse> ask(const Context& context, net::HttpClient& client, std::string method, std::string url,
                              net::Headers headers = {}, std::string_view body = {}) {
  net::HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.headers = std::move(headers);
  request.body = as_bytes(body);
  request.idle_timeout = kAnswerTimeout;
  request.body_bytes_max = kAnswerBytesMax;
  auto response = TRY(client.perform(context, request));
  if (response.status == 429 || response.status >= 500) {
    return fail(Fault::retryable, fmt::format("the credential service answered HTTP {}", response.status));
  }
  return response;
}

constexpr RetryPolicy kServiceRetry{std::chrono::milliseconds(200), std::chrono::milliseconds(2'000),
                                    std::chrono::milliseconds(20'000)};

// AWS lets full URIs go to https, loopback and the two link-local addresses of ECS and EKS only.
bool is_container_uri_allowed(std::string_view uri) {
  if (uri.starts_with("https://")) return true;
  for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]",
                                      "http://169.254.170.2", "http://169.254.170.23", "http://[fd00:ec2::23]"}) {
    if (!uri.starts_with(host)) continue;
    const std::string_view rest = uri.substr(host.size());
    if (rest.empty() || rest[0] == '/' || rest[0] == ':') return true;
  }
  return false;
}

}  // namespace

Result<FetchedCredentials> parse_service_credentials(std::string_view service, std::string_view body) {
  const auto parsed = parse_json(body);
  if (!parsed) return fail(Fault::auth, fmt::format("the {} did not answer with JSON", service));
  const Json& value = *parsed;
  FetchedCredentials result;
  result.credentials.access_key_id = json_string(value, {"AccessKeyId"});
  result.credentials.secret_access_key = Secret(json_string(value, {"SecretAccessKey"}));
  result.credentials.session_token = Secret(json_string(value, {"Token"}));
  if (result.credentials.access_key_id.empty() || result.credentials.secret_access_key.empty()) {
    return fail(Fault::auth, fmt::format("the {} gave no credentials", service));
  }
  const std::string expiration = json_string(value, {"Expiration"});
  if (!expiration.empty()) result.expires = TRY_IN(service, parse_time(expiration));
  return result;
}

MaybeCredentials web_identity_credentials(const Context& context, const ChainOptions& options) {
  const std::string role = options.environment("AWS_ROLE_ARN");
  const std::string token_file = options.environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (role.empty() || token_file.empty()) return std::nullopt;
  const Secret token(TRY_IN("web identity token", read_file(token_file, 1u << 20)));
  std::string session = options.environment("AWS_ROLE_SESSION_NAME");
  if (session.empty()) session = "tranship";
  std::string endpoint = options.environment("AWS_ENDPOINT_URL_STS");
  const std::string region = options.region.empty() ? "us-east-1" : options.region;
  if (endpoint.empty()) {
    endpoint = fmt::format("https://sts.{}.amazonaws.com{}", region, region.starts_with("cn-") ? ".cn" : "");
  }
  const Secret body(canonical_query({{"Action", "AssumeRoleWithWebIdentity"},
                                     {"Version", "2011-06-15"},
                                     {"RoleArn", role},
                                     {"RoleSessionName", session},
                                     {"WebIdentityToken", std::string(token.reveal())}}));
  net::HttpClient client(service_options(std::chrono::seconds(10)));
  const auto response = TRY_IN("asking STS for role " + role, retry(context, kServiceRetry, [&] {
                                 return ask(context, client, "POST", endpoint + "/",
                                            {{"Content-Type", "application/x-www-form-urlencoded"}}, body.reveal());
                               }));
  if (response.status != 200) {
    const auto error = parse_error(response.body);
    return fail(
        Error(Fault::auth,
              fmt::format("STS refused role {}: {}", role,
                          error ? error->code + ", " + error->message : fmt::format("HTTP {}", response.status)))
            .with_code("store.no_credentials")
            .with_fix("Check the role's trust policy for this service account and that the token file is fresh"));
  }
  const RoleCredentials role_credentials = TRY(parse_role_credentials(response.body));
  const auto expires = TRY(parse_time(role_credentials.expiration));
  return FetchedCredentials{{role_credentials.access_key_id, Secret(role_credentials.secret_access_key),
                             Secret(role_credentials.session_token)},
                            expires};
}

MaybeCredentials container_credentials(const Context& context, const ChainOptions& options) {
  const std::string relative = options.environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  std::string uri = options.environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative.empty()) uri = "http://169.254.170.2" + relative;
  if (uri.empty()) return std::nullopt;
  if (!is_container_uri_allowed(uri)) {
    return fail(Fault::invalid,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of this machine");
  }
  Secret token(options.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
  const std::string token_file = options.environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!token_file.empty()) token = Secret(TRY_IN("container token", read_file(token_file, 1u << 20)));
  net::Headers headers;
  if (!token.empty()) headers.emplace_back("Authorization", std::string(token.reveal()));
  net::HttpClient client(service_options(kConnectTimeout));
  const auto response =
      TRY_IN("asking for container credentials",
             retry(context, kServiceRetry, [&] { return ask(context, client, "GET", uri, headers); }));
  if (response.status != 200) {
    return fail(Fault::auth, fmt::format("the container credential service answered HTTP {}", response.status));
  }
  return TRY(parse_service_credentials("container credential service", response.body));
}

MaybeCredentials instance_credentials(const Context& context, const ChainOptions& options) {
  if (options.environment("AWS_EC2_METADATA_DISABLED") == "true") return std::nullopt;
  std::string base = options.environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (base.empty()) base = "http://169.254.169.254";
  while (base.ends_with('/')) base.pop_back();
  net::HttpClient client(service_options(kConnectTimeout));
  const auto token =
      ask(context, client, "PUT", base + "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}});
  // Anywhere but on an EC2 instance nobody answers, or somebody who is not it.
  if (!token && token.error().fault() == Fault::cancelled && context.stopped()) return fail(token.error());
  if (!token || token->status != 200) return std::nullopt;
  const net::Headers headers{{"X-aws-ec2-metadata-token", token->body}};
  const std::string roles_url = base + "/latest/meta-data/iam/security-credentials/";
  const auto roles = TRY(ask(context, client, "GET", roles_url, headers));
  const std::string role = roles.body.substr(0, roles.body.find('\n'));
  if (roles.status != 200 || role.empty()) return std::nullopt;
  const auto answer = TRY(ask(context, client, "GET", roles_url + uri_encode(role, false), headers));
  if (answer.status != 200) {
    return fail(Fault::auth, fmt::format("instance metadata for role {}: HTTP {}", role, answer.status));
  }
  return TRY(parse_service_credentials("instance metadata service", answer.body));
}

}  // namespace tranship::store::s3
