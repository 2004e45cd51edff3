#pragma once
// For tests: the S3 server that the environment names. Header-only.

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "base/json.h"
#include "store/location.h"

namespace tranship::store::testing {

inline constexpr const char* kNoS3 = "TRANSHIP_TEST_S3 names no server: `./run test` sets it";

// A location below `prefix`, or nothing when TRANSHIP_TEST_S3 is not set.
inline std::optional<Location> s3_location(const std::string& prefix) {
  const char* text = std::getenv("TRANSHIP_TEST_S3");
  if (text == nullptr || *text == '\0') return std::nullopt;
  const auto value = parse_json(text);
  if (!value) {
    ADD_FAILURE() << "TRANSHIP_TEST_S3: " << value.error().text();
    return std::nullopt;
  }
  Location location;
  location.kind = Location::Kind::s3;
  location.endpoint = json_string(*value, {"endpoint"});
  location.bucket = json_string(*value, {"bucket"});
  location.prefix = prefix;
  location.credentials.access_key_id = json_string(*value, {"access_key_id"});
  location.credentials.secret_access_key = Secret(json_string(*value, {"secret_access_key"}));
  return location;
}

}  // namespace tranship::store::testing
