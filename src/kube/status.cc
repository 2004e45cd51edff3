#include "kube/status.h"

#include <fmt/format.h>

#include <array>

#include "base/json.h"

namespace tranship::kube {
namespace {

struct StatusName {
  int status;
  std::string_view reason;
};
// Reasons the API conventions tie to a status, for answers that do not carry a Status object.
constexpr std::array<StatusName, 16> kReasons = {{{400, "BadRequest"},
                                                  {401, "Unauthorized"},
                                                  {403, "Forbidden"},
                                                  {404, "NotFound"},
                                                  {405, "MethodNotAllowed"},
                                                  {406, "NotAcceptable"},
                                                  {408, "Timeout"},
                                                  {409, "Conflict"},
                                                  {410, "Gone"},
                                                  {413, "RequestEntityTooLarge"},
                                                  {415, "UnsupportedMediaType"},
                                                  {422, "Invalid"},
                                                  {429, "TooManyRequests"},
                                                  {500, "InternalError"},
                                                  {503, "ServiceUnavailable"},
                                                  {504, "Timeout"}}};

Fault fault_of(int status) {
  if (status >= 500 || status == 408 || status == 429) return Fault::retryable;
  switch (status) {
    case 400:
    case 415:
    case 422: return Fault::invalid;
    case 401:
    case 403: return Fault::auth;
    case 404: return Fault::not_found;
    case 409:
    case 410: return Fault::conflict;
    default: return Fault::permanent;
  }
}

std::string reason_of(int status, const Json& body) {
  std::string reason = json_string(body, {"reason"});
  if (!reason.empty() && reason != "Unknown") return reason;
  for (const auto& known : kReasons) {
    if (known.status == status) return std::string(known.reason);
  }
  return "Status" + std::to_string(status);
}

// Text of somebody else's, made fit for one line of ours.
std::string one_line(std::string_view text, std::size_t length_max) {
  std::string line;
  for (const char c : text.substr(0, length_max)) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  while (!line.empty() && (line.back() == ' ' || line.back() == '.')) line.pop_back();
  return text.size() > length_max ? line + "..." : line;
}

std::string quoted_after(std::string_view text, std::string_view mark) {
  const auto begin = text.find(mark);
  if (begin == std::string_view::npos) return {};
  const auto rest = text.substr(begin + mark.size());
  return std::string(rest.substr(0, rest.find('"')));
}

// RBAC's refusal, as opposed to an admission plugin's, which is a 403 too: `... User "jane" cannot list resource
// "pods" in API group "" in the namespace "shop"`.
Error no_right(const Attempted& attempted, const std::string& message) {
  const std::string user = quoted_after(message, "User \"");
  std::string resource = quoted_after(message, "resource \"");
  const std::string group = quoted_after(message, "in API group \"");
  const std::string name_space = quoted_after(message, "in the namespace \"");
  const auto verb_at = message.find("cannot ") + 7;
  const std::string verb = message.substr(verb_at, message.find(' ', verb_at) - verb_at);
  if (!group.empty()) resource += "." + group;
  const std::string where = name_space.empty() ? "in the whole cluster" : "in namespace " + name_space;
  return Error(Fault::auth, fmt::format("{} {}: user {} has no right to {} {} {} of cluster {}", attempted.verb,
                                        attempted.object, user, verb, resource, where, attempted.cluster_name))
      .with_fix(fmt::format("Give {} the verb {} on {} {} (RBAC: a {} with it, bound to the user)", user, verb,
                            resource, where, name_space.empty() ? "ClusterRole" : "Role or ClusterRole"))
      .with_code("kube.Forbidden");
}

}  // namespace

Error refusal(const Attempted& attempted, const net::HttpResponse& response) {
  const auto parsed = parse_json(response.body);
  const Json body = parsed && parsed->is_object() ? *parsed : Json::object();
  const std::string reason = reason_of(response.status, body);
  std::string message = json_string(body, {"message"});
  if (message.find("User \"") != std::string::npos && message.find("\" cannot ") != std::string::npos &&
      message.find("resource \"") != std::string::npos && response.status == 403) {
    return no_right(attempted, message);
  }
  if (message.empty()) message = one_line(response.body, 300);
  if (message.empty()) message = fmt::format("status {}", response.status);
  const std::string start = attempted.verb + " " + attempted.object;
  Error error(fault_of(response.status), start + ": " + one_line(message, 4000));
  if (response.status == 401) {
    error = Error(Fault::auth, fmt::format("{}: the API server {} does not accept the credentials of {}", start,
                                           attempted.server, attempted.cluster_name))
                .with_fix("Log in again, or renew the token or client certificate in the kubeconfig");
  }
  return std::move(error).with_code("kube." + reason);
}

}  // namespace tranship::kube
