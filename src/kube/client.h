#pragma once
// A dynamic client of one API server: objects are Json, kinds are ResourceType. Thread-safe; requests share
// one HTTP/2 connection. 429 and 503 with Retry-After are obeyed here (bounded by the context's deadline); idempotent
// requests are also tried again when the connection is cut or a proxy in between answers 502, 503 or 504.
// Everything else is the caller's decision.
//
// Errors carry the Status object's reason: code() is "kube.<Reason>" ("kube.Forbidden", "kube.NotFound",
// "kube.AlreadyExists", "kube.Conflict", "kube.Invalid", "kube.Expired", "kube.TooManyRequests" ...); the
// text names verb, kind and object. Fault: not_found 404, conflict 409 and 410, auth 401 and 403, invalid 400, 415 and
// 422, retryable 408, 429, 5xx and transport, permanent the rest.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "kube/access.h"
#include "kube/resource.h"

namespace tranship::kube {

inline constexpr std::string_view kFieldManager = "tranship";

struct ListOptions {
  std::string label_selector;
  std::string field_selector;
  int page_size = 500;
};

struct WriteOptions {
  bool dry_run = false;
  bool force = false;  // apply only: take fields from other managers
  std::string field_manager{kFieldManager};
  std::string subresource;
};

enum class PatchKind { json, merge, strategic };

struct DeleteOptions {
  std::string propagation = "Background";
  std::string uid_precondition;
  std::string resource_version_precondition;
  std::optional<int> grace_period_seconds;
};

class Client {
 public:
  static Result<std::unique_ptr<Client>> connect(ClusterAccess access);
  virtual ~Client() = default;
  virtual const ClusterAccess& access() const = 0;

  // Namespace: empty for cluster-scoped kinds, or for all namespaces where listing.
  virtual Result<Json> get(const Context& context, const ResourceType& type, const std::string& name_space,
                           const std::string& name, const std::string& subresource = {}) = 0;
  // Pages through; each item (with apiVersion and kind filled in) goes to `item`. Returns the collection's
  // resourceVersion. A page token that expired (410) starts the listing again: `restart` is then called
  // first so that the caller forgets what it has.
  virtual Result<std::string> list(const Context& context, const ResourceType& type,
                                   const std::string& name_space, const ListOptions& options,
                                   const std::function<void(Json&&)>& item,
                                   const std::function<void()>& restart) = 0;
  Result<std::vector<Json>> list_all(const Context& context, const ResourceType& type,
                                     const std::string& name_space, const ListOptions& options = {});
  virtual Result<Json> create(const Context& context, const ResourceType& type, const Json& object,
                              const WriteOptions& options = {}) = 0;
  virtual Result<Json> replace(const Context& context, const ResourceType& type, const Json& object,
                               const WriteOptions& options = {}) = 0;
  // Server-side apply.
  virtual Result<Json> apply(const Context& context, const ResourceType& type, const Json& object,
                             const WriteOptions& options = {}) = 0;
  virtual Result<Json> patch(const Context& context, const ResourceType& type, const std::string& name_space,
                             const std::string& name, PatchKind kind, const Json& patch,
                             const WriteOptions& options = {}) = 0;
  virtual Result<void> remove(const Context& context, const ResourceType& type, const std::string& name_space,
                              const std::string& name, const DeleteOptions& options = {}) = 0;
  // Any path: "/version", "/apis", SelfSubjectAccessReview ... Answers the body as JSON.
  virtual Result<Json> request(const Context& context, const std::string& method, const std::string& path,
                               const Json* body = nullptr, const net::Headers& headers = {}) = 0;
  // A streamed GET without idle time-out (watch, logs); `sink` as in net::HttpRequest.
  virtual Result<void> stream(const Context& context, const std::string& path,
                              const std::function<bool(ByteView)>& sink) = 0;
  // Headers of an authenticated request, for protocols that do not go through here (WebSocket).
  virtual Result<net::Headers> authenticated_headers(const Context& context) = 0;
  // And the options of their connection: access().http with the client certificate that holds right now.
  virtual Result<net::HttpOptions> connection_options(const Context& context) = 0;
};

// True when the error's code is "kube.<reason>".
bool has_reason(const Error& error, std::string_view reason);

}  // namespace tranship::kube
