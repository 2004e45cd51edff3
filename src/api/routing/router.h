#pragma once
// From a request to the operation it is about, and the checks that all operations have in common.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/routing/operation.h"

namespace tranship::api {

inline constexpr std::string_view kApiRoot = "/api/v1";

struct Route {
  const Operation* operation;
  std::map<std::string, std::string> path;
};

class Router {
 public:
  explicit Router(std::vector<Operation> operations) : operations_(std::move(operations)) {}

  // `path`: still escaped. Fault::not_found (code "api.path") for none of that path, invalid (code "api.method") for
  // one that has other methods.
  Result<Route> find(std::string_view method, std::string_view path) const;
  const std::vector<Operation>& operations() const { return operations_; }

 private:
  const std::vector<Operation> operations_;
};

// Names in the path, the query and the body against what the operation declares. Fault::invalid.
Result<Json> checked_body(const Operation& operation, const Route& route, const net::ServerRequest& request);

}  // namespace tranship::api
