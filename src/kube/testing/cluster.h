#pragma once
// For tests: a client of the API server that TRANSHIP_TEST_KUBECONFIG names, and a namespace of the test's own.
// Header-only; tests alone include it.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "kube/client.h"

// Skips the test when there is no API server.
#define TRANSHIP_NEEDS_CLUSTER()                          \
  if (std::getenv("TRANSHIP_TEST_KUBECONFIG") == nullptr) \
  GTEST_SKIP() << "TRANSHIP_TEST_KUBECONFIG is not set: it names the kubeconfig of an API-only cluster"

namespace tranship::kube::testing {

inline Result<std::unique_ptr<Client>> connect(const Impersonation& impersonate = {}) {
  KubeconfigOptions options;
  options.files = {std::getenv("TRANSHIP_TEST_KUBECONFIG")};
  options.impersonate = impersonate;
  return Client::connect(TRY(load_access(options)));
}

// A name that no other case has: for namespaces, and for what is cluster-wide (definitions, classes, roles). Cases run
// side by side as processes of their own, and an API-only cluster never finishes deleting a namespace, so that a number
// that comes again, as a process's does, is not enough. Short whatever the case is called: a namespace's name ends at
// 63 characters.
inline std::string unique_name(const std::string& prefix) {
  static std::random_device random;
  static std::atomic<int> count = 0;
  return prefix + "-" + std::to_string(random()) + "-" + std::to_string(++count);
}

// Made at the start, deleted at the end.
class TestNamespace {
 public:
  explicit TestNamespace(Client& client) : client_(client), name_(unique_name("test")) {
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
