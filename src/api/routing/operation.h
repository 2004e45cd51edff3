#pragma once
// An operation of the API, declared once: of it come its route, the checks before it runs, and its place in the OpenAPI
// document.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "api/access/caller.h"
#include "base/context.h"
#include "net/http_server.h"

namespace tranship::api {

// A right in the cluster that the caller must have, in the namespace that the path names.
struct Right {
  std::string verb;
  std::string resource;     // "locations"; of the group tranship.io
  std::string subresource;  // empty: none
};

// One request to an operation, after its checks.
struct Call {
  const Context& context;
  Caller& caller;
  std::map<std::string, std::string> path;   // by the names in the operation's path, unescaped
  std::map<std::string, std::string> query;  // by name
  Json body;                                 // as its schema says; null when it has none
  const net::ServerRequest& request;

  // Empty when it was not given.
  std::string in_query(const std::string& name) const;
};

struct Parameter {
  std::string name;
  Json schema;
  bool required = false;
};

struct Operation {
  std::string method, path;  // "GET", "/namespaces/{namespace}/locations"
  std::string name;          // "listLocations": what clients call it
  std::string summary;
  std::vector<Parameter> query;
  Json body;    // schema; null: none
  Json answer;  // schema; null: nothing, or what `content_type` says
  std::string content_type = "application/json";
  int status = 200;
  // Asked of the API server before the operation runs. Without it the caller's own credentials, with which the
  // operation talks to the API server, decide.
  std::vector<Right> rights;
  // Answered without a session: who one is, and how to become it.
  bool open = false;
  std::function<Result<net::ServerResponse>(Call&)> run;
};

// 200 (or the operation's own status) with a body of JSON.
net::ServerResponse answer_json(const Json& value, int status = 200);
// {"error": ...} (api/access/error_json.h), with the status that the fault stands for.
net::ServerResponse answer_error(const Error& error);

}  // namespace tranship::api
