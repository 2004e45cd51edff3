#pragma once
// For tests: the API server of TRANSHIP_TEST_KUBECONFIG with the kinds of tranship.io, and a namespace of the test's
// own. Header-only; tests alone include it.

#include <memory>
#include <set>
#include <string>

#include "controller/install/install.h"
#include "kube/testing/cluster.h"

namespace tranship::controller::testing {

class ApiCluster {
 public:
  ApiCluster() : client_(connect()), name_space_(*client_) {
    const auto discovery = kube::Discovery::fetch({}, *client_);
    EXPECT_TRUE(discovery) << discovery.error().text();
    // The definitions stay: other tests use them at the same time.
    const auto installed =
        install::install({}, {*client_, *discovery, install::definitions(), {}, false}, [](const auto&) {});
    EXPECT_TRUE(installed) << installed.error().text();
  }

  kube::Client& client() { return *client_; }
  const std::string& name_space() const { return name_space_.name(); }

 private:
  static std::unique_ptr<kube::Client> connect() {
    auto client = kube::testing::connect();
    EXPECT_TRUE(client) << client.error().text();
    return std::move(*client);
  }

  std::unique_ptr<kube::Client> client_;
  kube::testing::TestNamespace name_space_;
};

}  // namespace tranship::controller::testing
