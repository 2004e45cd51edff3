// The kinds of tranship.io: read and written with the caller's own credentials, so that the API server decides, checks
// and admits.

#include "api/operations/operations.h"
#include "api/routing/schema.h"
#include "controller/api/types.h"

namespace tranship::api {
namespace {

using kube::ResourceType;

const std::string& where(const Call& call) {
  return call.path.at("namespace");
}

Json trimmed(Json object) {
  json_erase(object, {"metadata", "managedFields"});
  return object;
}

// The path decides which object it is, whatever the body says.
Result<void> take_place(Call& call, const ResourceType& type, const std::string& name) {
  Json& body = call.body;
  const std::string given = json_string(body, {"metadata", "namespace"}, where(call));
  if (given != where(call) || (!name.empty() && json_string(body, {"metadata", "name"}, name) != name)) {
    return fail(
        Error(Fault::invalid, "name and namespace of the body are not those of the path").with_code("api.invalid"));
  }
  if (json_string(body, {"kind"}, type.kind) != type.kind) {
    return fail(Error(Fault::invalid, "the body is of another kind").with_code("api.invalid"));
  }
  body["apiVersion"] = type.api_version();
  body["kind"] = type.kind;
  body["metadata"]["namespace"] = where(call);
  if (!name.empty()) body["metadata"]["name"] = name;
  return {};
}

Result<net::ServerResponse> list(Call& call, const ResourceType& type) {
  Json items = Json::array();
  for (Json& each : TRY(call.caller.client->list_all(call.context, type, where(call)))) {
    items.push_back(trimmed(std::move(each)));
  }
  return answer_json({{"items", items}});
}

Result<net::ServerResponse> create(Call& call, const ResourceType& type) {
  TRY(take_place(call, type, {}));
  const kube::WriteOptions options{.dry_run = call.in_query("dryRun") == "true"};
  return answer_json(trimmed(TRY(call.caller.client->create(call.context, type, call.body, options))), 201);
}

Result<net::ServerResponse> get(Call& call, const ResourceType& type) {
  return answer_json(trimmed(TRY(call.caller.client->get(call.context, type, where(call), call.path.at("name")))));
}

Result<net::ServerResponse> replace(Call& call, const ResourceType& type) {
  TRY(take_place(call, type, call.path.at("name")));
  const kube::WriteOptions options{.dry_run = call.in_query("dryRun") == "true"};
  return answer_json(trimmed(TRY(call.caller.client->replace(call.context, type, call.body, options))));
}

Result<net::ServerResponse> patch(Call& call, const ResourceType& type) {
  const kube::WriteOptions options{.dry_run = call.in_query("dryRun") == "true"};
  return answer_json(trimmed(TRY(call.caller.client->patch(call.context, type, where(call), call.path.at("name"),
                                                           kube::PatchKind::merge, call.body, options))));
}

Result<net::ServerResponse> remove(Call& call, const ResourceType& type) {
  TRY(call.caller.client->remove(call.context, type, where(call), call.path.at("name")));
  return net::ServerResponse{.status = 204, .content_type = {}};
}

void add_kind(std::vector<Operation>& all, const ResourceType& type) {
  const std::string collection = "/namespaces/{namespace}/" + type.plural, one = collection + "/{name}";
  const Json object = schema::reference(type.kind);
  const Parameter dry{"dryRun", schema::one_of({"true", "false"})};
  using Run = Result<net::ServerResponse> (*)(Call&, const ResourceType&);
  const auto with = [&type](Run run) { return [run, &type](Call& call) { return run(call, type); }; };
  const auto add = [&](const char* method, const std::string& path, const char* verb, const char* summary, Run run) {
    Operation& made = all.emplace_back();
    made.method = method;
    made.path = path;
    made.name = verb + type.kind;
    made.summary = summary + (" " + type.kind) + ".";
    made.run = with(run);
    return &made;
  };
  add("GET", collection, "list", "All objects of kind", list)->answer = schema::reference(type.kind + "List");
  add("GET", one, "get", "One", get)->answer = object;
  add("DELETE", one, "delete", "Removes a", remove)->status = 204;
  const auto add_write = [&](Operation* made, const Json& body, int status) {
    made->body = body;
    made->answer = object;
    made->query = {dry};
    made->status = status;
  };
  add_write(add("POST", collection, "create", "Makes a", create), object, 201);
  add_write(add("PUT", one, "replace", "Replaces a", replace), object, 200);
  add_write(add("PATCH", one, "patch", "Changes (RFC 7396) a", patch), schema::map(Json::object()), 200);
}

}  // namespace

std::vector<Operation> object_operations(const Site&) {
  namespace kinds = controller::api;
  std::vector<Operation> all;
  for (const ResourceType* type :
       {&kinds::Location::type(), &kinds::Policy::type(), &kinds::RestorePoint::type(), &kinds::Backup::type(),
        &kinds::Export::type(), &kinds::Import::type(), &kinds::Restore::type(), &kinds::TransformSet::type()}) {
    add_kind(all, *type);
  }
  return all;
}

}  // namespace tranship::api
