#include "restore/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "restore/uids.h"

namespace tranship::restore {
namespace {

using testing::ElementsAre;

Item item(const std::string& group, const std::string& kind, const std::string& name, const std::string& uid = {},
          const std::string& owner_uid = {}) {
  Item made;
  made.type = {group, "v1", kind, kind, true, {}, {}, {}};
  made.object = {{"apiVersion", made.type.api_version()}, {"kind", kind}, {"metadata", {{"name", name}}}};
  made.source_uid = uid;
  if (!owner_uid.empty()) made.owners.push_back({{{"v1"}, "", "owner"}, owner_uid, true, false});
  return made;
}

std::vector<std::vector<std::string>> names(const std::vector<Item>& items) {
  std::vector<std::vector<std::string>> result;
  for (const auto& wave : waves(items)) {
    result.emplace_back();
    for (const auto i : wave) result.back().push_back(items[i].reference().name);
  }
  return result;
}

TEST(Order, goes_from_definitions_to_admission) {
  const std::vector<Item> items = {item("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "webhook"),
                                   item("apps", "Deployment", "web"),
                                   item("shop.example", "Basket", "basket"),
                                   item("", "Service", "service"),
                                   item("", "Secret", "secret"),
                                   item("", "ServiceAccount", "account"),
                                   item("", "ResourceQuota", "quota"),
                                   item("autoscaling", "HorizontalPodAutoscaler", "scaler"),
                                   item("storage.k8s.io", "StorageClass", "fast"),
                                   item("apiextensions.k8s.io", "CustomResourceDefinition", "baskets")};
  EXPECT_THAT(names(items),
              ElementsAre(ElementsAre("baskets"), ElementsAre("fast"), ElementsAre("account"), ElementsAre("secret"),
                          ElementsAre("service"), ElementsAre("quota"), ElementsAre("basket"), ElementsAre("web"),
                          ElementsAre("scaler"), ElementsAre("webhook")));
}

TEST(Order, puts_owners_first_even_against_their_levels) {
  const std::vector<Item> items = {item("", "Secret", "of-the-basket", "s", "b"),
                                   item("shop.example", "Basket", "basket", "b"),
                                   item("shop.example", "Item", "in-the-basket", "i", "b"), item("", "Secret", "free")};
  EXPECT_THAT(names(items),
              ElementsAre(ElementsAre("free"), ElementsAre("basket"), ElementsAre("of-the-basket", "in-the-basket")));
}

TEST(Order, ends_on_owners_that_own_each_other) {
  const std::vector<Item> items = {item("", "Secret", "a", "a", "b"), item("", "Secret", "b", "b", "a")};
  std::size_t count = 0;
  for (const auto& wave : waves(items)) count += wave.size();
  EXPECT_EQ(count, 2u);
}

TEST(UidMap, rewrites_owners_leaves_out_strangers_and_waits_for_its_own) {
  UidMap uids;
  std::vector<std::string> missing;
  const Item owned = item("", "Secret", "owned", "s", "b");
  EXPECT_TRUE(uids.owner_references(owned, missing).value().empty());
  EXPECT_EQ(missing.size(), 1u);
  uids.expect("b");
  EXPECT_EQ(uids.owner_references(owned, missing).error().fault(), Fault::retryable);
  uids.add("b", "new-uid");
  const Json references = uids.owner_references(owned, missing).value();
  ASSERT_EQ(references.size(), 1u);
  EXPECT_EQ(references[0]["uid"], "new-uid");
  EXPECT_EQ(references[0]["controller"], true);
  uids.expect("c");
  uids.give_up("c");
  EXPECT_EQ(uids.owner_references(item("", "Secret", "other", "o", "c"), missing).error().fault(), Fault::permanent);
}

}  // namespace
}  // namespace tranship::restore
