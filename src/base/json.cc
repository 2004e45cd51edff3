#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tranship {
namespace {

constexpr int kDepthMax = 200;

const Json& null_value() {
  static const Json value;
  return value;
}

const Json* find(const Json& value, std::string_view key) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(key);
  return found == value.end() ? nullptr : &*found;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  bool too_deep = false;
  const auto limit = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDepthMax;
    return !too_deep;
  };
  try {
    Json value = Json::parse(text.begin(), text.end(), limit);
    if (too_deep) return fail(Fault::corrupt, "JSON nested deeper than 200 levels");
    return value;
  } catch (const Json::exception& error) {
    // What was read last is left out: it may be long, and it may be a secret.
    const std::string_view what = error.what();
    return fail(Fault::corrupt, "not JSON: " + std::string(what.substr(0, what.find("; last read"))));
  }
}

const Json& json_at(const Json& value, std::initializer_list<std::string_view> path) {
  const Json* at = &value;
  for (const auto key : path) {
    at = find(*at, key);
    if (at == nullptr) return null_value();
  }
  return *at;
}

std::string json_string(const Json& value, std::initializer_list<std::string_view> path,
                        std::string_view otherwise) {
  const Json& at = json_at(value, path);
  return at.is_string() ? at.get<std::string>() : std::string(otherwise);
}

std::int64_t json_integer(const Json& value, std::initializer_list<std::string_view> path,
                          std::int64_t otherwise) {
  const Json& at = json_at(value, path);
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  if (at.is_number_unsigned()) return static_cast<std::int64_t>(std::min<std::uint64_t>(at.get<std::uint64_t>(), kMax));
  if (at.is_number_integer()) return at.get<std::int64_t>();
  if (!at.is_number_float()) return otherwise;
  const double real = at.get<double>();
  if (std::isnan(real)) return otherwise;
  // 2^63 is a double and one more than the largest integer; the least one is a double.
  if (real >= 0x1p63) return kMax;
  return real < -0x1p63 ? std::numeric_limits<std::int64_t>::min() : static_cast<std::int64_t>(real);
}

bool json_bool(const Json& value, std::initializer_list<std::string_view> path, bool otherwise) {
  const Json& at = json_at(value, path);
  return at.is_boolean() ? at.get<bool>() : otherwise;
}

bool json_erase(Json& value, std::initializer_list<std::string_view> path) {
  Json* at = &value;
  for (auto key = path.begin(); key != path.end(); ++key) {
    if (!at->is_object()) return false;
    const auto found = at->find(*key);
    if (found == at->end()) return false;
    if (key + 1 == path.end()) return at->erase(found), true;
    at = &*found;
  }
  return false;
}

std::string to_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace tranship
