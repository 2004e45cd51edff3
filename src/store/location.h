#pragma once
// A location: where restore points are kept, as users write it and as a mover's task carries it.
//   dir:/path        s3://bucket/prefix (with endpoint, region, path_style, credentials, CA)

#include <memory>
#include <string>

#include "base/json.h"
#include "base/secret.h"
#include "store/store.h"

namespace tranship::store {

struct S3Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;
};

struct Location {
  enum class Kind { directory, s3 };
  Kind kind = Kind::directory;
  std::string path;      // directory: absolute path
  std::string bucket;    // s3
  std::string prefix;    // s3: no leading or trailing '/'
  std::string endpoint;  // s3: URL; empty: AWS of the region
  std::string region = "us-east-1";
  bool path_style = true;
  std::string ca_pem;
  bool insecure = false;
  S3Credentials credentials;

  // The address as given, without credentials: "s3://bucket/prefix".
  std::string address() const;
  // The same location one folder down (a repository inside it).
  Location under(std::string_view folder) const;
};

struct LocationOptions {
  std::string endpoint;
  std::string region;
  std::string path_style;        // "", "true", "false"
  std::string credentials_file;  // AWS shared-credentials file; profile from AWS_PROFILE
  std::string ca_file;
  bool insecure = false;
};

// Parses an address; credentials from the options' file, the environment (AWS_ACCESS_KEY_ID ...), the shared
// credentials file, then container and instance metadata (AWS chain). Fault::invalid with what is accepted.
Result<Location> parse_location(const Context& context, std::string_view address, const LocationOptions& options);

// For a mover's task Secret: holds the credentials, so it goes nowhere else.
Json to_json(const Location& location);
Result<Location> location_from_json(const Json& value);

// The store of a location, with retries around it. A directory is made when it is not there and `create` is set.
Result<std::unique_ptr<Store>> open_store(const Context& context, const Location& location, bool create = false);

}  // namespace tranship::store
