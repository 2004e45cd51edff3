// Locations: tried before they are made, and made together with their Secrets.

#include "api/access/error_json.h"
#include "api/access/site.h"
#include "api/operations/operations.h"
#include "api/operations/typed_location.h"
#include "api/routing/schema.h"
#include "controller/location/check.h"
#include "controller/setup/setup.h"

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

controller::setup::LocationSetup setup_of(const Call& call, std::string name) {
  controller::setup::LocationSetup wanted{.name = std::move(name),
                                          .name_space = call.path.at("namespace"),
                                          .spec = call.body["spec"],
                                          .credentials = {},
                                          .passphrase = {}};
  if (call.body.contains("credentials")) wanted.credentials = call.body["credentials"];
  if (call.body.contains("passphrase")) wanted.passphrase = Secret(json_string(call.body, {"passphrase"}));
  return wanted;
}

Result<net::ServerResponse> set_up(Call& call) {
  const auto setup = controller::setup::location_setup(setup_of(call, json_string(call.body, {"name"})));
  return answer_json(TRY(controller::setup::create(call.context, *call.caller.client, setup)), 201);
}

Result<net::ServerResponse> change(Call& call) {
  auto wanted = setup_of(call, call.path.at("name"));
  return answer_json(TRY(controller::setup::change_location(call.context, *call.caller.client, std::move(wanted))));
}

Result<net::ServerResponse> remove(Call& call) {
  TRY(controller::setup::remove_location(call.context, *call.caller.client, call.path.at("namespace"),
                                         call.path.at("name")));
  return net::ServerResponse{.status = 204, .content_type = {}};
}

Json answer_schema() {
  using schema::text, schema::one_of, schema::boolean, schema::list, schema::object;
  const Json step = schema::named("TestStep", one_of({"list", "write", "read", "delete"}));
  return schema::named("LocationTest",
                       object({{"ready", boolean()},
                               {"address", text()},
                               {"steps", list(object({{"name", step}, {"state", one_of({"done", "failed"})}}))},
                               {"applications", list(text())},
                               {"error?", error_schema()}}));
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
                 .body = schema::named("LocationTestRequest", object({{"name?", text(253)},
                                                                      {"spec", reference("LocationSpec")},
                                                                      {"credentials?", credentials_schema()},
                                                                      {"passphrase?", text(1024)}})),
                 .answer = answer_schema(),
                 .rights = {{"create", "locations", ""}},
                 .run = [&site](Call& call) { return try_location(call, site); }});
  all.push_back({.method = "POST",
                 .path = "/namespaces/{namespace}/location-setups",
                 .name = "setUpLocation",
                 .summary = "Makes a location and the Secrets that it names.",
                 .body = schema::named("LocationSetup", object({{"name", text(200)},
                                                                {"spec", reference("LocationSpec")},
                                                                {"credentials?", credentials_schema()},
                                                                {"passphrase?", text(1024)}})),
                 .answer = reference("Location"),
                 .status = 201,
                 .run = set_up});
  const std::string one = "/namespaces/{namespace}/location-setups/{name}";
  all.push_back({.method = "PUT",
                 .path = one,
                 .name = "changeLocation",
                 .summary = "Gives a location this specification, and its Secrets what is given; the others stay.",
                 .body = schema::named("LocationChange", object({{"spec", reference("LocationSpec")},
                                                                 {"credentials?", credentials_schema()},
                                                                 {"passphrase?", text(1024)}})),
                 .answer = reference("Location"),
                 .run = change});
  all.push_back({.method = "DELETE",
                 .path = one,
                 .name = "removeLocationSetup",
                 .summary = "Removes a location and the Secrets that were made with it.",
                 .status = 204,
                 .run = remove});
  return all;
}

}  // namespace tranship::api
