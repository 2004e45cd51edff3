#pragma once
// Where S3 credentials come from: the AWS chain. The first source that is configured decides:
//   1. a credentials file given by the caller (profile AWS_PROFILE, else "default")
//   2. AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
//   3. AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE (STS AssumeRoleWithWebIdentity)
//   4. the shared credentials file (AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/credentials)
//   5. AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI
//   6. EC2 instance metadata, version 2 (not with AWS_EC2_METADATA_DISABLED=true)

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "store/location.h"

namespace tranship::store::s3 {

// Reads one environment variable; empty when it is not set.
using Environment = std::function<std::string(const char* name)>;
Environment process_environment();

struct ChainOptions {
  std::string credentials_file;
  std::string region;
  Environment environment = process_environment();
};

struct FetchedCredentials {
  S3Credentials credentials;
  std::optional<std::chrono::system_clock::time_point> expires;
};

// Goes through the chain once. Fault::auth (code "store.no_credentials") when no source is configured; an error of
// a source that is configured is not passed over.
Result<FetchedCredentials> fetch_credentials(const Context& context, const ChainOptions& options);

// Keeps what was fetched and fetches again five minutes before it ends.
std::shared_ptr<CredentialSource> renewing_credentials(ChainOptions options, FetchedCredentials first);

// One profile of a shared credentials file's text. Fault::auth when it is not there or has no keys.
Result<S3Credentials> parse_credentials_file(std::string_view text, const std::string& profile,
                                             const std::string& path);

}  // namespace tranship::store::s3
