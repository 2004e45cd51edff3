#include "kube/kubeconfig_fields.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/file.h"

namespace tranship::kube {

Error Fields::invalid(const std::string& why) const { return Error(Fault::invalid, where() + ": " + why); }

Result<std::string> Fields::text(const char* field) const {
  const Json& value = raw(field);
  if (value.is_null()) return std::string();
  if (!value.is_string()) return fail(invalid(fmt::format("{} is not text (quotes missing?)", field)));
  return value.get<std::string>();
}

Result<bool> Fields::boolean(const char* field) const {
  const Json& value = raw(field);
  if (value.is_null()) return false;
  if (!value.is_boolean()) return fail(invalid(fmt::format("{} is neither true nor false", field)));
  return value.get<bool>();
}

Result<std::vector<std::string>> Fields::texts(const char* field) const {
  std::vector<std::string> list;
  const Json& value = raw(field);
  if (value.is_null()) return list;
  if (!value.is_array()) return fail(invalid(fmt::format("{} is not a list", field)));
  for (const auto& item : value) {
    if (!item.is_string()) return fail(invalid(fmt::format("{} holds something that is not text", field)));
    list.push_back(item.get<std::string>());
  }
  return list;
}

Result<std::string> Fields::path(const char* field) const {
  const std::string value = TRY(text(field));
  if (value.empty()) return value;
  return (entry_.file.parent_path() / value).lexically_normal().string();
}

bool Fields::is_file(const char* field) const {
  const Json& data = raw((std::string(field) + "-data").c_str());
  return (data.is_null() || data == "") && raw(field).is_string() && raw(field) != "";
}

Result<std::string> Fields::content(const char* field) const {
  const std::string data_field = std::string(field) + "-data";
  const std::string data = TRY(text(data_field.c_str()));
  if (!data.empty()) {
    std::string compact;
    for (const char c : data) {
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') compact += c;
    }
    const auto bytes = from_base64(compact);
    if (!bytes) return fail(invalid(data_field + " is not base64"));
    return std::string(as_text(*bytes));
  }
  const std::string file = TRY(path(field));
  if (file.empty()) return file;
  return TRY_IN(where() + ": " + field, read_file(file));
}

}  // namespace tranship::kube
