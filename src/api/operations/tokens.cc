// Transfer tokens: looked into as they are pasted, kept for a policy that imports, handed out after an export.

#include <fmt/format.h>

#include "api/access/error_json.h"
#include "api/access/site.h"
#include "api/operations/operations.h"
#include "api/operations/typed_location.h"
#include "api/routing/schema.h"
#include "controller/actions/repository_access.h"
#include "controller/location/check.h"
#include "migrate/backup.h"

namespace tranship::api {
namespace {

namespace kinds = controller::api;

controller::LocationSource locations_of(Call& call, kube::Client& client) {
  return [&call, &client](const controller::Key& key) -> Result<std::optional<kinds::Location>> {
    auto found = client.get(call.context, kinds::Location::type(), key.name_space, key.name);
    if (!found && found.error().fault() == Fault::not_found) return std::nullopt;
    return TRY(kinds::from_json<kinds::Location>(TRY(std::move(found))));
  };
}

// The part of a Location's spec that the token brings.
Json location_of(const migrate::TransferToken& token) {
  const store::Location& location = token.location;
  if (location.kind != store::Location::Kind::s3) return Json::object();
  Json s3{{"bucket", location.bucket}, {"region", location.region}, {"pathStyle", location.path_style}};
  if (!location.prefix.empty()) s3["prefix"] = location.prefix;
  if (!location.endpoint.empty()) s3["endpoint"] = location.endpoint;
  if (!location.ca_pem.empty()) s3["caBundle"] = location.ca_pem;
  if (location.insecure) s3["insecureSkipTLSVerify"] = true;
  return {{"s3", s3}};
}

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
  auto opened = migrate::open_repository_in(context, location, token.folder, token.password);
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
              {"location", location_of(token)},
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
  const std::string& where = call.path.at("namespace");
  const std::string name = json_string(call.body, {"name"});
  const std::string secret = name + "-token";
  const Json token_secret{
      {"apiVersion", "v1"},
      {"kind", "Secret"},
      {"metadata",
       {{"name", secret}, {"namespace", where}, {"labels", {{"app.kubernetes.io/managed-by", "tranship"}}}}},
      {"stringData", {{"token", call.body["token"]}}}};
  Json spec{{"import", {{"location", {{"name", call.body["location"]}}}, {"tokenSecret", {{"name", secret}}}}}};
  for (const char* part : {"schedule", "restore"}) {
    if (call.body.contains(part)) spec[part] = call.body[part];
  }
  const auto& type = kinds::Policy::type();
  const Json policy{{"apiVersion", type.api_version()},
                    {"kind", type.kind},
                    {"metadata", {{"name", name}, {"namespace", where}}},
                    {"spec", spec}};
  // Whether it is one is known before anything is written.
  TRY(call.caller.client->create(call.context, type, policy, {.dry_run = true}));
  TRY(call.caller.client->create(call.context, kube::types::secret(), token_secret));
  auto made = call.caller.client->create(call.context, type, policy);
  if (made) return answer_json(*made, 201);
  (void)call.caller.client->remove(call.context, kube::types::secret(), where, secret);
  return fail(std::move(made).error());
}

// With the caller's own rights: the token opens the whole application.
Result<net::ServerResponse> token_of_export(Call& call) {
  const std::string& where = call.path.at("namespace");
  const auto object = TRY(call.caller.client->get(call.context, kinds::Export::type(), where, call.path.at("name")));
  const std::string secret = json_string(object, {"status", "tokenSecret", "name"});
  if (secret.empty()) {
    return fail(Error(Fault::not_found, "this export has no transfer token").with_code("token.none"));
  }
  const auto found = TRY(call.caller.client->get(call.context, kube::types::secret(), where, secret));
  const auto token = TRY(from_base64(json_string(found, {"data", "token"})));
  return answer_json({{"token", as_text(token)}});
}

Json inspection_schema() {
  using schema::text, schema::integer, schema::boolean, schema::map, schema::nullable, schema::object;
  return object({{"application", text()},
                 {"sourceCluster", text()},
                 {"createdAt", text()},
                 {"expiresAt", nullable(text())},
                 {"credentials", boolean()},
                 {"location", map(Json::object())},
                 {"reachable", nullable(boolean())},
                 {"restorePoints?", integer()},
                 {"newest?", text()},
                 {"error?", error_schema()}});
}

}  // namespace

std::vector<Operation> token_operations(const Site& site) {
  using schema::text, schema::map, schema::reference, schema::object;
  std::vector<Operation> all;
  all.push_back({.method = "POST",
                 .path = "/namespaces/{namespace}/token-inspections",
                 .name = "inspectToken",
                 .summary = "What a transfer token holds, and whether what it opens can be reached: through a location "
                            "that is there, or one that is being typed.",
                 .body = object({{"token", text(131072)},
                                 {"location?", text(253)},
                                 {"spec?", reference("LocationSpec")},
                                 {"credentials?", credentials_schema()}}),
                 .answer = inspection_schema(),
                 .rights = {{"create", "policies", ""}},
                 .run = [&site](Call& call) { return inspect(call, site); }});
  all.push_back({.method = "POST",
                 .path = "/namespaces/{namespace}/import-setups",
                 .name = "setUpImport",
                 .summary = "Makes a policy that imports, and the Secret with its transfer token.",
                 .body = object({{"name", text(200)},
                                 {"token", text(131072)},
                                 {"location", text(253)},
                                 {"schedule?", map(Json::object())},
                                 {"restore?", map(Json::object())}}),
                 .answer = reference("Policy"),
                 .status = 201,
                 .run = set_up_import});
  all.push_back({.method = "GET",
                 .path = "/namespaces/{namespace}/exports/{name}/token",
                 .name = "getExportToken",
                 .summary = "The transfer token at an export's end.",
                 .answer = object({{"token", text(131072)}}),
                 .run = token_of_export});
  return all;
}

}  // namespace tranship::api
