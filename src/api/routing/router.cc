#include "api/routing/router.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/routing/schema.h"
#include "net/url.h"

namespace tranship::api {
namespace {

std::vector<std::string_view> pieces(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

// The names in the pattern with what stands there, when the path fits.
std::optional<std::map<std::string, std::string>> match(std::string_view pattern, std::string_view path) {
  const auto wanted = pieces(pattern), given = pieces(path);
  if (wanted.size() != given.size()) return std::nullopt;
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      names[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = net::percent_decode(given[i]);
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return names;
}

// As the names of Kubernetes' objects: they become pieces of other paths.
bool is_name(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, fits) && text != "." && text != "..";
}

}  // namespace

Result<Route> Router::find(std::string_view method, std::string_view path) const {
  bool known = false;
  for (const Operation& operation : operations_) {
    auto names = path.starts_with(kApiRoot) ? match(operation.path, path.substr(kApiRoot.size())) : std::nullopt;
    if (!names) continue;
    known = true;
    if (operation.method == method) return Route{&operation, std::move(*names)};
  }
  if (known) {
    return fail(Error(Fault::invalid, fmt::format("this path has no {}", method)).with_code("api.method"));
  }
  return fail(Error(Fault::not_found, "there is no such path")
                  .with_code("api.path")
                  .with_fix(fmt::format("{}/openapi.json lists all of them", kApiRoot)));
}

Result<Json> checked_body(const Operation& operation, const Route& route, const net::ServerRequest& request) {
  const auto invalid = [](std::string text) {
    return fail(Error(Fault::invalid, std::move(text)).with_code("api.invalid"));
  };
  for (const auto& [name, value] : route.path) {
    if (!is_name(value)) return invalid(fmt::format("the {} in the path is none", name));
  }
  for (const Parameter& parameter : operation.query) {
    const auto given = request.query.find(parameter.name);
    if (given == request.query.end()) {
      if (parameter.required) return invalid(fmt::format("the parameter {} is missing", parameter.name));
    } else if (json_string(parameter.schema, {"type"}) == "string") {
      if (auto fits = schema::check(Json(given->second), parameter.schema); !fits) {
        return fail(std::move(fits).error().in("the parameter " + parameter.name));
      }
    }
  }
  if (operation.body.is_null()) return Json();
  auto body = parse_json(request.body);
  if (!body) return fail(Error(Fault::invalid, "the body is no JSON").with_code("api.invalid"));
  TRY(schema::check(*body, operation.body));
  return std::move(*body);
}

}  // namespace tranship::api
