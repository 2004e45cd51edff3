// A location as JSON: in a mover's task, so with credentials.

#include <fmt/format.h>

#include "store/key.h"
#include "store/location.h"
#include "store/nfs/address.h"

namespace tranship::store {

Json to_json(const Location& location) {
  if (location.kind == Location::Kind::directory) return {{"kind", "directory"}, {"path", location.path}};
  if (location.kind == Location::Kind::nfs) return nfs::to_location_json(location);
  return {{"kind", "s3"},
          {"bucket", location.bucket},
          {"prefix", location.prefix},
          {"endpoint", location.endpoint},
          {"region", location.region},
          {"pathStyle", location.path_style},
          {"caPem", location.ca_pem},
          {"insecure", location.insecure},
          {"credentials",
           {{"accessKeyId", location.credentials.access_key_id},
            {"secretAccessKey", std::string(location.credentials.secret_access_key.reveal())},
            {"sessionToken", std::string(location.credentials.session_token.reveal())}}}};
}

Result<Location> location_from_json(const Json& value) {
  Location location;
  const std::string kind = json_string(value, {"kind"});
  if (kind == "directory") {
    location.kind = Location::Kind::directory;
    location.path = json_string(value, {"path"});
    if (!location.path.starts_with('/')) return fail(Fault::invalid, "the location's path is not absolute");
    return location;
  }
  if (kind == "nfs") return nfs::from_location_json(value);
  if (kind != "s3") return fail(Fault::invalid, fmt::format("unknown kind of location '{}'", kind));
  location.kind = Location::Kind::s3;
  location.bucket = json_string(value, {"bucket"});
  location.prefix = json_string(value, {"prefix"});
  location.endpoint = json_string(value, {"endpoint"});
  location.region = json_string(value, {"region"}, "us-east-1");
  location.path_style = json_bool(value, {"pathStyle"}, true);
  location.ca_pem = json_string(value, {"caPem"});
  location.insecure = json_bool(value, {"insecure"});
  location.credentials.access_key_id = json_string(value, {"credentials", "accessKeyId"});
  location.credentials.secret_access_key = Secret(json_string(value, {"credentials", "secretAccessKey"}));
  location.credentials.session_token = Secret(json_string(value, {"credentials", "sessionToken"}));
  if (location.bucket.empty()) return fail(Fault::invalid, "the location names no bucket");
  if (!location.prefix.empty()) TRY_IN("prefix of the location", check_key(location.prefix));
  return location;
}

}  // namespace tranship::store
