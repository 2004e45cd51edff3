#include "base/yaml.h"

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <optional>

namespace tranship {
namespace {

constexpr int kDepthMax = 200;
constexpr std::size_t kNodesMax = 10'000'000;

struct Limits {
  std::size_t nodes = 0;
};

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

Json scalar_of(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return text;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto number = number_of(text)) return *number;
  return text;
}

Result<Json> convert(const YAML::Node& node, int depth, Limits& limits) {
  if (depth > kDepthMax) return fail(Fault::invalid, "YAML nested deeper than 200 levels");
  // Aliases can make a small text huge: the limit counts what they expand to.
  if (++limits.nodes > kNodesMax) return fail(Fault::invalid, "YAML with too many nodes");
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const auto& item : node) list.push_back(TRY(convert(item, depth + 1, limits)));
    return list;
  }
  if (node.IsMap()) {
    Json map = Json::object();
    for (const auto& member : node) {
      if (!member.first.IsScalar()) return fail(Fault::invalid, "YAML with a key that is not text");
      map[member.first.Scalar()] = TRY(convert(member.second, depth + 1, limits));
    }
    return map;
  }
  if (node.IsScalar()) return scalar_of(node);
  return Json(nullptr);
}

bool plain_is_safe(const std::string& text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.' || c == '/';
    if (!fine) return false;
  }
  const char first = text.front();
  if (!((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '/')) return false;
  static const std::vector<std::string> kTyped = {"true", "false", "yes", "no", "on",
                                                  "off",  "null",  "y",   "n"};
  std::string lower = text;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return std::find(kTyped.begin(), kTyped.end(), lower) == kTyped.end();
}

void emit(const Json& value, int indent, bool in_list, std::string& out);

void emit_scalar(const Json& value, std::string& out) {
  if (value.is_string() && plain_is_safe(value.get_ref<const std::string&>())) {
    out += value.get_ref<const std::string&>();
  } else {
    out += to_text(value);  // JSON is YAML: a JSON string is a double-quoted scalar
  }
}

void emit_member(const Json& value, int indent, std::string& out) {
  const bool block = value.is_structured() && !value.empty();
  if (!block) {
    out += ' ';
    emit_scalar(value, out);
    out += '\n';
    return;
  }
  out += '\n';
  emit(value, value.is_array() ? indent : indent + 2, false, out);
}

void emit(const Json& value, int indent, bool in_list, std::string& out) {
  bool first = in_list;
  const auto begin_line = [&] {
    if (!first) out.append(static_cast<std::size_t>(indent), ' ');
    first = false;
  };
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      begin_line();
      emit_scalar(Json(key), out);
      out += ':';
      emit_member(member, indent, out);
    }
  } else {
    for (const auto& item : value) {
      begin_line();
      out += "- ";
      if (item.is_structured() && !item.empty()) {
        emit(item, indent + 2, true, out);
      } else {
        emit_scalar(item, out);
        out += '\n';
      }
    }
  }
}

}  // namespace

Result<std::vector<Json>> parse_yaml(std::string_view text) {
  try {
    std::vector<Json> documents;
    Limits limits;
    for (const auto& node : YAML::LoadAll(std::string(text))) {
      documents.push_back(TRY(convert(node, 0, limits)));
    }
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

std::string to_yaml(const Json& value) {
  std::string out;
  if (value.is_structured() && !value.empty()) {
    emit(value, 0, false, out);
  } else {
    emit_scalar(value, out);
    out += '\n';
  }
  return out;
}

}  // namespace tranship
