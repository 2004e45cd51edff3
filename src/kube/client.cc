#include "kube/client.h"

#include "kube/list.h"
#include "kube/sender.h"
#include "kube/status.h"
#include "net/url.h"

namespace tranship::kube {
namespace {

constexpr std::string_view kJsonType = "application/json";

std::string_view content_type(PatchKind kind) {
  switch (kind) {
    case PatchKind::json: return "application/json-patch+json";
    case PatchKind::merge: return "application/merge-patch+json";
    case PatchKind::strategic: return "application/strategic-merge-patch+json";
  }
  return kJsonType;
}

// A write or read on one object, taken apart.
struct Target {
  std::string name_space;
  std::string name;
};

Result<Target> target_of(const ResourceType& type, const Json& object, bool needs_name) {
  Target target{json_string(object, {"metadata", "namespace"}), json_string(object, {"metadata", "name"})};
  if (type.namespaced && target.name_space.empty()) {
    return fail(Fault::invalid, type.kind + " " + target.name + " has no metadata.namespace");
  }
  if (!type.namespaced && !target.name_space.empty()) {
    return fail(Fault::invalid, type.kind + " " + target.name + " is cluster-scoped but names a namespace");
  }
  if (needs_name && target.name.empty()) return fail(Fault::invalid, type.kind + " without metadata.name");
  return target;
}

std::string write_query(const WriteOptions& options, bool apply) {
  std::string query = "?fieldManager=" + net::percent_encode(options.field_manager);
  if (options.dry_run) query += "&dryRun=All";
  if (apply && options.force) query += "&force=true";
  return query;
}

class ApiClient final : public Client {
 public:
  explicit ApiClient(ClusterAccess access) : sender_(std::move(access)) {}

  const ClusterAccess& access() const override { return sender_.access(); }

  Result<Json> get(const Context& context, const ResourceType& type, const std::string& name_space,
                   const std::string& name, const std::string& subresource) override {
    if (name.empty()) return fail(Fault::invalid, "get " + type.kind + " without a name");
    Call call = call_for("get", type, {name_space, name}, subresource);
    call.request.url = type.path(name_space, name, subresource);
    call.options.idempotent = true;
    return json_answer(context, std::move(call));
  }

  Result<std::string> list(const Context& context, const ResourceType& type, const std::string& name_space,
                           const ListOptions& options, const std::function<void(Json&&)>& item,
                           const std::function<void()>& restart) override {
    return list_pages(context, sender_, type, name_space, options, item, restart);
  }

  Result<Json> create(const Context& context, const ResourceType& type, const Json& object,
                      const WriteOptions& options) override {
    const bool sub = !options.subresource.empty();
    const Target target = TRY_IN("create", target_of(type, object, sub));
    Call call = call_for("create", type, target, options.subresource);
    call.request.method = "POST";
    call.request.url = type.path(target.name_space, sub ? target.name : "", options.subresource) +
                       write_query(options, false);
    // An eviction's 429 says that a disruption budget forbids it now: that is for the caller.
    call.options.wait_for_room = options.subresource != "eviction";
    return send_object(context, std::move(call), object, kJsonType);
  }

  Result<Json> replace(const Context& context, const ResourceType& type, const Json& object,
                       const WriteOptions& options) override {
    const Target target = TRY_IN("replace", target_of(type, object, true));
    Call call = call_for("update", type, target, options.subresource);
    call.request.method = "PUT";
    call.request.url =
        type.path(target.name_space, target.name, options.subresource) + write_query(options, false);
    call.options.idempotent = true;
    return send_object(context, std::move(call), object, kJsonType);
  }

  Result<Json> apply(const Context& context, const ResourceType& type, const Json& object,
                     const WriteOptions& options) override {
    const Target target = TRY_IN("apply", target_of(type, object, true));
    Call call = call_for("apply", type, target, options.subresource);
    call.request.method = "PATCH";
    call.request.url =
        type.path(target.name_space, target.name, options.subresource) + write_query(options, true);
    call.options.idempotent = true;
    // Servers refuse an apply that carries managedFields.
    if (object.at("metadata").contains("managedFields")) {
      Json bare = object;
      bare["metadata"].erase("managedFields");
      return send_object(context, std::move(call), bare, "application/apply-patch+yaml");
    }
    return send_object(context, std::move(call), object, "application/apply-patch+yaml");
  }

  Result<Json> patch(const Context& context, const ResourceType& type, const std::string& name_space,
                     const std::string& name, PatchKind kind, const Json& patch,
                     const WriteOptions& options) override {
    if (name.empty()) return fail(Fault::invalid, "patch " + type.kind + " without a name");
    Call call = call_for("patch", type, {name_space, name}, options.subresource);
    call.request.method = "PATCH";
    call.request.url = type.path(name_space, name, options.subresource) + write_query(options, false);
    // Appending to a list twice is not appending once.
    call.options.idempotent = kind != PatchKind::json;
    return send_object(context, std::move(call), patch, content_type(kind));
  }

