// Goal: a file of TransformSets is understood or refused with its place, and sets that do the same are known by that.

#include "migrate/transforms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tranship::migrate {
namespace {

using testing::HasSubstr;

std::string set(const std::string& name, const std::string& value) {
  return "apiVersion: tranship.io/v1alpha1\nkind: TransformSet\nmetadata: {name: " + name +
         "}\nspec: {transforms: [{name: one, subject: {kind: Deployment}, patch: [{op: replace, path: /spec/replicas, "
         "value: " +
         value + "}]}]}\n";
}

TEST(Transforms, are_read_from_a_text_of_several_documents) {
  const auto sets = rule_sets_of("---\n" + set("first", "1") + "---\n" + set("second", "2"));
  ASSERT_TRUE(sets) << sets.error().text();
  ASSERT_EQ(sets->size(), 2u);
  EXPECT_EQ(sets->at(1).name, "second");
  EXPECT_EQ(sets->at(1).rules[0].patch[0]["value"], 2);
}

TEST(Transforms, that_are_something_else_are_refused) {
  EXPECT_EQ(rule_sets_of("").error().code(), "transform.kind");
  EXPECT_EQ(rule_sets_of("kind: ConfigMap\napiVersion: v1\n").error().code(), "transform.kind");
  const auto bad = rule_sets_of(set("mine", "null"));
  ASSERT_FALSE(bad);
  EXPECT_THAT(bad.error().what(), HasSubstr("TransformSet mine: spec.transforms[0] (one), patch[0]"));
}

TEST(Transforms, have_a_digest_of_what_they_do) {
  EXPECT_EQ(digest_of({}), "");
  EXPECT_EQ(digest_of(*rule_sets_of(set("a", "1"))), digest_of(*rule_sets_of(set("b", "1"))));
  EXPECT_NE(digest_of(*rule_sets_of(set("a", "1"))), digest_of(*rule_sets_of(set("a", "2"))));
}

}  // namespace
}  // namespace tranship::migrate
