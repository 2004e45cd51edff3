#pragma once
// For tests: a target on the API server of the tests, with a namespace of the case's own and short ways to plan and
// apply. Header-only; tests alone include it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "kube/testing/cluster.h"
#include "restore/apply.h"

namespace tranship::restore {

class TargetTest : public testing::Test {
 protected:
  void SetUp() override {
    TRANSHIP_NEEDS_CLUSTER();
    client_ = kube::testing::connect().value();
    discovery_ = kube::Discovery::fetch(context_, *client_).value();
    name_space_ = kube::testing::unique_name("apply");
  }
  void TearDown() override {
    if (!client_) return;
    for (auto made = cluster_wide_.rbegin(); made != cluster_wide_.rend(); ++made) {
      (void)client_->remove(context_, made->first, "", made->second);
    }
    (void)client_->remove(context_, kube::types::name_space(), "", name_space_);
  }

  Json object(const std::string& yaml) const {
    Json made = parse_yaml_document(yaml).value();
    const auto type = discovery_.find(kube::GroupVersionKind::of(made));
    if (!type || type->namespaced) made["metadata"]["namespace"] = name_space_;
    return made;
  }
  Item item(const std::string& yaml) const {
    Item made;
    made.object = object(yaml);
    if (const auto type = discovery_.find(kube::GroupVersionKind::of(made.object))) made.type = *type;
    return made;
  }
  const kube::ResourceType& type(std::string_view group, std::string_view kind) const {
    return *discovery_.find(group, kind);
  }

  Plan plan(std::vector<Item> items, std::vector<Item> closure = {}) {
    PlanOptions chosen = options_;
    chosen.target_namespace = name_space_;
    return make_plan(context_, *client_, discovery_, std::move(items), std::move(closure), chosen).value();
  }
  ApplyResult apply_all(const Plan& wanted, ApplyOptions options = {.retry_for = std::chrono::seconds(5)}) {
    auto applied = apply(context_, *client_, wanted, options);
    EXPECT_TRUE(applied.has_value()) << applied.error().text() << "\n" << to_json(wanted).dump(2);
    return applied ? std::move(*applied) : ApplyResult{};
  }
  // Applied without failures.
  ApplyResult apply_whole(const Plan& wanted, ApplyOptions options = {.retry_for = std::chrono::seconds(5)}) {
    auto result = apply_all(wanted, options);
    for (const auto& failure : result.failures) {
      ADD_FAILURE() << failure.object.to_string() << ": " << failure.error.text();
    }
    return result;
  }

  // Made by somebody else, before or beside the restore. Cluster-wide objects go with the case.
  void given(const std::string& yaml) {
    const Json made = object(yaml);
    const auto made_type = *discovery_.find(kube::GroupVersionKind::of(made));
    const auto created = client_->create(context_, made_type, made, {.field_manager = "somebody"});
    ASSERT_TRUE(created) << created.error().text();
    if (!made_type.namespaced) remove_at_end(made_type, json_string(made, {"metadata", "name"}));
  }
  void remove_at_end(const kube::ResourceType& made_type, const std::string& name) {
    cluster_wide_.emplace_back(made_type, name);
  }
  Json live(const kube::ResourceType& of, const std::string& name) {
    auto found = client_->get(context_, of, of.namespaced ? name_space_ : "", name);
    EXPECT_TRUE(found) << found.error().text();
    return found ? *found : Json();
  }
  bool exists(const kube::ResourceType& of, const std::string& name) {
    return client_->get(context_, of, of.namespaced ? name_space_ : "", name).has_value();
  }
  static const PlanItem& line(const Plan& plan, const std::string& name) {
    for (const PlanItem& each : plan.items) {
      if (each.item.reference().name == name) return each;
    }
    static const PlanItem none;
    ADD_FAILURE() << "the plan has no " << name;
    return none;
  }

  Context context_;
  std::unique_ptr<kube::Client> client_;
  kube::Discovery discovery_;
  std::string name_space_;
  PlanOptions options_;

 private:
  std::vector<std::pair<kube::ResourceType, std::string>> cluster_wide_;
};

}  // namespace tranship::restore
