// Writing YAML.

#include <algorithm>
#include <cctype>

#include "base/yaml.h"

namespace tranship {
namespace {

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

// Keys of more than 1024 characters are none unless they are marked as such.
void emit_key(const std::string& key, int indent, std::string& out) {
  std::string text;
  emit_scalar(Json(key), text);
  const bool is_long = text.size() > 1000;
  if (is_long) out += "? ";
  out += text;
  if (is_long) out += '\n' + std::string(static_cast<std::size_t>(indent), ' ');
  out += ':';
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
      emit_key(key, indent, out);
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
