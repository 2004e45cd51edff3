#include <limits>

#include "base/json.h"
#include "mutate.h"

namespace tranship::fuzz {
namespace {

// Every value inside `value`, itself first.
void collect(Json& value, std::vector<Json*>& all) {
  all.push_back(&value);
  if (!value.is_structured()) return;
  for (auto& member : value) collect(member, all);
}

Json& pick(Random& random, Json& value) {
  std::vector<Json*> all;
  collect(value, all);
  return *all[random.below(all.size())];
}

Json odd_value(Random& random, const Target& target) {
  switch (random.below(12)) {
    case 0:
      return nullptr;
    case 1:
      return random.one_in(2);
    case 2:
      return -1;
    case 3:
      return std::numeric_limits<std::int64_t>::min();
    case 4:
      return std::numeric_limits<std::uint64_t>::max();
    case 5:
      return 1e300;
    case 6:
      return random.next() >> random.below(64);
    case 7:
      return Json::object();
    case 8:
      return Json::array({Json::array(), 0});
    case 9:
      return "";
    case 10:
      return std::string(random.below(300), 'a');
    default:
      return target.words.empty() ? Json("\xc3\xa9\n") : Json(target.words[random.below(target.words.size())]);
  }
}

void change_members(Random& random, const Target& target, Json& value) {
  if (value.is_object()) {
    const std::string name =
        target.words.empty() ? std::string("name") : target.words[random.below(target.words.size())];
    if (value.empty() || random.one_in(2)) {
      value[name] = odd_value(random, target);
      return;
    }
    auto member = value.begin();
    std::advance(member, random.below(value.size()));
    Json moved = random.one_in(2) ? Json() : *member;
    value.erase(member);
    if (!moved.is_null()) value[name] = std::move(moved);
  } else if (value.is_array() && !value.empty()) {
    const auto at = static_cast<std::ptrdiff_t>(random.below(value.size()));
    Json copy = value[static_cast<std::size_t>(at)];
    if (random.one_in(2)) {
      value.erase(value.begin() + at);
    } else {
      value.insert(value.begin() + at, std::move(copy));
    }
  }
}

}  // namespace

std::string mutate_json(Random& random, const Target& target, const std::string& text, const std::string& other) {
  auto parsed = parse_json(text);
  if (!parsed) return {};
  Json& at = pick(random, *parsed);
  switch (random.below(5)) {
    case 0:
    case 1:
      at = odd_value(random, target);
      break;
    case 2: {
      Json copy = pick(random, *parsed);
      at = std::move(copy);
      break;
    }
    case 3: {
      auto second = parse_json(other);
      if (second) at = pick(random, *second);
      break;
    }
    default:
      change_members(random, target, at);
  }
  return to_text(*parsed);
}

}  // namespace tranship::fuzz
