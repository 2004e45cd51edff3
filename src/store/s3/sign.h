#pragma once
// AWS Signature Version 4 as S3 uses it: the path is encoded once and not normalised, the payload's hash is always
// signed. Reference: "Signature Calculations for the Authorization Header" in the Amazon S3 API reference. Pure
// functions.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/location.h"

namespace tranship::store::s3 {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct SignInput {
  std::string method;
  std::string path;          // as sent: already encoded, begins with '/'
  Pairs query;               // not encoded
  Pairs headers;             // every one is signed; must hold "host"
  std::string payload_hash;  // hexadecimal SHA-256 of the body
};

// RFC 3986: every byte that is not unreserved becomes %XX; '/' stays when `keep_slash`.
std::string uri_encode(std::string_view text, bool keep_slash);
// "a=1&b=%20", sorted as the canonical request wants it; the same text goes into the URL.
std::string canonical_query(const Pairs& query);

// "20130524T000000Z"
std::string amz_time(std::chrono::system_clock::time_point time);

// The value of the Authorization header. `input.headers` must hold x-amz-date with amz_time(time).
std::string authorization(const S3Credentials& credentials, std::string_view region, std::string_view service,
                          std::chrono::system_clock::time_point time, const SignInput& input);

}  // namespace tranship::store::s3
