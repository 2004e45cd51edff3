#include "store/s3/error.h"

#include <fmt/format.h>

#include <ctime>
#include <unordered_map>

#include "base/units.h"
#include "store/s3/xml.h"

namespace tranship::store::s3 {
namespace {

// What to do with an error code of S3 and of its look-alikes (MinIO's begin with XMinio).
struct Meaning {
  Fault fault;
  const char* name;  // Error::code()
  const char* fix;
};

constexpr const char* kFixKeys =
    "Check the access key and its secret (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, "
    "--credentials-file) and that they belong to this endpoint";
constexpr const char* kFixToken = "The temporary credentials are over: get new ones and run the same again";
constexpr const char* kFixFull =
    "Free space or raise the quota on the object store, then run the same again; what is "
    "stored already is kept";

const Meaning* meaning_of(const std::string& code) {
  static const std::unordered_map<std::string_view, Meaning> kMeanings{
      {"NoSuchKey", {Fault::not_found, "", ""}},
      {"NoSuchUpload", {Fault::retryable, "", ""}},
      {"NoSuchBucket",
       {Fault::invalid, "store.no_bucket", "Create the bucket, or check its name and the endpoint"}},
      {"InvalidBucketName", {Fault::invalid, "store.no_bucket", "Check the bucket's name"}},
      {"InvalidAccessKeyId", {Fault::auth, "store.credentials", kFixKeys}},
      {"SignatureDoesNotMatch", {Fault::auth, "store.credentials", kFixKeys}},
      {"InvalidToken", {Fault::auth, "store.credentials_expired", kFixToken}},
      {"InvalidTokenId", {Fault::auth, "store.credentials_expired", kFixToken}},
      {"ExpiredToken", {Fault::auth, "store.credentials_expired", kFixToken}},
      {"TokenRefreshRequired", {Fault::auth, "store.credentials_expired", kFixToken}},
      {"AccountProblem", {Fault::auth, "", "Ask the owner of the account at the cloud provider"}},
      {"SlowDown", {Fault::retryable, "", ""}},
      {"SlowDownRead", {Fault::retryable, "", ""}},
      {"SlowDownWrite", {Fault::retryable, "", ""}},
      {"Throttling", {Fault::retryable, "", ""}},
      {"RequestLimitExceeded", {Fault::retryable, "", ""}},
      {"RequestTimeout", {Fault::retryable, "", ""}},
      {"InternalError", {Fault::retryable, "", ""}},
      {"ServiceUnavailable", {Fault::retryable, "", ""}},
      {"OperationAborted", {Fault::retryable, "", ""}},
      {"ConditionalRequestConflict", {Fault::retryable, "", ""}},
      {"PreconditionFailed", {Fault::conflict, "store.exists", ""}},
      {"NotImplemented",
       {Fault::permanent, "store.not_implemented", "Use another object store, or a newer release of this one"}},
      {"IncompleteBody", {Fault::retryable, "", ""}},
      {"QuotaExceeded", {Fault::permanent, "store.full", kFixFull}},
      {"InsufficientCapacity", {Fault::permanent, "store.full", kFixFull}},
      {"XMinioStorageFull", {Fault::permanent, "store.full", kFixFull}},
      {"XMinioAdminBucketQuotaExceeded", {Fault::permanent, "store.full", kFixFull}},
      {"BadDigest", {Fault::corrupt, "", ""}},
      {"XAmzContentSHA256Mismatch", {Fault::corrupt, "", ""}},
      {"XAmzContentChecksumMismatch", {Fault::corrupt, "", ""}},
      {"InvalidRange", {Fault::corrupt, "", ""}},
      {"InvalidObjectState",
       {Fault::permanent, "store.archived",
        "The object is in an archive class: restore it to a readable class first"}},
  };
  const auto found = kMeanings.find(code);
  return found == kMeanings.end() ? nullptr : &found->second;
}

Error access_denied(const Asked& asked) {
  return Error(Fault::auth, "access to " + asked.object + " was denied")
      .with_code("store.forbidden")
      .with_fix(fmt::format(
          "The credentials are known but lack a right: allow {} on it (and s3:ListBucket on the bucket) "
          "in the bucket's or the user's policy",
          asked.action));
}

Error wrong_region(const Location& location, const Asked& asked, const std::string& region) {
  const std::string where = region.empty() ? "another region" : "region " + region;
  const std::string fix =
      region.empty() ? "Give the bucket's region with --region" : fmt::format("Give --region {}", region);
  return Error(Fault::invalid, fmt::format("{} lives in {}, not in {}", asked.object, where, location.region))
      .with_code("store.wrong_region")
      .with_fix(fix);
}

Error clock_skew(const Asked& asked, const net::HttpResponse& response, std::chrono::system_clock::time_point now) {
  std::string difference = "too much";
  std::tm parts{};
  if (::strptime(net::header(response.headers, "date").c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) != nullptr) {
    const auto theirs = std::chrono::system_clock::from_time_t(::timegm(&parts));
    difference = format_duration(
        std::chrono::duration_cast<std::chrono::milliseconds>(now > theirs ? now - theirs : theirs - now));
  }
  return Error(Fault::auth, fmt::format("this machine's clock and the one of the server of {} differ by {}",
                                        asked.object, difference))
      .with_code("store.clock")
      .with_fix("Set this machine's clock (NTP) and run the same again");
}

Error status_error(const Asked& asked, int status, const std::string& detail) {
  const std::string what = fmt::format("{} for {}: HTTP {}{}", asked.action, asked.object, status, detail);
  if (status == 404) return Error(Fault::not_found, asked.object + " does not exist");
  if (status == 401 || status == 403) return access_denied(asked);
  if (status == 412) return Error(Fault::conflict, asked.object + " exists already").with_code("store.exists");
  if (status == 416) return Error(Fault::corrupt, asked.object + " is shorter than the part asked for");
  if (status == 507) return Error(Fault::permanent, what).with_code("store.full").with_fix(kFixFull);
  if (status == 408 || status == 429 || status >= 500) return Error(Fault::retryable, what);
  if (status >= 400) return Error(Fault::permanent, what);
  return Error(Fault::permanent, what).with_fix("Is this the address of an S3 endpoint?");
}

std::string detail_of(const std::string& code, const std::string& message) {
  if (code.empty()) return {};
  return message.empty() ? ", " + code : fmt::format(", {} ({})", code, message.substr(0, 300));
}

}  // namespace

Error code_error(const Location& location, const Asked& asked, const std::string& code,
                 const std::string& message) {
  if (code == "AccessDenied" || code == "AllAccessDisabled") return access_denied(asked);
  const Meaning* meaning = meaning_of(code);
  if (meaning == nullptr) return status_error(asked, 400, detail_of(code, message));
  if (code == "NoSuchKey") return Error(Fault::not_found, asked.object + " does not exist");
  if (code == "NoSuchBucket") {
    return Error(Fault::invalid, fmt::format("bucket {} does not exist at {}", location.bucket,
                                             location.endpoint.empty() ? "AWS" : location.endpoint))
        .with_code(meaning->name)
        .with_fix(meaning->fix);
  }
  return Error(meaning->fault,
               fmt::format("{} for {} failed{}", asked.action, asked.object, detail_of(code, message)))
      .with_code(meaning->name)
      .with_fix(meaning->fix);
}

Error answer_error(const Location& location, const Asked& asked, const net::HttpResponse& response,
                   std::chrono::system_clock::time_point now) {
  const auto body = parse_error(response.body);
  const std::string header_region = net::header(response.headers, "x-amz-bucket-region");
  const std::string code = body ? body->code : std::string();
  const std::string region = body && !body->region.empty() ? body->region : header_region;
  const bool other_region = !region.empty() && region != location.region;
  const bool redirected = (response.status == 301 || response.status == 307) && (body || !region.empty());
  if (redirected || code == "AuthorizationHeaderMalformed" || code == "IllegalLocationConstraintException" ||
      (response.status == 400 && !body && other_region)) {
    return wrong_region(location, asked, other_region ? region : std::string());
  }
  if (code == "RequestTimeTooSkewed") return clock_skew(asked, response, now);
  if (body && (meaning_of(code) != nullptr || code == "AccessDenied" || code == "AllAccessDisabled")) {
    return code_error(location, asked, code, body->message);
  }
  return status_error(asked, response.status, body ? detail_of(code, body->message) : std::string());
}

}  // namespace tranship::store::s3
