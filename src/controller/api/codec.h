#pragma once
// Reading and writing the structs of types.h by their lists of members. Private to types.cc, which specialises Members
// for every struct and Names for every enumeration.

#include <fmt/format.h>

#include <limits>
#include <type_traits>
#include <utility>

#include "base/units.h"
#include "controller/api/types.h"

namespace tranship::controller::api {

template <class T>
struct Members;  // static void visit(auto& object, auto& visitor): visitor(name, member, Need) for each member
template <class E>
struct Names;  // static constexpr pairs kAll

enum Need { kOptional, kRequired, kDefault };

template <class E>
std::string_view find_name(E value) {
  for (const auto& [each, name] : Names<E>::kAll) {
    if (each == value) return name;
  }
  return {};
}

template <class E>
std::optional<E> parse_name(std::string_view name) {
  for (const auto& [value, each] : Names<E>::kAll) {
    if (each == name) return value;
  }
  return std::nullopt;
}

// Where a value stands; lives on the stack of the call that reads it, so that paths are written out only for errors.
struct Place {
  const Place* parent = nullptr;
  std::string_view name;
  std::size_t index = 0;  // when the name is empty

  std::string text() const {
    const std::string before = parent != nullptr ? parent->text() : std::string();
    if (name.empty()) return parent == nullptr ? before : fmt::format("{}[{}]", before, index);
    return before.empty() ? std::string(name) : fmt::format("{}.{}", before, name);
  }
};

inline std::unexpected<Error> refuse(const Place& place, const std::string& why) {
  const std::string path = place.text();
  return fail(Error(Fault::invalid, path.empty() ? why : path + ": " + why).with_code("api.invalid"));
}
inline std::unexpected<Error> wrong_type(const Place& place, std::string_view expected, const Json& found) {
  const bool vowel = found.is_array() || found.is_object();
  return refuse(place, fmt::format("expected {}, found {} {}", expected, vowel ? "an" : "a", found.type_name()));
}

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
Result<void> read(const Json& value, const Place& place, T& out);

class Reader {
 public:
  Reader(const Json& object, const Place& place) : object_(object), place_(place) {}

  template <class T>
  void operator()(const char* name, T& member, Need need = kOptional) {
    if (!result_) return;
    const auto found = object_.find(name);
    const Place place{&place_, name};
    if (found != object_.end() && !found->is_null()) {
      result_ = read(*found, place, member);
    } else if (need == kRequired) {
      result_ = refuse(place, "is missing");
    }
  }
  Result<void> result() { return std::move(result_); }

 private:
  const Json& object_;
  const Place& place_;
  Result<void> result_;
};

// Structs, enumerations, and through the overloads below everything that a member can be.
template <class T>
Result<void> read(const Json& value, const Place& place, T& out) {
  if constexpr (kIsOptional<T>) {
    return read(value, place, out.emplace());
  } else if constexpr (std::is_enum_v<T>) {
    if (!value.is_string()) return wrong_type(place, "a string", value);
    const auto found = parse_name<T>(value.get_ref<const std::string&>());
    if (found) return out = *found, Result<void>();
    std::string names;
    for (const auto& each : Names<T>::kAll) names += (names.empty() ? "" : ", ") + std::string(each.second);
    return refuse(place, fmt::format("'{}' is none of {}", value.get_ref<const std::string&>(), names));
  } else {
    if (!value.is_object()) return wrong_type(place, "an object", value);
    Reader reader(value, place);
    Members<T>::visit(out, reader);
    return reader.result();
  }
}

inline Result<void> read(const Json& value, const Place& place, std::string& out) {
  if (!value.is_string()) return wrong_type(place, "a string", value);
  return out = value.get_ref<const std::string&>(), Result<void>();
}
inline Result<void> read(const Json& value, const Place& place, bool& out) {
  if (!value.is_boolean()) return wrong_type(place, "a boolean", value);
  return out = value.get<bool>(), Result<void>();
}
inline Result<void> read(const Json& value, const Place& place, std::int64_t& out) {
  if (!value.is_number_integer()) return wrong_type(place, "an integer", value);
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
    return refuse(place, "is too large");
  }
  return out = value.get<std::int64_t>(), Result<void>();
}
inline Result<void> read(const Json& value, const Place& place, std::int32_t& out) {
  std::int64_t wide = 0;
  if (auto result = read(value, place, wide); !result) return result;
  if (!std::in_range<std::int32_t>(wide)) return refuse(place, "is too large");
  return out = static_cast<std::int32_t>(wide), Result<void>();
}
inline Result<void> read(const Json& value, const Place& place, std::chrono::seconds& out) {
  std::string text;
  if (auto result = read(value, place, text); !result) return result;
  const auto parsed = parse_duration(text);
  if (!parsed) return refuse(place, parsed.error().what());
  return out = *parsed, Result<void>();
}
inline Result<void> read(const Json& value, const Place& place, Time& out) {
  std::string text;
  if (auto result = read(value, place, text); !result) return result;
  const auto parsed = parse_time(text);
  if (!parsed) return refuse(place, parsed.error().what());
  return out = *parsed, Result<void>();
}
inline Result<void> read(const Json& value, const Place&, Json& out) {
  return out = value, Result<void>();
}
template <class T>
Result<void> read(const Json& value, const Place& place, std::vector<T>& out) {
  if (!value.is_array()) return wrong_type(place, "an array", value);
  out.clear();
  for (std::size_t index = 0; index < value.size(); ++index) {
    const Place item{&place, {}, index};
    if (auto result = read(value[index], item, out.emplace_back()); !result) return result;
  }
  return {};
}
template <class T>
Result<void> read(const Json& value, const Place& place, std::map<std::string, T>& out) {
  if (!value.is_object()) return wrong_type(place, "an object", value);
  out.clear();
  for (const auto& [key, each] : value.items()) {
    const Place item{&place, key};
    if (auto result = read(each, item, out[key]); !result) return result;
  }
  return {};
}

