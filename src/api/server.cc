#include "api/server.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/access/error_json.h"
#include "api/operations/operations.h"
#include "api/routing/openapi.h"
#include "api/routing/schema.h"
#include "controller/api/types.h"
#include "observe/audit.h"
#include "observe/log.h"

namespace tranship::api {
namespace {

constexpr std::chrono::seconds kTimeout{60};
constexpr std::chrono::seconds kTidyEvery{20};

// Scripts and styles come from here alone; Mantine sets styles on elements.
constexpr const char* kContentPolicy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

bool is_read(const std::string& method) {
  return method == "GET" || method == "HEAD";
}

// What writes, and what gives away what is in restore points and tokens. Who signs in is told where it is known.
bool is_audited(const Operation& operation) {
  const bool gives_content =
      std::ranges::any_of(operation.rights, [](const Right& right) { return right.subresource == "content"; });
  return !operation.open && (!is_read(operation.method) || gives_content || operation.name == "getExportToken");
}

// Names only: a body may hold a secret.
void describe(observe::AuditEvent& event, const Route& route, const Json& body) {
  const auto in_path = [&](const char* name) {
    const auto found = route.path.find(name);
    return found == route.path.end() ? std::string() : found->second;
  };
  event.verb = route.operation->name;
  event.kind = json_string(body, {"kind"});
  event.name_space = in_path("namespace");
  event.name = in_path("name");
  if (event.name.empty()) event.name = json_string(body, {"metadata", "name"});
  if (event.name.empty()) event.name = json_string(body, {"name"});
  event.application = json_string(body, {"spec", "application", "namespace"});
  event.location = json_string(body, {"spec", "location", "name"});
}

// HEAD is answered like GET.
std::string method_of(const net::ServerRequest& request) {
  return request.method == "HEAD" ? "GET" : request.method;
}

}  // namespace

std::vector<Operation> all_operations(const Site& site) {
  std::vector<Operation> all;
  for (auto* group : {session_operations, event_operations, object_operations, cluster_operations, location_operations,
                      token_operations, content_operations}) {
    for (Operation& each : group(site)) all.push_back(std::move(each));
  }
  all.push_back({.method = "GET",
                 .path = "/openapi.json",
                 .name = "openapi",
                 .summary = "This document.",
                 .answer = schema::map(Json::object()),
                 .open = true,
                 .run = [&site](Call&) -> Result<net::ServerResponse> {
                   return answer_json(openapi_document(all_operations(site)));
                 }});
  return all;
}

Server::Server(Site site, Pages pages)
    : site_(std::move(site)), pages_(std::move(pages)), router_(all_operations(site_)) {
  tidier_ = std::jthread([this](const std::stop_token& stop) {
    const Context context = site_.context.with_stop(stop);
    while (context.sleep(kTidyEvery)) site_.sessions->tidy();
  });
}

Server::~Server() = default;

net::ServerResponse Server::enter(const net::ServerRequest& request) {
  const auto begun = site_.sessions->log_in(site_.context, request, Secret(request.query.at("key")));
  if (!begun) return {.status = 403, .body = "This address is an old one: open the one that was printed last.\n"};
  net::ServerResponse response{.status = 303, .headers = begun->headers};
  response.headers.emplace_back("Location", "/");
  return response;
}

net::ServerResponse Server::answer(const net::ServerRequest& request) {
  const bool api = request.path == "/api" || request.path.starts_with("/api/");
  net::ServerResponse response;
  if (api) {
    response = answer_api(request);
    response.headers.emplace_back("Cache-Control", "no-store");
  } else if (site_.local && request.path == "/" && request.query.contains("key")) {
    response = enter(request);
  } else if (is_read(request.method)) {
    response = pages_(request);
  } else {
    response = {.status = 405, .body = "GET only\n"};
  }
  response.headers.emplace_back("Content-Security-Policy", kContentPolicy);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("X-Frame-Options", "DENY");
  return response;
}

net::ServerResponse Server::answer_api(const net::ServerRequest& request) {
  auto outcome = run(request);
  if (outcome) return std::move(*outcome);
  const Error& error = outcome.error();
  if (error.code() != "api.session" && error.code() != "api.token") return answer_error(error);
  // What the page for logging in offers.
  Json oidc;
  if (site_.oidc) {
    if (const auto provider = site_.oidc->provider(site_.context.with_timeout(kTimeout)))
      oidc = {{"name", provider->name}};
  }
  const Json body{{"error", error_json(error)}, {"login", {{"token", site_.sessions->takes_tokens()}, {"oidc", oidc}}}};
  return answer_json(body, 401);
}

Result<net::ServerResponse> Server::run(const net::ServerRequest& request) {
  // Other sites' pages can make a browser send forms here, but not with a header of their own.
  if (!is_read(request.method) && net::header(request.headers, "x-tranship").empty()) {
    return fail(Error(Fault::auth, "the header X-Tranship is missing")
                    .with_code("api.header")
                    .with_fix("Send X-Tranship: 1 with everything that writes"));
  }
  const auto route = TRY(router_.find(method_of(request), request.path));
  const Operation& operation = *route.operation;
  const Context context = site_.context.with_timeout(kTimeout);
  observe::AuditEvent event;
  describe(event, route, Json());
  auto outcome = [&]() -> Result<net::ServerResponse> {
    static const auto kNobody = std::make_shared<Caller>();
    auto caller = operation.open ? kNobody : TRY(site_.sessions->caller_of(context, request));
    event.who = caller->user;
    Json body = TRY(checked_body(operation, route, request));
    describe(event, route, body);
    if (!operation.open) TRY(check_rights(context, *caller, route));
    Call call{context, *caller, route.path, request.query, std::move(body), request};
    return operation.run(call);
  }();
  if (is_audited(operation)) observe::audit(std::move(event), outcome ? nullptr : &outcome.error());
  return outcome;
}

Result<void> Server::check_rights(const Context& context, Caller& caller, const Route& route) {
  for (const Right& right : route.operation->rights) {
    const auto where = route.path.find("namespace");
    const std::string name_space = where == route.path.end() ? std::string() : where->second;
    const Json question{{"apiVersion", "authorization.k8s.io/v1"},
                        {"kind", "SelfSubjectAccessReview"},
                        {"spec",
                         {{"resourceAttributes",
                           {{"verb", right.verb},
                            {"group", controller::api::kGroup},
                            {"resource", right.resource},
                            {"subresource", right.subresource},
                            {"namespace", name_space}}}}}};
    const auto review = TRY(
        caller.client->request(context, "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", &question));
    if (json_bool(review, {"status", "allowed"})) continue;
    const std::string resource = right.resource + (right.subresource.empty() ? "" : "/" + right.subresource);
    return fail(Error(Fault::auth,
                      fmt::format("{} may not {} {} in namespace {}", caller.user, right.verb, resource, name_space))
                    .with_code("kube.Forbidden")
                    .with_fix(fmt::format("Have an administrator allow {} on {}.{}", right.verb, resource,
                                          controller::api::kGroup)));
  }
  return {};
}

}  // namespace tranship::api
