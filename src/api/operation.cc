#include "api/operation.h"

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

Json error_json(const Error& error) {
  Json text{{"code", error.code().empty() ? "failed" : error.code()}, {"message", error.what()}};
  if (!error.fix().empty()) text["fix"] = error.fix();
  return text;
}

net::ServerResponse answer_error(const Error& error) {
  return answer_json({{"error", error_json(error)}}, status_of(error));
}

}  // namespace tranship::api
