#pragma once
// A location: where restore points are kept, as users write it and as a mover's task carries it.
//   dir:/path        s3://bucket/prefix (with endpoint, region, path_style, credentials, CA)
//   nfs://server[:port]/path[?version=3|4&mountport=N&uid=N&gid=N]

#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/secret.h"
#include "store/retry.h"
#include "store/store.h"

namespace tranship::store {

struct S3Credentials {
  std::string access_key_id;
  Secret secret_access_key;
  Secret session_token;
};

// Credentials that end are fetched again before they do. Thread-safe.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // Valid for some minutes at least.
  virtual Result<S3Credentials> get(const Context& context) = 0;
  // The server says that they ended: the next get() fetches new ones.
  virtual void expire() = 0;
};

// An NFS server, and who calls it (AUTH_SYS: the server believes these numbers).
struct NfsServer {
  std::string host;  // name or address; IPv6 without brackets
  int port = 0;        // of NFS; 0: what the server's portmapper says (v3), 2049 (v4)
  int mount_port = 0;  // v3: of mountd; 0: what the portmapper says
  int version = 3;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

struct Location {
  enum class Kind { directory, s3, nfs };
  Kind kind = Kind::directory;
  std::string path;      // directory, nfs (what is mounted): absolute path
  NfsServer nfs;         // nfs
  std::string bucket;    // s3
  std::string prefix;    // s3, nfs (below `path`): no leading or trailing '/'
  std::string endpoint;  // s3: URL; empty: AWS of the region
  std::string region = "us-east-1";
  bool path_style = true;
  std::string ca_pem;
  bool insecure = false;
  S3Credentials credentials;
  // Set when the credentials are temporary and can be fetched again here; not carried by JSON.
  std::shared_ptr<CredentialSource> renewal;

  // The address as given, without credentials: "s3://bucket/prefix". Of NFS with the numbers of user and group, which
  // the files belong to.
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
  std::string ca_pem;  // instead of a file
  bool insecure = false;
  std::optional<S3Credentials> credentials;  // instead of a file and the AWS chain
};

// Parses an address ("dir:/path", "nfs://server/path", "s3://bucket/prefix", or restic's
// "s3:https://endpoint/bucket/prefix");
// credentials as the options say, else by the AWS chain (store/s3/credentials.h). Endpoint, region and CA not
// given come from AWS_ENDPOINT_URL_S3, AWS_REGION and AWS_CA_BUNDLE. Fault::invalid with what is accepted.
Result<Location> parse_location(const Context& context, std::string_view address, const LocationOptions& options);

// For a mover's task Secret: holds the credentials, so it goes nowhere else.
Json to_json(const Location& location);
Result<Location> location_from_json(const Json& value);

// The store of a location, with retries around it. A directory is made when it is not there and `create` is set; of an
// NFS location only what lies below the share.
Result<std::unique_ptr<Store>> open_store(const Context& context, const Location& location, bool create = false,
                                          const RetryPolicy& retries = {});

}  // namespace tranship::store
