// Locations: tried before they are made, and made together with their Secrets.

#include <map>

#include "api/access/error_json.h"
#include "api/access/site.h"
#include "api/operations/operations.h"
#include "api/operations/typed_location.h"
#include "api/routing/schema.h"
#include "controller/location/check.h"

namespace tranship::api {
namespace {

namespace kinds = controller::api;

Result<net::ServerResponse> try_location(Call& call, const Site& site) {
  const auto typed = TRY(typed_location(call));
  const auto& spec = typed.location.spec;
  const auto access = controller::access_location(call.context, typed.secrets, typed.location, site.system_namespace);
  controller::LocationFinding finding;
  if (access) {
    finding = controller::check_location(call.context, spec, *access, true);
  } else {
    finding.error = access.error();
  }
  Json steps = Json::array();
  for (const auto& step : finding.steps) {
    steps.push_back({{"name", step.name}, {"state", step.done ? "done" : "failed"}});
  }
  Json answer{{"ready", !finding.error.has_value()},
              {"address", controller::address_of(spec)},
              {"steps", steps},
              {"applications", finding.applications}};
  if (finding.error) answer["error"] = error_json(*finding.error);
  return answer_json(answer);
}

Result<void> make_secret(Call& call, const std::string& name, const Json& values) {
  const Json secret{{"apiVersion", "v1"},
                    {"kind", "Secret"},
                    {"metadata",
                     {{"name", name},
                      {"namespace", call.path.at("namespace")},
                      {"labels", {{"app.kubernetes.io/managed-by", "tranship"}}}}},
                    {"stringData", values}};
  TRY(call.caller.client->create(call.context, kube::types::secret(), secret));
  return {};
}

Result<net::ServerResponse> set_up(Call& call, const Site&) {
  const std::string& where = call.path.at("namespace");
  const std::string name = json_string(call.body, {"name"});
  Json spec = call.body["spec"];
  std::vector<std::string> made;
  const auto make = [&](const std::string& secret, const Json& values) -> Result<void> {
    TRY(make_secret(call, secret, values));
    made.push_back(secret);
    return {};
  };
  const auto whole = [&]() -> Result<Json> {
    if (call.body.contains("credentials") && spec.contains("s3")) {
      TRY(make(name + "-keys", call.body["credentials"]));
      spec["s3"]["credentialsSecret"] = {{"name", name + "-keys"}};
    }
    if (call.body.contains("passphrase")) {
      TRY(make(name + "-passphrase", {{"passphrase", call.body["passphrase"]}}));
      spec["passphraseSecret"] = {{"name", name + "-passphrase"}};
    }
    const auto& type = kinds::Location::type();
    const Json object{{"apiVersion", type.api_version()},
                      {"kind", type.kind},
                      {"metadata", {{"name", name}, {"namespace", where}}},
                      {"spec", spec}};
    return call.caller.client->create(call.context, type, object);
  };
  auto location = whole();
  if (location) return answer_json(*location, 201);
  // What was made for a location that is not there is not left behind.
  for (const std::string& secret : made) {
    (void)call.caller.client->remove(call.context, kube::types::secret(), where, secret);
  }
  return fail(std::move(location).error());
}

Json answer_schema() {
  using schema::text, schema::one_of, schema::boolean, schema::list, schema::object;
  return object({{"ready", boolean()},
                 {"address", text()},
                 {"steps", list(object({{"name", one_of({"list", "write", "read", "delete"})},
                                        {"state", one_of({"done", "failed"})}}))},
                 {"applications", list(text())},
                 {"error?", error_schema()}});
}

}  // namespace

std::vector<Operation> location_operations(const Site& site) {
  using schema::text, schema::reference, schema::object;
  std::vector<Operation> all;
  all.push_back({.method = "POST",
                 .path = "/namespaces/{namespace}/location-tests",
                 .name = "testLocation",
                 .summary =
                     "Tries a location that is being typed, by doing what it is for. `name`: of an existing one, "
                     "whose Secrets are used for what is not given.",
                 .body = object({{"name?", text(253)},
                                 {"spec", reference("LocationSpec")},
                                 {"credentials?", credentials_schema()},
                                 {"passphrase?", text(1024)}}),
                 .answer = answer_schema(),
                 .rights = {{"create", "locations", ""}},
                 .run = [&site](Call& call) { return try_location(call, site); }});
  all.push_back({.method = "POST",
                 .path = "/namespaces/{namespace}/location-setups",
                 .name = "setUpLocation",
                 .summary = "Makes a location and the Secrets that it names.",
                 .body = object({{"name", text(200)},
                                 {"spec", reference("LocationSpec")},
                                 {"credentials?", credentials_schema()},
                                 {"passphrase?", text(1024)}}),
                 .answer = reference("Location"),
                 .status = 201,
                 .run = [&site](Call& call) { return set_up(call, site); }});
  return all;
}

}  // namespace tranship::api
