#pragma once
// For tests: an API server on a socket that keeps objects as they are written, lists, watches and deletes them. It
// knows nothing of schemas, versions and rights; what depends on these wants cluster.h. Header-only; tests alone
// include it.

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kube/client.h"
#include "net/testing/server.h"

namespace tranship::controller::testing {

class ObjectServer {
 public:
  ObjectServer() : server_([this](const auto& request, auto& connection) { return answer(request, connection); }) {
    kube::ClusterAccess access;
    access.name = "test";
    access.server = server_.url("");
    client_ = std::move(kube::Client::connect(std::move(access)).value());
  }

  kube::Client& client() { return *client_; }

  // Written or replaced; those who watch are told.
  void put(const kube::ResourceType& type, Json object) {
    const std::string path =
        type.path(json_string(object, {"metadata", "namespace"}), json_string(object, {"metadata", "name"}));
    std::lock_guard lock(mutex_);
    put_locked(path, std::move(object));
  }
  void remove(const kube::ResourceType& type, const std::string& name_space, const std::string& name) {
    std::lock_guard lock(mutex_);
    remove_locked(type.path(name_space, name));
  }
  // Of all namespaces.
  std::vector<Json> list(const kube::ResourceType& type) const {
    std::lock_guard lock(mutex_);
    return list_locked(Target(type.path({})));
  }

 private:
  using SeenRequest = net::testing::SeenRequest;
  using Connection = net::testing::Connection;

  // What a path names: a kind, perhaps a namespace, perhaps an object.
  struct Target {
    explicit Target(const std::string& path) {
      const std::size_t at = path.find('/', path.starts_with("/apis/") ? path.find('/', 6) + 1 : 5);
      kind = path.substr(0, at);
      std::string rest = path.substr(at + 1);
      if (rest.starts_with("namespaces/") && rest.find('/', 11) != std::string::npos) {
        name_space = rest.substr(11, rest.find('/', 11) - 11);
        rest = rest.substr(rest.find('/', 11) + 1);
      }
      kind += "/" + rest.substr(0, rest.find('/'));
      if (rest.find('/') != std::string::npos) name = rest.substr(rest.find('/') + 1);
    }
    bool holds(const Target& object) const {
      return kind == object.kind && (name_space.empty() || name_space == object.name_space);
    }
    std::string kind;  // "/api/v1/pods"
    std::string name_space, name;
  };
  struct Change {
    std::string type;  // of the watch event
    std::string path;
    Json object;
  };

  Json put_locked(const std::string& path, Json object) {
    object["metadata"]["resourceVersion"] = std::to_string(changes_.size() + 1);
    changes_.push_back({objects_.contains(path) ? "MODIFIED" : "ADDED", path, object});
    return objects_[path] = std::move(object);
  }
  bool remove_locked(const std::string& path) {
    const auto found = objects_.find(path);
    if (found == objects_.end()) return false;
    changes_.push_back({"DELETED", path, found->second});
    objects_.erase(found);
    return true;
  }
  std::vector<Json> list_locked(const Target& target) const {
    std::vector<Json> found;
    for (const auto& [path, object] : objects_) {
      if (target.holds(Target(path))) found.push_back(object);
    }
    return found;
  }

  static bool missing(Connection& connection) {
    return connection.answer(404, R"({"kind":"Status","reason":"NotFound","message":"not found"})");
  }

  bool answer(const SeenRequest& request, Connection& connection) {
    std::string path = request.target.substr(0, request.target.find('?'));
    if (path.ends_with("/status")) path.erase(path.size() - 7);
    const Target target(path);
    if (request.target.find("watch=true") != std::string::npos) return watch(target, request.target, connection);
    std::lock_guard lock(mutex_);
    if (request.method == "POST") {
      const Json object = parse_json(request.body).value();
      return connection.answer(201, put_locked(path + "/" + json_string(object, {"metadata", "name"}), object).dump());
    }
    if (request.method == "GET" && target.name.empty()) {
      Json list = {{"kind", "List"}, {"apiVersion", "v1"}, {"items", Json::array()}};
      list["metadata"]["resourceVersion"] = std::to_string(changes_.size());
      for (auto& object : list_locked(target)) list["items"].push_back(std::move(object));
      return connection.answer(200, list.dump());
    }
    const auto found = objects_.find(path);
    if (found == objects_.end()) return missing(connection);
    if (request.method == "GET") return connection.answer(200, found->second.dump());
    if (request.method == "DELETE") {
      remove_locked(path);
      return connection.answer(200, R"({"kind":"Status","status":"Success"})");
    }
    Json object = found->second;
    object.merge_patch(parse_json(request.body).value());
    return connection.answer(200, put_locked(path, std::move(object)).dump());
  }

  // Until this object goes: what changed since the version that the watch begins with.
  bool watch(const Target& target, const std::string& query, Connection& connection) {
    std::size_t next = std::stoul(query.substr(query.find("resourceVersion=") + 16));
    bool fine = connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (fine && !server_.stopping()) {
      std::string lines;
      {
        std::lock_guard lock(mutex_);
        for (; next < changes_.size(); ++next) {
          const Change& change = changes_[next];
          if (!target.holds(Target(change.path))) continue;
          lines += Json{{"type", change.type}, {"object", change.object}}.dump() + "\n";
        }
      }
      if (!lines.empty()) fine = connection.write(fmt::format("{:x}\r\n{}\r\n", lines.size(), lines));
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }

  mutable std::mutex mutex_;
  std::map<std::string, Json> objects_;  // by path
  std::vector<Change> changes_;          // a resourceVersion is how many there were
  net::testing::Server server_;
  std::unique_ptr<kube::Client> client_;
};

}  // namespace tranship::controller::testing
