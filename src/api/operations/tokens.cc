// Transfer tokens: looked into as they are pasted, kept for a policy that imports, handed out after an export.

#include <fmt/format.h>

#include "api/access/error_json.h"
#include "api/access/site.h"
#include "api/operations/operations.h"
#include "api/operations/typed_location.h"
#include "api/routing/schema.h"
#include "controller/actions/repository_access.h"
#include "controller/location/check.h"
#include "controller/setup/setup.h"
#include "migrate/backup.h"

namespace tranship::api {
namespace {

namespace kinds = controller::api;

// The store as the caller reaches it: a location that is there, or one that is being typed. Nothing when neither is
// named.
Result<std::optional<store::Location>> store_of(Call& call, const Site& site) {
  if (call.body.contains("location")) {
    kube::Client& client = site.client_for(call.caller);
    const auto location = TRY(controller::find_location(locations_of(call, client), call.body["location"],
                                                        call.path.at("namespace"), site.system_namespace));
    return TRY(controller::access_location(call.context, client, location, site.system_namespace)).location;
  }
  if (!call.body.contains("spec")) return std::nullopt;
  const auto typed = TRY(typed_location(call));
  return TRY(controller::access_location(call.context, typed.secrets, typed.location, site.system_namespace)).location;
}

struct Found {
  std::size_t count = 0;
  std::string newest;
};

Result<Found> look(Call& call, const store::Location& location, const migrate::TransferToken& token) {
  const Context context = call.context.with_timeout(std::chrono::seconds(20));
  auto opened = migrate::open_with_token(context, location, token);
  if (!opened) return fail(controller::in_terms_of_spec(std::move(opened).error()));
  const auto points = TRY(migrate::list_restore_points(context, *opened->repository));
  return Found{points.size(), points.empty() ? std::string() : points.front().second.finished_at};
}

Result<net::ServerResponse> inspect(Call& call, const Site& site) {
  kube::Client& client = site.client_for(call.caller);
  const controller::RepositoryDoor door(client, site.system_namespace, locations_of(call, client));
  // Without the right to read its key, tokens that are sealed cannot be looked into: parse_token() says so.
  const auto keys = controller::target_keys(call.context, door);
  const bool has_keys = keys && keys->has_value();
  const Secret text(json_string(call.body, {"token"}));
  const auto token = TRY(migrate::parse_token(text, has_keys ? &**keys : nullptr));
  Json answer{{"application", token.application},
              {"sourceCluster", token.cluster},
              {"createdAt", token.created},
              {"expiresAt", token.expires.empty() ? Json() : Json(token.expires)},
              {"credentials", token.has_credentials()},
              {"location", controller::setup::spec_of(token.location)},
              {"reachable", nullptr}};
  auto found = [&]() -> Result<std::optional<Found>> {
    TRY(migrate::check_not_expired(token, door.clock.wall()));
    auto store = TRY(store_of(call, site));
    if (!store && token.has_credentials()) store = token.location;
    if (!store) return std::nullopt;
    return TRY(look(call, *store, token));
  }();
  if (!found) {
    answer["reachable"] = false;
    answer["error"] = error_json(found.error());
  } else if (*found) {
    answer["reachable"] = true;
    answer["restorePoints"] = (*found)->count;
    if (!(*found)->newest.empty()) answer["newest"] = (*found)->newest;
  }
  return answer_json(answer);
}

Result<net::ServerResponse> set_up_import(Call& call) {
  const auto part = [&](const char* name) { return call.body.contains(name) ? call.body[name] : Json(); };
  const auto wanted = controller::setup::import_setup({.name = json_string(call.body, {"name"}),
                                                       .name_space = call.path.at("namespace"),
                                                       .location = json_string(call.body, {"location"}),
                                                       .token = Secret(json_string(call.body, {"token"})),
                                                       .schedule = part("schedule"),
                                                       .restore = part("restore"),
                                                       .run_now = {}});
  return answer_json(TRY(controller::setup::create(call.context, *call.caller.client, wanted)), 201);
}

Result<net::ServerResponse> change_import(Call& call) {
  return answer_json(
      TRY(controller::setup::change_import_token(call.context, *call.caller.client, call.path.at("namespace"),
                                                 call.path.at("name"), Secret(json_string(call.body, {"token"})))));
}

// With the caller's own rights: the token opens the whole application.
Result<net::ServerResponse> token_of_export(Call& call) {
  const std::string& where = call.path.at("namespace");
  const auto object = TRY(call.caller.client->get(call.context, kinds::Export::type(), where, call.path.at("name")));
  const Secret token = TRY(controller::setup::exported_token(call.context, *call.caller.client, object));
  return answer_json({{"token", std::string(token.reveal())}});
}

Json inspection_schema() {
  using schema::text, schema::integer, schema::boolean, schema::nullable, schema::object;
  return schema::named("TokenInspection", object({{"application", text()},
                                                  {"sourceCluster", text()},
                                                  {"createdAt", text()},
                                                  {"expiresAt", nullable(text())},
                                                  {"credentials", boolean()},
                                                  {"location", schema::reference("LocationSpec")},
                                                  {"reachable", nullable(boolean())},
                                                  {"restorePoints?", integer()},
                                                  {"newest?", text()},
                                                  {"error?", error_schema()}}));
}

}  // namespace

std::vector<Operation> token_operations(const Site& site) {
  using schema::text, schema::reference, schema::object;
  std::vector<Operation> all;
  all.push_back({.method = "POST",
                 .path = "/namespaces/{namespace}/token-inspections",
                 .name = "inspectToken",
                 .summary = "What a transfer token holds, and whether what it opens can be reached: through a location "
                            "that is there, or one that is being typed.",
                 .body = schema::named("TokenInspectionRequest", object({{"token", text(131072)},
                                                                         {"location?", text(253)},
                                                                         {"spec?", reference("LocationSpec")},
                                                                         {"credentials?", credentials_schema()}})),
                 .answer = inspection_schema(),
                 .rights = {{"create", "policies", ""}},
                 .run = [&site](Call& call) { return inspect(call, site); }});
  all.push_back(
      {.method = "POST",
       .path = "/namespaces/{namespace}/import-setups",
       .name = "setUpImport",
       .summary = "Makes a policy that imports, and the Secret with its transfer token.",
       .body = schema::named("ImportSetup", object({{"name", text(200)},
                                                    {"token", text(131072)},
                                                    {"location", text(253)},
                                                    {"schedule?", reference("PolicySpec/properties/schedule")},
                                                    {"restore?", reference("PolicySpec/properties/restore")}})),
       .answer = reference("Policy"),
       .status = 201,
       .run = set_up_import});
  all.push_back({.method = "PUT",
                 .path = "/namespaces/{namespace}/import-setups/{name}",
                 .name = "changeImport",
                 .summary = "Gives a policy that imports another transfer token.",
                 .body = object({{"token", text(131072)}}),
                 .answer = reference("Policy"),
                 .run = change_import});
  all.push_back({.method = "GET",
                 .path = "/namespaces/{namespace}/exports/{name}/token",
                 .name = "getExportToken",
                 .summary = "The transfer token at an export's end.",
                 .answer = object({{"token", text(131072)}}),
                 .run = token_of_export});
  return all;
}

}  // namespace tranship::api
