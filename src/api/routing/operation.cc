#include "api/routing/operation.h"

#include "api/access/error_json.h"

namespace tranship::api {
namespace {

int status_of(const Error& error) {
  switch (error.fault()) {
    case Fault::not_found:
      return 404;
    case Fault::conflict:
      return 409;
    case Fault::auth:
      return error.code() == "kube.Unauthorized" ? 401 : 403;
    case Fault::invalid:
      return error.code() == "api.method" ? 405 : 400;
    case Fault::retryable:
    case Fault::cancelled:
      return 503;
    default:
      return 500;
  }
}

}  // namespace

std::string Call::in_query(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

net::ServerResponse answer_json(const Json& value, int status) {
  return {.status = status, .content_type = "application/json", .body = to_text(value)};
}

net::ServerResponse answer_error(const Error& error) {
  return answer_json({{"error", error_json(error)}}, status_of(error));
}

}  // namespace tranship::api