  Result<void> remove(const Context& context, const ResourceType& type, const std::string& name_space,
                      const std::string& name, const DeleteOptions& options) override {
    if (name.empty()) return fail(Fault::invalid, "delete " + type.kind + " without a name");
    Call call = call_for("delete", type, {name_space, name}, {});
    call.request.method = "DELETE";
    call.request.url = type.path(name_space, name);
    call.options.idempotent = true;
    Json body = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", options.propagation}};
    if (!options.uid_precondition.empty()) body["preconditions"]["uid"] = options.uid_precondition;
    if (!options.resource_version_precondition.empty()) {
      body["preconditions"]["resourceVersion"] = options.resource_version_precondition;
    }
    if (options.grace_period_seconds) body["gracePeriodSeconds"] = *options.grace_period_seconds;
    const std::string text = to_text(body);
    call.request.body = as_bytes(text);
    call.request.headers.emplace_back("Content-Type", kJsonType);
    const Sent sent = TRY_IN(call.attempted.verb + " " + call.attempted.object,
                             sender_.send(context, call.request, call.options));
    // The attempt whose answer was lost did it.
    if (sent.response.status == 404 && sent.repeated_after_cut) return {};
    if (sent.response.status >= 400) return fail(refusal(call.attempted, sent.response));
    return {};
  }

  Result<Json> request(const Context& context, const std::string& method, const std::string& path,
                       const Json* body, const net::Headers& headers) override {
    Call call = call_for(method, path);
    call.request.method = method;
    if (!net::header(headers, "Accept").empty()) call.request.headers.clear();
    call.request.headers.insert(call.request.headers.end(), headers.begin(), headers.end());
    call.options.idempotent = method != "POST" && method != "PATCH";
    if (body == nullptr) return json_answer(context, std::move(call));
    const bool typed = !net::header(headers, "Content-Type").empty();
    return send_object(context, std::move(call), *body, typed ? std::string_view{} : kJsonType);
  }

  Result<void> stream(const Context& context, const std::string& path,
                      const std::function<bool(ByteView)>& sink) override {
    Call call = call_for("GET", path);
    call.request.idle_timeout = std::chrono::milliseconds(0);
    call.request.sink = sink;
    call.options.idempotent = true;
    const Sent sent = TRY(sender_.send(context, std::move(call.request), call.options));
    if (sent.response.status >= 400) return fail(refusal(call.attempted, sent.response));
    return {};
  }

  Result<net::Headers> authenticated_headers(const Context& context) override {
    return sender_.authenticated_headers(context);
  }
  Result<net::HttpOptions> connection_options(const Context& context) override {
    return sender_.connection_options(context);
  }

 private:
  struct Call {
    net::HttpRequest request;
    SendOptions options;
    Attempted attempted;
  };

  Call call_for(std::string verb, const std::string& path) const {
    Call call;
    call.request.url = path;
    call.request.headers = {{"Accept", std::string(kJsonType)}};
    call.attempted.verb = std::move(verb);
    call.attempted.object = path.substr(0, path.find('?'));
    call.attempted.cluster_name = access().name;
    call.attempted.server = access().server;
    return call;
  }

  Call call_for(std::string verb, const ResourceType& type, const Target& target,
                const std::string& subresource) const {
    Call call = call_for(std::move(verb), "");
    call.attempted.object = ObjectReference{type.gvk(), target.name_space, target.name}.to_string();
    if (!subresource.empty()) call.attempted.object += " (" + subresource + ")";
    call.attempted.plural = type.qualified_plural();
    call.attempted.name_space = target.name_space;
    return call;
  }

  // An empty `type`: the request's headers have one already.
  Result<Json> send_object(const Context& context, Call call, const Json& object, std::string_view type) {
    const std::string text = to_text(object);
    call.request.body = as_bytes(text);
    if (!type.empty()) call.request.headers.emplace_back("Content-Type", type);
    return json_answer(context, std::move(call));
  }

  Result<Json> json_answer(const Context& context, Call call) {
    const std::string start = call.attempted.verb + " " + call.attempted.object;
    const Sent sent = TRY_IN(start, sender_.send(context, std::move(call.request), call.options));
    if (sent.response.status >= 400) return fail(refusal(call.attempted, sent.response));
    if (sent.response.body.empty()) return Json(nullptr);
    return TRY_IN(start, parse_json(sent.response.body));
  }

  Sender sender_;
};

}  // namespace

Result<std::unique_ptr<Client>> Client::connect(ClusterAccess access) {
  while (access.server.ends_with('/')) access.server.pop_back();
  const auto url = TRY_IN("server of " + access.name, net::parse_url(access.server));
  if (url.scheme != "https" && url.scheme != "http") {
    return fail(Fault::invalid, "server of " + access.name + ": the URL does not begin with https:// or http://");
  }
  return std::unique_ptr<Client>(std::make_unique<ApiClient>(std::move(access)));
}

Result<std::vector<Json>> Client::list_all(const Context& context, const ResourceType& type,
                                           const std::string& name_space, const ListOptions& options) {
  std::vector<Json> items;
  TRY(list(context, type, name_space, options, [&](Json&& item) { items.push_back(std::move(item)); },
           [&] { items.clear(); }));
  return items;
}

bool has_reason(const Error& error, std::string_view reason) {
  return error.code() == "kube." + std::string(reason);
}

}  // namespace tranship::kube
