#pragma once
// What all kinds of types.h have: metadata, and reading from and writing to JSON. Plain values; pure functions.
//
// from_json<T>(value): members that T does not have are left out. A wrong type, a value an enumeration does not have,
// or a required member that is missing is Fault::invalid, code "api.invalid", and names the path: "spec.s3.bucket:
// expected a string, found a number". T: any struct of types.h.
//
// to_json(value): without what is absent; objects with apiVersion and kind, and status only when something is in it.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"

namespace tranship::controller::api {

using Time = std::chrono::system_clock::time_point;

struct Metadata {
  std::string name;
  std::string name_space;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  std::vector<std::string> finalizers;
  std::optional<Time> creation_timestamp;
  std::optional<Time> deletion_timestamp;
  Json owner_references;  // as the server has them; null when there are none
  bool operator==(const Metadata&) const = default;

  // Empty when there is no such annotation.
  std::string annotation(const std::string& key) const;
};

template <class T>
Result<T> from_json(const Json& value);
template <class T>
Json to_json(const T& value);

// The enumerator of a name as the API writes it. E: any enumeration of types.h; name_of() is the other way.
template <class E>
std::optional<E> parse_name(std::string_view name);

// "1d12h", "90m", "30s". Fault::invalid for anything else.
Result<std::chrono::seconds> parse_duration(std::string_view text);
// The shortest such text; "0s" for nothing.
std::string format_duration_text(std::chrono::seconds duration);

}  // namespace tranship::controller::api
