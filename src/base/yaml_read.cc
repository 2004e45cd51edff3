// Reading YAML: the parser's events straight into Json, without its own tree (hundreds of bytes a node).

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include "base/yaml.h"

namespace tranship {
namespace {

constexpr std::size_t kDepthMax = 200;
constexpr const char* kTooDeep = "nested deeper than 200 levels";

std::optional<Json> number_of(const std::string& text) {
  const char* first = text.data();
  const char* last = first + text.size();
  if (first != last && *first == '+') ++first;
  std::int64_t integer = 0;
  auto parsed = std::from_chars(first, last, integer);
  if (parsed.ec == std::errc() && parsed.ptr == last) return Json(integer);
  if (text.starts_with("0x")) {
    parsed = std::from_chars(first + 2, last, integer, 16);
    if (parsed.ec == std::errc() && parsed.ptr == last) return Json(integer);
  }
  if (text.find_first_of("0123456789") == std::string::npos) return std::nullopt;
  double real = 0;
  const auto parsed_real = std::from_chars(first, last, real);
  if (parsed_real.ec == std::errc() && parsed_real.ptr == last && std::isfinite(real)) return Json(real);
  return std::nullopt;
}

Json scalar_of(const std::string& tag, const std::string& text) {
  if (tag == "!" || tag == "tag:yaml.org,2002:str") return text;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto number = number_of(text)) return *number;
  return text;
}

struct Extent {
  std::size_t size = 1;  // nodes and bytes of their texts
  std::size_t depth = 0;
};

Extent extent_of(const Json& value) {
  Extent extent;
  if (value.is_string()) extent.size += value.get_ref<const std::string&>().size();
  if (!value.is_structured()) return extent;
  for (const auto& [key, member] : value.items()) {
    const Extent inside = extent_of(member);
    extent.size += inside.size + (value.is_object() ? key.size() : 0);
    extent.depth = std::max(extent.depth, inside.depth + 1);
  }
  return extent;
}

// Puts one document after the other together. What it refuses it throws, as the parser around it does.
class Builder final : public YAML::EventHandler {
 public:
  // Aliases can make a small text huge: `allowance` is how many nodes and bytes of scalars may come of it.
  explicit Builder(std::size_t allowance) : allowance_(allowance) {}

  Json take() { return std::exchange(root_, Json()); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // The parser finds documents without end where it cannot go on (", a").
    if (mark.pos == document_) refuse(mark, "no document begins here");
    document_ = mark.pos;
    anchors_.clear();
    open_.clear();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (awaits_key()) refuse(mark, "a key that is not text");
    add(mark, anchor, nullptr);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse(mark, "an alias inside of what it stands for");
    const Json& value = found->second;
    if (!awaits_key()) {
      const Extent extent = extent_of(value);
      count(mark, extent.size);
      if (open_.size() + extent.depth > kDepthMax) refuse(mark, kTooDeep);
      return add(mark, YAML::NullAnchor, value);
    }
    if (!value.is_string()) refuse(mark, "a key that is not text");
    take_key(mark, value.get<std::string>());
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    if (!awaits_key()) return add(mark, anchor, scalar_of(tag, text));
    if (anchor != YAML::NullAnchor) anchors_[anchor] = text;
    take_key(mark, text);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, anchor, Json::array());
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, anchor, Json::object());
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    Json value;
    YAML::anchor_t anchor;
    YAML::Mark mark;
    std::optional<std::string> key;  // of a map's member whose value comes next
  };

  [[noreturn]] static void refuse(const YAML::Mark& mark, const char* what) { throw YAML::ParserException(mark, what); }

  void count(const YAML::Mark& mark, std::size_t size) {
    if (size > allowance_) refuse(mark, "aliases make it many times as large");
    allowance_ -= size;
  }

  bool awaits_key() const { return !open_.empty() && open_.back().value.is_object() && !open_.back().key; }

  void take_key(const YAML::Mark& mark, std::string key) {
    count(mark, key.size());
    open_.back().key = std::move(key);
  }

  void begin(const YAML::Mark& mark, YAML::anchor_t anchor, Json empty) {
    if (awaits_key()) refuse(mark, "a key that is not text");
    if (open_.size() == kDepthMax) refuse(mark, kTooDeep);
    open_.push_back({std::move(empty), anchor, mark, std::nullopt});
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    add(done.mark, done.anchor, std::move(done.value));
  }

  void add(const YAML::Mark& mark, YAML::anchor_t anchor, Json value) {
    // What is in a list or a map was counted when it was put there.
    count(mark, value.is_structured() ? 1 : extent_of(value).size);
    if (anchor != YAML::NullAnchor) {
      count(mark, extent_of(value).size);
      anchors_[anchor] = value;
    }
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Open& around = open_.back(); around.value.is_array()) {
      around.value.push_back(std::move(value));
    } else {
      around.value[*std::exchange(around.key, std::nullopt)] = std::move(value);
    }
  }

  std::size_t allowance_;
  int document_ = -1;
  Json root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Json> anchors_;
};

}  // namespace

Result<std::vector<Json>> parse_yaml(std::string_view text) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(100'000 + 16 * text.size());
    std::vector<Json> documents;
    while (parser.HandleNextDocument(builder)) documents.push_back(builder.take());
    return documents;
  } catch (const YAML::Exception& error) {
    return fail(Fault::invalid, std::string("not YAML: ") + error.what());
  }
}

Result<Json> parse_yaml_document(std::string_view text) {
  auto documents = TRY(parse_yaml(text));
  if (documents.empty()) return Json(nullptr);
  if (documents.size() > 1) return fail(Fault::invalid, "more than one YAML document");
  return std::move(documents.front());
}

}  // namespace tranship
