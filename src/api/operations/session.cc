// Who one is: looked at, begun, ended.

#include "api/access/site.h"
#include "api/operations/operations.h"
#include "api/routing/schema.h"
#include "observe/audit.h"

namespace tranship::api {
namespace {

constexpr const char* kSettings = "tranship-settings";

Json session_schema() {
  using schema::text, schema::one_of, schema::boolean, schema::map, schema::object;
  return schema::named(
      "Session", object({{"user", text()},
                         {"mode", one_of({"local", "cluster"})},
                         {"version", text()},
                         {"systemNamespace", text()},
                         {"cluster", object({{"name", text()}, {"kubernetesVersion", text()}})},
                         {"controller", object({{"installed", boolean()}, {"ready", boolean()}, {"version?", text()}})},
                         {"defaults", map(text())}}));
}

// Of the controller's Deployment, as far as the caller may see it.
Json controller_state(Call& call, const Site& site) {
  const auto found =
      call.caller.client->get(call.context, kube::types::deployment(), site.system_namespace, "tranship");
  // Served by it: it is there, whoever may see its Deployment.
  if (!found) return {{"installed", !site.local}, {"ready", !site.local}, {"version", TRANSHIP_VERSION}};
  return {{"installed", true},
          {"ready", json_integer(*found, {"status", "readyReplicas"}) > 0},
          {"version", json_string(*found, {"metadata", "labels", "app.kubernetes.io/version"})}};
}

// What administrators chose for everybody (ConfigMap tranship-settings: accent, theme, language).
Json defaults(Call& call, const Site& site) {
  const auto found = call.caller.client->get(call.context, kube::types::config_map(), site.system_namespace, kSettings);
  if (!found || !json_at(*found, {"data"}).is_object()) return Json::object();
  return (*found)["data"];
}

Result<Json> session(Call& call, const Site& site) {
  const auto version = TRY(call.caller.client->request(call.context, "GET", "/version"));
  return Json{{"user", call.caller.user},
              {"mode", site.local ? "local" : "cluster"},
              {"version", TRANSHIP_VERSION},
              {"systemNamespace", site.system_namespace},
              {"cluster", {{"name", site.cluster}, {"kubernetesVersion", json_string(version, {"gitVersion"})}}},
              {"controller", controller_state(call, site)},
              {"defaults", defaults(call, site)}};
}

// As whom, or why not.
void audit_log_in(const Result<BegunSession>& begun) {
  observe::audit({.who = begun ? begun->caller->user : std::string(), .verb = "logIn"},
                 begun ? nullptr : &begun.error());
}

Result<net::ServerResponse> log_in(Call& call, const Site& site) {
  const Secret token(json_string(call.body, {"token"}));
  auto begun = site.sessions->log_in(call.context, call.request, token);
  audit_log_in(begun);
  if (!begun) return fail(std::move(begun).error());
  Call own{call.context, *begun->caller, call.path, call.query, {}, call.request};
  auto response = answer_json(TRY(session(own, site)), 201);
  response.headers = std::move(begun->headers);
  return response;
}

Result<net::ServerResponse> begin_oidc(Call& call, const Site& site) {
  if (site.oidc) return site.oidc->begin(call.context, call.request);
  return fail(Error(Fault::not_found, "these pages have no login provider").with_code("oidc.none"));
}

// Whoever comes here is a person with a browser: what went wrong is told as text.
net::ServerResponse told(const Error& error) {
  return {.status = 403, .body = error.text() + "\n"};
}

Result<net::ServerResponse> finish_oidc(Call& call, const Site& site) {
  if (!site.oidc) return told(Error(Fault::not_found, "these pages have no login provider"));
  const auto token = site.oidc->finish(call.context, call.request);
  if (!token) return told(token.error());
  auto begun = site.sessions->log_in(call.context, call.request, *token);
  audit_log_in(begun);
  if (!begun) return told(std::move(begun).error().in("the cluster refuses what the login provider gave"));
  net::ServerResponse response{.status = 303, .headers = std::move(begun->headers)};
  response.headers.emplace_back("Location", "/");
  return response;
}

}  // namespace

std::vector<Operation> session_operations(const Site& site) {
  std::vector<Operation> all;
  all.push_back(
      {.method = "GET",
       .path = "/session",
       .name = "getSession",
       .summary = "Who one is, on which cluster.",
       .answer = session_schema(),
       .run = [&site](Call& call) -> Result<net::ServerResponse> { return answer_json(TRY(session(call, site))); }});
  all.push_back({.method = "POST",
                 .path = "/session",
                 .name = "logIn",
                 .summary = "Begins a session with a bearer token of the cluster.",
                 .body = schema::object({{"token", schema::text(16384)}}),
                 .answer = session_schema(),
                 .status = 201,
                 .open = true,
                 .run = [&site](Call& call) { return log_in(call, site); }});
  all.push_back({.method = "DELETE",
                 .path = "/session",
                 .name = "logOut",
                 .summary = "Ends the session.",
                 .status = 204,
                 .open = true,
                 .run = [&site](Call& call) -> Result<net::ServerResponse> {
                   const auto caller = site.sessions->caller_of(call.context, call.request);
                   observe::audit({.who = caller ? (*caller)->user : std::string(), .verb = "logOut"}, nullptr);
                   return net::ServerResponse{.status = 204, .content_type = {}, .headers = site.sessions->log_out()};
                 }});
  all.push_back({.method = "GET",
                 .path = "/session/oidc",
                 .name = "beginOidc",
                 .summary = "Sends the browser to the login provider.",
                 .content_type = "text/plain",
                 .status = 303,
                 .open = true,
                 .run = [&site](Call& call) { return begin_oidc(call, site); }});
  all.push_back({.method = "GET",
                 .path = "/session/oidc/callback",
                 .name = "finishOidc",
                 .summary = "Where the login provider sends the browser back to.",
                 .query = {{"state", schema::text(256)}, {"code", schema::text()}, {"error", schema::text()}},
                 .content_type = "text/plain",
                 .status = 303,
                 .open = true,
                 .run = [&site](Call& call) { return finish_oidc(call, site); }});
  return all;
}

}  // namespace tranship::api
