#pragma once
// For tests against a real API server: a client with admin rights and a namespace of its own that
// goes away with it.

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "kube/client.h"
#include "kube/testing/cluster.h"

namespace tranship::kube::testing {

inline std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

class ApiServer {
 public:
  // `kubeconfig`: a file's path.
  explicit ApiServer(const std::string& kubeconfig, const std::string& prefix = "tranship-test") {
    auto access_loaded = load_access({.files = {kubeconfig}});
    if (!access_loaded) throw std::runtime_error(access_loaded.error().text());
    access = std::move(*access_loaded);
    client = connect(access);
    std::random_device random;
    name_space = prefix + "-" + std::to_string(random());
    const auto created = client->create(
        context(), types::name_space(),
        {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_space}}}});
    if (!created) throw std::runtime_error(created.error().text());
  }
  ~ApiServer() { (void)client->remove(context(), types::name_space(), "", name_space); }

  static std::unique_ptr<Client> connect(const ClusterAccess& access) {
    auto client = Client::connect(access);
    if (!client) throw std::runtime_error(client.error().text());
    return std::move(*client);
  }
  static Context context() { return Context().with_timeout(std::chrono::seconds(60)); }

  Json config_map(const std::string& name, const std::string& value) const {
    return {{"apiVersion", "v1"},
            {"kind", "ConfigMap"},
            {"metadata", {{"name", name}, {"namespace", name_space}}},
            {"data", {{"value", value}}}};
  }

  ClusterAccess access;
  std::unique_ptr<Client> client;
  std::string name_space;
};

}  // namespace tranship::kube::testing
