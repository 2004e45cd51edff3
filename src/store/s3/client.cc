#include "store/s3/client.h"

#include <fmt/format.h>

#include "crypto/digest.h"
#include "store/s3/error.h"

namespace tranship::store::s3 {
namespace {

net::HttpOptions http_options(const Location& location) {
  net::HttpOptions options;
  options.tls.ca_pem = location.ca_pem;
  options.tls.insecure = location.insecure;
  // One connection per request under way: a stream of large bodies shares nothing well.
  options.http2 = false;
  return options;
}

std::string default_endpoint(const std::string& region) {
  return fmt::format("https://s3.{}.amazonaws.com{}", region, region.starts_with("cn-") ? ".cn" : "");
}

}  // namespace

Client::Client(Location location, const S3Options& options)
    : location_(std::move(location)),
      now_(options.now),
      idle_timeout_(options.idle_timeout),
      http_(http_options(location_)) {
  std::string endpoint = location_.endpoint.empty() ? default_endpoint(location_.region) : location_.endpoint;
  while (endpoint.ends_with('/')) endpoint.pop_back();
  const std::size_t scheme_end = endpoint.find("://");
  std::string scheme = scheme_end == endpoint.npos ? "https://" : endpoint.substr(0, scheme_end + 3);
  std::string rest = scheme_end == endpoint.npos ? endpoint : endpoint.substr(scheme_end + 3);
  const std::size_t slash = rest.find('/');
  const std::string base_path = slash == rest.npos ? "" : rest.substr(slash);
  host_ = rest.substr(0, slash);
  const std::string default_port = scheme == "http://" ? ":80" : ":443";
  if (host_.ends_with(default_port)) host_.resize(host_.size() - default_port.size());
  path_ = base_path + "/";
  if (location_.path_style) {
    path_ += uri_encode(location_.bucket, false) + "/";
  } else {
    host_ = location_.bucket + "." + host_;
  }
  scheme_and_host_ = scheme + host_;
}

std::string Client::object_name(const Call& call) const {
  return fmt::format("s3://{}{}{}", location_.bucket, call.key.empty() ? "" : "/", call.key);
}

Result<net::HttpResponse> Client::send(const Context& context, const Call& call) {
  const Id digest = call.body_digest != nullptr ? *call.body_digest : crypto::sha256(call.body);
  if (!location_.renewal) return send_once(context, call, location_.credentials, digest);
  auto response = send_once(context, call, TRY(location_.renewal->get(context)), digest);
  if (response || response.error().code() != "store.credentials_expired") return response;
  location_.renewal->expire();
  return send_once(context, call, TRY(location_.renewal->get(context)), digest);
}

Result<net::HttpResponse> Client::send_once(const Context& context, const Call& call,
                                            const S3Credentials& credentials, const Id& digest) {
  const auto now = now_();
  SignInput input;
  input.method = call.method;
  input.path = path_ + uri_encode(call.key, true);
  input.query = call.query;
  input.payload_hash = digest.hex();
  input.headers = {{"host", host_}, {"x-amz-date", amz_time(now)}, {"x-amz-content-sha256", input.payload_hash}};
  if (!credentials.session_token.empty()) {
    input.headers.emplace_back("x-amz-security-token", std::string(credentials.session_token.reveal()));
  }
  input.headers.insert(input.headers.end(), call.headers.begin(), call.headers.end());

  net::HttpRequest request;
  request.method = call.method;
  request.url = scheme_and_host_ + input.path;
  if (!call.query.empty()) request.url += "?" + canonical_query(call.query);
  request.headers = input.headers;
  request.headers.emplace_back("Authorization", authorization(credentials, location_.region, "s3", now, input));
  request.body = call.body;
  request.sink = call.sink;
  request.on_headers = call.on_headers;
  request.idle_timeout = idle_timeout_;
  request.body_bytes_max = 32u << 20;
  const Asked asked{call.action, object_name(call)};
  auto response = TRY_IN(fmt::format("{} for {}", call.action, asked.object), http_.perform(context, request));
  if (response.status < 200 || response.status > 299) return fail(answer_error(location_, asked, response, now_()));
  return response;
}

}  // namespace tranship::store::s3
