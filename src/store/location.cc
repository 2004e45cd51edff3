#include "store/location.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/file.h"
#include "store/key.h"
#include "store/nfs/address.h"
#include "store/s3/credentials.h"

namespace tranship::store {
namespace {

constexpr const char* kFixAddress =
    "Give dir:/path, nfs://server/path, s3://bucket/prefix, or s3:https://endpoint/bucket/prefix";
constexpr std::size_t kCaBytesMax = 4u << 20;

bool is_bucket_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 255) return false;
  for (const char c : name) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                         c == '.' || c == '_';
    if (!allowed) return false;
  }
  return name.front() != '.' && name.back() != '.';
}

// These take requests that name the bucket in the host only.
bool wants_virtual_host(std::string_view endpoint) {
  for (const std::string_view domain : {"amazonaws.com", "amazonaws.com.cn", "aliyuncs.com", "myqcloud.com"}) {
    const std::size_t at = endpoint.find(domain);
    if (at == endpoint.npos) continue;
    const std::string_view rest = endpoint.substr(at + domain.size());
    if (rest.empty() || rest[0] == '/' || rest[0] == ':') return true;
  }
  return false;
}

std::string_view trim_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

std::string first_of(std::initializer_list<std::string> values) {
  for (const std::string& value : values) {
    if (!value.empty()) return value;
  }
  return {};
}

Result<Location> parse_directory(std::string_view path) {
  if (path.empty()) return fail(Error(Fault::invalid, "the location names no folder").with_fix(kFixAddress));
  std::error_code error;
  const auto absolute = std::filesystem::absolute(std::filesystem::path(path), error);
  if (error) return fail(Fault::invalid, fmt::format("folder {}: {}", path, error.message()));
  Location location;
  location.kind = Location::Kind::directory;
  location.path = absolute.lexically_normal().string();
  while (location.path.size() > 1 && location.path.ends_with('/')) location.path.pop_back();
  return location;
}

// "bucket/prefix" into the location.
Result<void> parse_bucket(std::string_view text, Location& location) {
  const std::size_t slash = text.find('/');
  location.bucket = std::string(text.substr(0, slash));
  if (!is_bucket_name(location.bucket)) {
    return fail(
        Error(Fault::invalid, fmt::format("'{}' is no bucket name", location.bucket)).with_fix(kFixAddress));
  }
  location.prefix = slash == text.npos ? "" : std::string(trim_slashes(text.substr(slash)));
  if (!location.prefix.empty()) TRY_IN("prefix of the location", check_key(location.prefix));
  return {};
}

Result<void> parse_endpoint(Location& location, const LocationOptions& options) {
  const std::string& endpoint = location.endpoint;
  if (!endpoint.empty()) {
    const std::string_view host = endpoint.starts_with("https://")  ? std::string_view(endpoint).substr(8)
                                  : endpoint.starts_with("http://") ? std::string_view(endpoint).substr(7)
                                                                    : std::string_view();
    if (host.empty() || host[0] == '/' || host.find_first_of("@?# ") != host.npos) {
      return fail(Error(Fault::invalid, "the S3 endpoint is not a URL with a host and nothing secret in it")
                      .with_fix("Give it as https://host or http://host:port"));
    }
  }
  if (options.path_style.empty()) {
    const bool virtual_host = endpoint.empty() || wants_virtual_host(endpoint);
    // A dot in the bucket's name does not fit the wildcard of the server's certificate.
    location.path_style = !virtual_host || location.bucket.find('.') != std::string::npos;
  } else if (options.path_style == "true" || options.path_style == "false") {
    location.path_style = options.path_style == "true";
  } else {
    return fail(Fault::invalid, fmt::format("path style is 'true' or 'false', not '{}'", options.path_style));
  }
  return {};
}

Result<Location> parse_s3(const Context& context, std::string_view rest, std::string endpoint,
                          const LocationOptions& options) {
  const s3::Environment environment = s3::process_environment();
  Location location;
  location.kind = Location::Kind::s3;
  location.endpoint = first_of(
      {std::move(endpoint), options.endpoint, environment("AWS_ENDPOINT_URL_S3"), environment("AWS_ENDPOINT_URL")});
  location.region =
      first_of({options.region, environment("AWS_REGION"), environment("AWS_DEFAULT_REGION"), "us-east-1"});
  location.insecure = options.insecure;
  TRY(parse_bucket(rest, location));
  TRY(parse_endpoint(location, options));
  const std::string ca_file = first_of({options.ca_file, environment("AWS_CA_BUNDLE")});
  location.ca_pem = options.ca_pem;
  if (location.ca_pem.empty() && !ca_file.empty()) {
    location.ca_pem = TRY_IN("CA file of the location", read_file(ca_file, kCaBytesMax));
  }
  if (options.credentials) {
    location.credentials = *options.credentials;
    return location;
  }
  s3::ChainOptions chain{options.credentials_file, location.region, environment};
  auto fetched = TRY_IN("credentials for " + location.address(), s3::fetch_credentials(context, chain));
  location.credentials = fetched.credentials;
  if (fetched.expires) location.renewal = s3::renewing_credentials(std::move(chain), std::move(fetched));
  return location;
}

}  // namespace

std::string Location::address() const {
  if (kind == Kind::directory) return "dir:" + path;
  if (kind == Kind::nfs) return nfs::address_of(*this);
  return prefix.empty() ? "s3://" + bucket : fmt::format("s3://{}/{}", bucket, prefix);
}

Location Location::under(std::string_view folder) const {
  Location result = *this;
  const std::string_view name = trim_slashes(folder);
  if (name.empty()) return result;
  std::string& base = kind == Kind::directory ? result.path : result.prefix;
  if (!base.empty() && !base.ends_with('/')) base += '/';
  base += name;
  return result;
}

Result<Location> parse_location(const Context& context, std::string_view address, const LocationOptions& options) {
  if (address.starts_with("dir:")) return parse_directory(address.substr(4));
  if (address.starts_with('/')) return parse_directory(address);
  if (address.starts_with("nfs://")) return nfs::parse_address(address);
  if (address.starts_with("s3://")) return parse_s3(context, address.substr(5), "", options);
  if (address.starts_with("s3:http://") || address.starts_with("s3:https://")) {
    const std::string_view url = address.substr(3);
    const std::size_t host_end = url.find('/', url.find("://") + 3);
    if (host_end == url.npos) {
      return fail(
          Error(Fault::invalid, fmt::format("location '{}' names no bucket", address)).with_fix(kFixAddress));
    }
    return parse_s3(context, url.substr(host_end + 1), std::string(url.substr(0, host_end)), options);
  }
  return fail(Error(Fault::invalid, fmt::format("'{}' is not a location", address)).with_fix(kFixAddress));
}

}  // namespace tranship::store
