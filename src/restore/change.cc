#include "restore/change.h"

#include <algorithm>
#include <map>
#include <optional>

namespace tranship::restore {
namespace {

constexpr std::size_t kChangesMax = 20;
constexpr std::size_t kValueBytesMax = 64;

// Shortened where a character ends.
std::string shown(const Json& value) {
  std::string text = to_text(value);
  if (text.size() <= kValueBytesMax) return text;
  std::size_t end = kValueBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

// Items by name; nothing when one has none or two have the same.
std::optional<std::map<std::string, const Json*>> by_name(const Json& list) {
  std::map<std::string, const Json*> named;
  if (!list.is_array()) return std::nullopt;
  for (const Json& item : list) {
    const std::string name = json_string(item, {"name"});
    if (name.empty() || !named.emplace(name, &item).second) return std::nullopt;
  }
  return named;
}

class Comparison {
 public:
  explicit Comparison(bool secret) : secret_(secret) {}

  void compare(const Json& before, const Json& after, const std::string& path) {
    if (before == after || changes.size() >= kChangesMax) return;
    if (before.is_object() && after.is_object()) return compare_objects(before, after, path);
    if (const auto old_items = by_name(before), new_items = by_name(after); old_items && new_items) {
      return compare_lists(*old_items, *new_items, path);
    }
    Change change{path, {}, {}};
    if (!secret_ && !before.is_null()) change.from = shown(before);
    if (!secret_ && !after.is_null()) change.to = shown(after);
    changes.push_back(std::move(change));
  }

  std::vector<Change> changes;

 private:
  void compare_objects(const Json& before, const Json& after, const std::string& path) {
    for (const auto& [key, value] : after.items()) compare(json_at(before, {key}), value, path + "." + key);
    for (const auto& [key, value] : before.items()) {
      if (!after.contains(key)) compare(value, Json(), path + "." + key);
    }
  }

  void compare_lists(const std::map<std::string, const Json*>& before, const std::map<std::string, const Json*>& after,
                     const std::string& path) {
    const auto at = [](const auto& items, const std::string& name) {
      const auto found = items.find(name);
      return found == items.end() ? Json() : *found->second;
    };
    for (const auto& [name, item] : after) compare(at(before, name), *item, path + "[" + name + "]");
    for (const auto& [name, item] : before) {
      if (!after.contains(name)) compare(*item, Json(), path + "[" + name + "]");
    }
  }

  const bool secret_;
};

bool is_secret(const Json& object) {
  return json_string(object, {"kind"}) == "Secret" && json_string(object, {"apiVersion"}) == "v1";
}

}  // namespace

std::string Change::to_string() const {
  const std::string place = path.starts_with('.') ? path.substr(1) : path;
  if (from.empty() && to.empty()) return place + ": changed";
  return place + ": " + (from.empty() ? "(none)" : from) + " -> " + (to.empty() ? "(none)" : to);
}

std::vector<Change> changes_between(const Json& before, const Json& after) {
  Comparison comparison(is_secret(before) || is_secret(after));
  comparison.compare(before, after, "");
  return std::move(comparison.changes);
}

std::vector<Change> changes_at(const std::vector<std::string>& pointers) {
  std::vector<Change> changes;
  for (const std::string& pointer : pointers) {
    if (changes.size() == kChangesMax) break;
    std::string path = pointer;
    std::ranges::replace(path, '/', '.');
    changes.push_back({std::move(path), {}, {}});
  }
  return changes;
}

}  // namespace tranship::restore
