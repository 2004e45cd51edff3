#include "api/routing/schema.h"

#include <fmt/format.h>

#include <algorithm>

namespace tranship::api::schema {
namespace {

std::unexpected<Error> wrong(const std::string& path, std::string_view what) {
  return fail(Error(Fault::invalid, fmt::format("{}: {}", path.empty() ? "the body" : path, what))
                  .with_code("api.invalid")
                  .with_fix("See /api/v1/openapi.json"));
}

bool has_type(const Json& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "null") return value.is_null();
  return type == "object" && value.is_object();
}

Result<void> check_at(const Json& value, const Json& schema, const std::string& path);

Result<void> check_object(const Json& value, const Json& schema, const std::string& path) {
  const std::string prefix = path.empty() ? "" : path + ".";
  for (const Json& name : json_at(schema, {"required"})) {
    if (!value.contains(name.get<std::string>())) return wrong(prefix + name.get<std::string>(), "is missing");
  }
  const Json& members = json_at(schema, {"properties"});
  const Json& others = json_at(schema, {"additionalProperties"});
  for (const auto& [name, member] : value.items()) {
    if (members.is_object() && members.contains(name)) {
      TRY(check_at(member, members[name], prefix + name));
    } else if (others.is_object()) {
      TRY(check_at(member, others, prefix + name));
    } else if (members.is_object()) {
      return wrong(prefix + name, "is not known here");
    }
  }
  return {};
}

Result<void> check_at(const Json& value, const Json& schema, const std::string& path) {
  if (schema.contains("anyOf")) {
    for (const Json& each : schema["anyOf"]) {
      if (check_at(value, each, path)) return {};
    }
    return check_at(value, schema["anyOf"].front(), path);
  }
  const std::string type = json_string(schema, {"type"});
  if (type.empty()) return {};
  if (!has_type(value, type)) return wrong(path, fmt::format("expected {}, found {}", type, value.type_name()));
  if (value.is_string()) {
    if (value.get_ref<const std::string&>().size() >
        static_cast<std::size_t>(json_integer(schema, {"maxLength"}, 1 << 20))) {
      return wrong(path, "is too long");
    }
    const Json& values = json_at(schema, {"enum"});
    if (values.is_array() && std::ranges::find(values, value) == values.end()) {
      return wrong(path, "expected one of " + to_text(values));
    }
  }
  if (value.is_array()) {
    std::size_t index = 0;
    for (const Json& item : value) {
      TRY(check_at(item, json_at(schema, {"items"}), fmt::format("{}[{}]", path, index++)));
    }
  }
  return value.is_object() ? check_object(value, schema, path) : Result<void>();
}

}  // namespace

Json text(std::size_t length_max) {
  return {{"type", "string"}, {"maxLength", length_max}};
}
Json one_of(std::initializer_list<std::string_view> values) {
  return {{"type", "string"}, {"enum", values}};
}
Json integer() {
  return {{"type", "integer"}, {"format", "int64"}};
}
Json number() {
  return {{"type", "number"}};
}
Json boolean() {
  return {{"type", "boolean"}};
}
Json time() {
  return {{"type", "string"}, {"format", "date-time"}};
}
Json list(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}
Json map(Json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}
Json reference(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}
Json nullable(Json schema) {
  return {{"anyOf", {std::move(schema), {{"type", "null"}}}}};
}

Json any() {
  return Json::object();
}
Json either(std::vector<Json> schemas) {
  return {{"anyOf", std::move(schemas)}};
}
Json named(std::string_view title, Json schema) {
  schema["title"] = title;
  return schema;
}

Json object(std::initializer_list<std::pair<std::string_view, Json>> members) {
  Json properties = Json::object(), required = Json::array();
  for (auto [name, member] : members) {
    if (name.ends_with('?')) {
      name.remove_suffix(1);
    } else {
      required.push_back(name);
    }
    properties[std::string(name)] = member;
  }
  return {{"type", "object"}, {"properties", properties}, {"required", required}};
}

Result<void> check(const Json& value, const Json& schema) {
  return check_at(value, schema, "");
}

}  // namespace tranship::api::schema
