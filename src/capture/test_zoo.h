#pragma once
// For tests: the objects of testdata/zoo.yaml in a namespace of their own on the API server of the tests, and
// what capture is expected to do with each. Header-only; tests alone include it.

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/references.h"
#include "base/file.h"
#include "base/yaml.h"
#include "kube/discovery.h"
#include "kube/testing/cluster.h"
#include "kube/testing/forwarding_client.h"

namespace tranship::capture {

class Zoo {
 public:
  explicit Zoo(kube::Client& client) : client_(client), name_space_(client) {
    const auto text = read_file(std::string(CAPTURE_TESTDATA) + "/zoo.yaml");
    const auto documents = text ? parse_yaml(*text) : fail(text.error());
    EXPECT_TRUE(documents) << documents.error().text();
    for (const auto& document : *documents) {
      if (document.is_object()) add(document);
    }
  }
  // Cluster-scoped objects outlive the namespace.
  ~Zoo() {
    for (auto object = made_.rbegin(); object != made_.rend(); ++object) {
      const auto* type = type_of(*object);
      json_erase(*object, {"metadata", "finalizers"});
      if (!json_at(*object, {"metadata", "namespace"}).is_null()) {
        // A finalizer that nobody serves would keep the namespace for ever.
        const Json patch = {{"metadata", {{"finalizers", nullptr}}}};
        if (kube::GroupVersionKind::of(*object).kind == "Animal") {
          (void)client_.patch({}, *type, name(), json_string(*object, {"metadata", "name"}),
                              kube::PatchKind::merge, patch);
        }
        continue;
      }
      (void)client_.remove({}, *type, {}, json_string(*object, {"metadata", "name"}));
    }
  }

  const std::string& name() const { return name_space_.name(); }
  const kube::Discovery& discovery() const { return *discovery_; }
  // "Deployment web" of the namespaced objects to capture, and of the closure.
  const std::set<std::string>& expected() const { return expected_; }
  const std::set<std::string>& expected_closure() const { return expected_closure_; }

 private:
  void add(Json object) {
    fill(object);
    const auto* type = type_of(object);
    ASSERT_NE(type, nullptr) << to_text(object);
    const std::string expect = json_string(object, {"metadata", "annotations", "expect"});
    const std::string id =
        kube::GroupVersionKind::of(object).kind + " " + json_string(object, {"metadata", "name"});
    if (expect.empty()) expected_.insert(id);
    if (expect == "closure") expected_closure_.insert(id);
    auto created = client_.create({}, *type, object);
    if (!created &&
        kube::has_reason(created.error(), "AlreadyExists")) {  // made by controllers, where these run
      created = client_.get({}, *type, name(), json_string(object, {"metadata", "name"}));
    }
    ASSERT_TRUE(created) << id << ": " << created.error().text();
    uids_[kube::GroupVersionKind::of(object).kind + "/" + json_string(object, {"metadata", "name"})] =
        json_string(*created, {"metadata", "uid"});
    made_.push_back(std::move(object));
  }

  // Kinds of the CRDs made meanwhile appear some moments later.
  const kube::ResourceType* type_of(const Json& object) {
    const auto wanted = kube::GroupVersionKind::of(object);
    for (int attempt = 0; attempt < 100; ++attempt) {
      if (discovery_) {
        if (const auto* type = discovery_->find(wanted.group, wanted.kind)) return type;
        (void)Context().sleep(std::chrono::milliseconds(100));
      }
      auto fetched = kube::Discovery::fetch({}, client_);
      EXPECT_TRUE(fetched) << fetched.error().text();
      if (fetched) discovery_ = *std::move(fetched);
    }
    return nullptr;
  }

  void fill(Json& value) {
    if (value.is_string()) {
      std::string text = value.get<std::string>();
      replace(text, "@NS@", name());
      if (text.starts_with("@UID:")) text = uids_[text.substr(5, text.size() - 6)];
      value = text;
    } else if (value.is_structured()) {
      for (auto& member : value) fill(member);
    }
  }
  static void replace(std::string& text, std::string_view what, const std::string& with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
      text.replace(at, what.size(), with);
    }
  }

  kube::Client& client_;
  kube::testing::TestNamespace name_space_;
  std::optional<kube::Discovery> discovery_;
  std::map<std::string, std::string> uids_;
  std::vector<Json> made_;
  std::set<std::string> expected_, expected_closure_;
};

inline std::set<std::string> ids_of(const std::vector<Json>& objects) {
  std::set<std::string> ids;
  for (const auto& object : objects) {
    ids.insert(kube::GroupVersionKind::of(object).kind + " " + json_string(object, {"metadata", "name"}));
  }
  return ids;
}

using kube::testing::ForwardingClient;

}  // namespace tranship::capture
