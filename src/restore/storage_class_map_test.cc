#include "restore/storage_class_map.h"

#include <gtest/gtest.h>

namespace tranship::restore {
namespace {

Json storage_class(const std::string& name, const std::string& provisioner, bool is_default = false,
                   const std::string& tier = {}) {
  Json value = {{"metadata", {{"name", name}, {"annotations", Json::object()}}}, {"provisioner", provisioner}};
  if (is_default) value["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"] = "true";
  if (!tier.empty()) value["parameters"] = {{"tier", tier}};
  return value;
}

TEST(StorageClassMap, keeps_a_class_of_the_same_name) {
  const auto choice =
      choose_storage_classes({"standard"}, {}, {storage_class("standard", "a"), storage_class("b", "b")}, {});
  EXPECT_EQ(choice.map.at("standard"), "standard");
  EXPECT_TRUE(choice.notes.empty());
}

TEST(StorageClassMap, prefers_same_provisioner_and_parameters_over_the_default) {
  const auto choice = choose_storage_classes(
      {"gold"}, {storage_class("gold", "csi", false, "ssd")},
      {storage_class("slow", "csi", true, "disk"), storage_class("quick", "csi", false, "ssd")}, {});
  EXPECT_EQ(choice.map.at("gold"), "quick");
  EXPECT_EQ(choice.notes.size(), 1u);
}

TEST(StorageClassMap, falls_back_to_the_default_class) {
  const auto choice = choose_storage_classes({"gold"}, {storage_class("gold", "aws")},
                                             {storage_class("x", "gcp"), storage_class("y", "other", true)}, {});
  EXPECT_EQ(choice.map.at("gold"), "y");
}

TEST(StorageClassMap, blocks_with_the_flag_that_resolves_it) {
  const auto choice = choose_storage_classes({"gold", ""}, {}, {storage_class("x", "a"), storage_class("y", "b")}, {});
  ASSERT_EQ(choice.blockers.size(), 1u);
  EXPECT_NE(choice.blockers[0].fix.find("--storage-class gold="), std::string::npos);
  EXPECT_NE(choice.blockers[0].fix.find("x, y"), std::string::npos);
}

TEST(StorageClassMap, checks_what_the_user_said) {
  EXPECT_EQ(choose_storage_classes({"gold"}, {}, {storage_class("x", "a")}, {{"gold", "x"}}).map.at("gold"), "x");
  EXPECT_EQ(choose_storage_classes({"gold"}, {}, {storage_class("x", "a")}, {{"gold", "none"}}).blockers.size(), 1u);
}

}  // namespace
}  // namespace tranship::restore