template <class T>
Json write(const T& value);

class Writer {
 public:
  template <class T>
  void operator()(const char* name, const T& member, Need need = kOptional) {
    if constexpr (kIsOptional<T>) {
      if (member) object[name] = write(*member);
    } else if constexpr (std::is_same_v<T, Json>) {
      if (!member.is_null()) object[name] = member;
    } else {
      Json written = write(member);
      const bool empty = (written.is_array() || written.is_object()) && written.empty();
      if (!empty || need != kOptional) object[name] = std::move(written);
    }
  }
  Json object = Json::object();
};

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<std::map<std::string, T>> = true;

template <class T>
Json write(const T& value) {
  if constexpr (std::is_same_v<T, Time>) {
    // To the second, as Kubernetes writes its own times.
    return format_time(std::chrono::floor<std::chrono::seconds>(value));
  } else if constexpr (std::is_same_v<T, std::chrono::seconds>) {
    return format_duration_text(value);
  } else if constexpr (std::is_same_v<T, std::string> || std::is_arithmetic_v<T> || std::is_same_v<T, Json>) {
    return value;
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(find_name(value));
  } else if constexpr (kIsVector<T>) {
    Json list = Json::array();
    for (const auto& each : value) list.push_back(write(each));
    return list;
  } else if constexpr (kIsMap<T>) {
    Json object = Json::object();
    for (const auto& [key, each] : value) object[key] = write(each);
    return object;
  } else {
    Writer writer;
    Members<T>::visit(value, writer);
    return std::move(writer.object);
  }
}

template <>
struct Members<Metadata> {
  static void visit(auto& object, auto& visitor) {
    visitor("name", object.name);
    visitor("namespace", object.name_space);
    visitor("uid", object.uid);
    visitor("resourceVersion", object.resource_version);
    visitor("generation", object.generation);
    visitor("labels", object.labels);
    visitor("annotations", object.annotations);
    visitor("finalizers", object.finalizers);
    visitor("creationTimestamp", object.creation_timestamp);
    visitor("deletionTimestamp", object.deletion_timestamp);
    visitor("ownerReferences", object.owner_references);
  }
};

template <class T>
concept Kind = requires {
  T::kKind;
};

template <class T>
Result<T> from_json(const Json& value) {
  T out;
  if constexpr (Kind<T>) {
    const std::string kind = json_string(value, {"kind"}, T::kKind);
    if (kind != T::kKind) return refuse({}, fmt::format("expected a {}, found a {}", T::kKind, kind));
    if (!value.is_object()) return wrong_type({}, "an object", value);
    const Place root;
    Reader reader(value, root);
    reader("metadata", out.metadata, kRequired);
    reader("spec", out.spec, kRequired);
    reader("status", out.status);
    TRY(reader.result());
  } else {
    TRY(read(value, Place{}, out));
  }
  return out;
}

// Members of metadata that were never filled in are not written.
inline Json write_metadata(const Metadata& metadata) {
  Json object = write(metadata);
  for (const char* name : {"name", "namespace", "uid", "resourceVersion"}) {
    if (object[name] == "") object.erase(name);
  }
  if (metadata.generation == 0) object.erase("generation");
  return object;
}

template <class T>
Json to_json(const T& value) {
  if constexpr (Kind<T>) {
    Json object = {{"apiVersion", kApiVersion}, {"kind", T::kKind}};
    object["metadata"] = write_metadata(value.metadata);
    object["spec"] = write(value.spec);
    if (Json status = write(value.status); !status.empty()) object["status"] = std::move(status);
    return object;
  } else {
    return write(value);
  }
}

}  // namespace tranship::controller::api
