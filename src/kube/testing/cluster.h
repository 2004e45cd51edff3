#pragma once
// For tests: a client of the API server that TRANSHIP_TEST_KUBECONFIG names, and a namespace of the test's own.
// Header-only; tests alone include it.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>

#include "kube/client.h"

// Skips the test when there is no API server.
#define TRANSHIP_NEEDS_CLUSTER()                                                                      \
  if (std::getenv("TRANSHIP_TEST_KUBECONFIG") == nullptr)                                             \
  GTEST_SKIP() << "TRANSHIP_TEST_KUBECONFIG is not set: it names the kubeconfig of an API-only cluster"

namespace tranship::kube::testing {

inline Result<std::unique_ptr<Client>> connect(const Impersonation& impersonate = {}) {
  KubeconfigOptions options;
  options.files = {std::getenv("TRANSHIP_TEST_KUBECONFIG")};
  options.impersonate = impersonate;
  return Client::connect(TRY(load_access(options)));
}

// Made at the start, deleted at the end; the name is the process's own.
class TestNamespace {
 public:
  explicit TestNamespace(Client& client) : client_(client) {
    static std::atomic<int> count = 0;
    name_ = "test-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
    const Json object = {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_}}}};
    const auto created = client_.create({}, types::name_space(), object);
    EXPECT_TRUE(created) << created.error().text();
  }
  TestNamespace(const TestNamespace&) = delete;
  TestNamespace& operator=(const TestNamespace&) = delete;
  ~TestNamespace() { (void)client_.remove({}, types::name_space(), "", name_); }
  const std::string& name() const { return name_; }

 private:
  Client& client_;
  std::string name_;
};

}  // namespace tranship::kube::testing
