#pragma once
// For tests: a client that gives every call to another one; tests override what they disturb.

#include "kube/client.h"

namespace tranship::kube::testing {

class ForwardingClient : public Client {
 public:
  explicit ForwardingClient(Client& inner) : inner_(inner) {}
  const ClusterAccess& access() const override { return inner_.access(); }
  Result<Json> get(const Context& context, const ResourceType& type, const std::string& name_space,
                   const std::string& name, const std::string& subresource = {}) override {
    return inner_.get(context, type, name_space, name, subresource);
  }
  Result<std::string> list(const Context& context, const ResourceType& type, const std::string& name_space,
                           const ListOptions& options, const std::function<void(Json&&)>& item,
                           const std::function<void()>& restart) override {
    return inner_.list(context, type, name_space, options, item, restart);
  }
  Result<Json> create(const Context& context, const ResourceType& type, const Json& object,
                      const WriteOptions& options = {}) override {
    return inner_.create(context, type, object, options);
  }
  Result<Json> replace(const Context& context, const ResourceType& type, const Json& object,
                       const WriteOptions& options = {}) override {
    return inner_.replace(context, type, object, options);
  }
  Result<Json> apply(const Context& context, const ResourceType& type, const Json& object,
                     const WriteOptions& options = {}) override {
    return inner_.apply(context, type, object, options);
  }
  Result<Json> patch(const Context& context, const ResourceType& type, const std::string& name_space,
                     const std::string& name, PatchKind kind, const Json& patch,
                     const WriteOptions& options = {}) override {
    return inner_.patch(context, type, name_space, name, kind, patch, options);
  }
  Result<void> remove(const Context& context, const ResourceType& type, const std::string& name_space,
                      const std::string& name, const DeleteOptions& options = {}) override {
    return inner_.remove(context, type, name_space, name, options);
  }
  Result<Json> request(const Context& context, const std::string& method, const std::string& path,
                       const Json* body = nullptr, const net::Headers& headers = {}) override {
    return inner_.request(context, method, path, body, headers);
  }
  Result<void> stream(const Context& context, const std::string& path,
                      const std::function<bool(ByteView)>& sink) override {
    return inner_.stream(context, path, sink);
  }
  Result<net::Headers> authenticated_headers(const Context& context) override {
    return inner_.authenticated_headers(context);
  }
  Result<net::HttpOptions> connection_options(const Context& context) override {
    return inner_.connection_options(context);
  }

 private:
  Client& inner_;
};

}  // namespace tranship::kube::testing
