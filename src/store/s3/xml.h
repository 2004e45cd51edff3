#pragma once
// The XML that S3 answers with, read with limits and without trust: anything unexpected is Fault::corrupt, never a
// crash.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace tranship::store::s3 {

struct ErrorBody {
  std::string code;  // "NoSuchBucket"
  std::string message;
  std::string region;  // named by AuthorizationHeaderMalformed and PermanentRedirect
  std::string endpoint;
};

struct ListPage {
  std::vector<ObjectInfo> objects;  // whole keys, decoded
  std::string next_token;           // empty: the last page
};

// Nothing when `xml` is not an S3 (or STS) error.
std::optional<ErrorBody> parse_error(std::string_view xml);
// ListObjectsV2 with encoding-type=url (or without).
Result<ListPage> parse_list(std::string_view xml);
Result<std::string> parse_upload_id(std::string_view xml);

struct RoleCredentials {
  std::string access_key_id, secret_access_key, session_token, expiration;
};
// STS AssumeRoleWithWebIdentity.
Result<RoleCredentials> parse_role_credentials(std::string_view xml);

struct Part {
  int number = 0;
  std::string etag;
  std::string checksum;  // base64 SHA-256
};
std::string complete_upload_xml(const std::vector<Part>& parts);

}  // namespace tranship::store::s3
