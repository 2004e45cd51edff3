#include "transform/diff.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "app/pointer.h"
#include "transform/kinds.h"

namespace tranship::transform {
namespace {

enum class Mode {
  subset,  // the right side may have more
  equal,
};

// Items of a list of objects are told apart by these, the first that fits: Kubernetes' own merge keys.
constexpr std::array<std::array<std::string_view, 2>, 8> kItemKeys = {{
    {"name", ""},
    {"containerPort", "protocol"},
    {"port", "protocol"},
    {"mountPath", ""},
    {"devicePath", ""},
    {"topologyKey", "whenUnsatisfiable"},
    {"type", ""},
    {"ip", ""},
}};

// Index by key; nothing when an item has no such key or two have the same.
std::optional<std::map<std::string, std::size_t>> keyed(const Json& list,
                                                        const std::array<std::string_view, 2>& key) {
  std::map<std::string, std::size_t> items;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& first = json_at(list[i], {key[0]});
    if (!first.is_primitive() || first.is_null()) return std::nullopt;
    std::string name = to_text(first);
    if (!key[1].empty()) name += "/" + json_string(list[i], {key[1]}, key[1] == "protocol" ? "TCP" : "");
    if (!items.emplace(std::move(name), i).second) return std::nullopt;
  }
  return items;
}

bool is_empty(const Json& value) {
  return value.is_null() || (value.is_structured() && value.empty());
}

// The value of a Kubernetes quantity. Small units divide: 1000 * 0.001 would not be exactly 1.
std::optional<long double> quantity(const Json& value) {
  static const std::map<std::string_view, long double> kFactors = {
      {"", 1.0L},      {"k", 1e3L},     {"M", 1e6L},     {"G", 1e9L},     {"T", 1e12L},
      {"P", 1e15L},    {"E", 1e18L},    {"Ki", 0x1p10L}, {"Mi", 0x1p20L}, {"Gi", 0x1p30L},
      {"Ti", 0x1p40L}, {"Pi", 0x1p50L}, {"Ei", 0x1p60L}};
  static const std::map<std::string_view, long double> kDivisors = {{"m", 1e3L}, {"u", 1e6L}, {"n", 1e9L}};
  if (value.is_number()) return value.get<long double>();
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  char* end = nullptr;
  const long double number = std::strtold(text.c_str(), &end);
  if (end == text.c_str() || !std::isfinite(number)) return std::nullopt;
  if (const auto factor = kFactors.find(end); factor != kFactors.end()) return number * factor->second;
  if (const auto divisor = kDivisors.find(end); divisor != kDivisors.end()) return number / divisor->second;
  return std::nullopt;
}

// "1000m" and "1" are the same only where a quantity is meant.
bool holds_quantities(const std::string& path) {
  if (path.starts_with("/data") || path.starts_with("/metadata")) return false;
  for (const std::string_view part :
       {"/requests/", "/limits/", "/hard/", "/capacity/", "/default/", "/defaultRequest/", "/max/", "/min/",
        "/sizeLimit", "/divisor", "/averageValue", "/overhead/"}) {
    if (path.find(part) != std::string::npos) return true;
  }
  return false;
}

class Comparison {
 public:
  explicit Comparison(Mode mode) : mode_(mode) {}

  void compare(const Json& left, const Json& right, const std::string& path) {
    if (is_empty(left) && is_empty(right)) return;
    if (left.is_object() && right.is_object()) return objects(left, right, path);
    if (left.is_array() && right.is_array()) return lists(left, right, path);
    if (left == right) return;
    if (holds_quantities(path)) {
      const auto a = quantity(left);
      const auto b = quantity(right);
      if (a && b && *a == *b) return;
    }
    differing_.push_back(path);
  }

  std::vector<std::string> take() { return std::move(differing_); }

 private:
  void objects(const Json& left, const Json& right, const std::string& path) {
    for (const auto& [key, value] : left.items()) {
      compare(value, json_at(right, {key}), path + "/" + app::pointer_token(key));
    }
    if (mode_ == Mode::subset) return;
    for (const auto& [key, value] : right.items()) {
      if (!left.contains(key)) compare(Json(), value, path + "/" + app::pointer_token(key));
    }
  }

  void lists(const Json& left, const Json& right, const std::string& path) {
    for (const auto& key : kItemKeys) {
      const auto ours = keyed(left, key);
      const auto theirs = keyed(right, key);
      if (ours && theirs && !ours->empty()) return keyed_lists(left, right, *ours, *theirs, path);
    }
    if (left.size() != right.size()) {
      differing_.push_back(path);
      return;
    }
    for (std::size_t i = 0; i < left.size(); ++i) compare(left[i], right[i], path + "/" + std::to_string(i));
  }

  void keyed_lists(const Json& left, const Json& right, const std::map<std::string, std::size_t>& ours,
                   const std::map<std::string, std::size_t>& theirs, const std::string& path) {
    std::vector<std::pair<std::size_t, std::size_t>> places;  // where an item is, left and right
    for (const auto& [key, index] : ours) {
      const auto other = theirs.find(key);
      const std::string at = path + "/" + std::to_string(index);
      if (other == theirs.end()) {
        differing_.push_back(at);
        continue;
      }
      places.emplace_back(index, other->second);
      compare(left[index], right[other->second], at);
    }
    if (mode_ == Mode::equal && places.size() != theirs.size()) differing_.push_back(path);
    // Order matters to init containers and to variables that use earlier ones.
    std::ranges::sort(places);
    if (!std::ranges::is_sorted(places, {}, &std::pair<std::size_t, std::size_t>::second))
      differing_.push_back(path);
  }

  const Mode mode_;
  std::vector<std::string> differing_;
};

std::vector<std::string> sorted_unique(std::vector<std::string> paths) {
  std::ranges::sort(paths);
  const auto same = std::ranges::unique(paths);
  paths.erase(same.begin(), same.end());
  return paths;
}

}  // namespace

Json without_server_fields(const Json& object) {
  PrepareOptions options;
  options.keep_finalizers = true;
  const KindContext context{options, [](std::string, std::string, std::string) {}};
  Json result = object;
  clean_metadata(result, context);
  result.erase("status");
  apply_kind_rule(object, result, context);
  return result;
}

std::vector<std::string> fields_to_change(const Json& wanted, const Json& existing) {
  Comparison comparison(Mode::subset);
  comparison.compare(without_server_fields(wanted), existing, "");
  return sorted_unique(comparison.take());
}

std::vector<std::string> differing_paths(const Json& left, const Json& right) {
  Comparison comparison(Mode::equal);
  comparison.compare(without_server_fields(left), without_server_fields(right), "");
  return sorted_unique(comparison.take());
}

}  // namespace tranship::transform
