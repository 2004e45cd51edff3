#include "api/routing/openapi.h"

#include "api/routing/router.h"
#include "api/routing/schema.h"
#include "controller/install/manifests.h"

namespace tranship::api {
namespace {

// "Location", "LocationSpec" ... by the CRDs.
Json components() {
  using schema::text, schema::list, schema::reference, schema::object, schema::named;
  Json schemas;
  // `login`: with 401 alone, what the page for logging in offers.
  const Json provider = schema::nullable(object({{"name", text()}}));
  schemas["Error"] =
      object({{"error", named("Trouble", object({{"code", text()}, {"message", text()}, {"fix?", text()}}))},
              {"login?", named("LoginOptions", object({{"token", schema::boolean()}, {"oidc", provider}}))}});
  for (const auto& definition : controller::install::definitions()) {
    const std::string kind = json_string(definition.object, {"spec", "names", "kind"});
    const Json& versions = json_at(definition.object, {"spec", "versions"});
    if (kind.empty() || !versions.is_array() || versions.empty()) continue;
    Json shape = json_at(versions.front(), {"schema", "openAPIV3Schema"});
    for (const char* part : {"spec", "status"}) {
      if (json_at(shape, {"properties", part}).is_null()) continue;
      const std::string name = kind + (std::string_view(part) == "spec" ? "Spec" : "Status");
      schemas[name] = shape["properties"][part];
      shape["properties"][part] = reference(name);
    }
    schemas[kind] = shape;
    schemas[kind + "List"] = object({{"items", list(reference(kind))}});
  }
  return schemas;
}

Json parameters(const Operation& operation) {
  Json all = Json::array();
  std::string_view rest = operation.path;
  for (auto begin = rest.find('{'); begin != std::string_view::npos; begin = rest.find('{')) {
    const auto end = rest.find('}');
    all.push_back({{"name", rest.substr(begin + 1, end - begin - 1)},
                   {"in", "path"},
                   {"required", true},
                   {"schema", schema::text(253)}});
    rest.remove_prefix(end + 1);
  }
  for (const Parameter& each : operation.query) {
    all.push_back({{"name", each.name}, {"in", "query"}, {"required", each.required}, {"schema", each.schema}});
  }
  return all;
}

Json answers(const Operation& operation) {
  Json good{{"description", operation.summary}};
  if (operation.status != 204) {
    const Json shape = operation.answer.is_null() ? Json{{"type", "string"}} : operation.answer;
    good["content"][operation.content_type]["schema"] = shape;
  }
  return {{std::to_string(operation.status), good},
          {"default",
           {{"description", "What went wrong and what to do."},
            {"content", {{"application/json", {{"schema", schema::reference("Error")}}}}}}}};
}

Json described(const Operation& operation) {
  Json value{{"operationId", operation.name},
             {"summary", operation.summary},
             {"parameters", parameters(operation)},
             {"responses", answers(operation)}};
  if (!operation.body.is_null()) {
    value["requestBody"] = {{"required", true}, {"content", {{"application/json", {{"schema", operation.body}}}}}};
  }
  if (!operation.rights.empty()) {
    Json rights = Json::array();
    for (const Right& right : operation.rights) {
      rights.push_back(right.verb + " " + right.resource + (right.subresource.empty() ? "" : "/" + right.subresource));
    }
    value["x-rights"] = rights;
  }
  return value;
}

}  // namespace

Json openapi_document(const std::vector<Operation>& operations) {
  Json paths;
  for (const Operation& operation : operations) {
    std::string method = operation.method;
    for (char& c : method) c = static_cast<char>(c | 0x20);
    paths[std::string(kApiRoot) + operation.path][method] = described(operation);
  }
  return {{"openapi", "3.1.0"},
          {"info", {{"title", "Tranship"}, {"version", "v1"}, {"license", {{"name", "Apache-2.0"}}}}},
          {"paths", paths},
          {"components", {{"schemas", components()}}}};
}

}  // namespace tranship::api
