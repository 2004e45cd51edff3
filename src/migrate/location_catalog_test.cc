// Goal: one damaged entry of a catalog is told and hides nothing.

#include "migrate/location_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/testing/temporary_directory.h"

namespace tranship::migrate {
namespace {

using ::testing::HasSubstr;

TEST(LocationCatalog, TellsOfDamagedEntriesAndListsTheOthers) {
  store::testing::TemporaryDirectory directory;
  store::Location location;
  location.path = directory.path();
  const auto store = store::open_store({}, location, true).value();
  const auto put = [&](const std::string& name, const std::string& content) {
    ASSERT_TRUE(store->put({}, "applications/" + name + ".json", as_bytes(content)));
  };
  put("blog", R"({"version": 1, "application": "blog", "repository": "repositories/blog"})");
  put("cut", R"({"version": 1, "appl)");
  put("list", "[]");
  put("newer", R"({"version": 99})");
  put("shop", R"({"version": 1, "application": "shop", "repository": "repositories/shop"})");
  EXPECT_FALSE(list_applications({}, *store));
  std::vector<Error> unreadable;
  const auto entries = list_applications({}, *store, &unreadable);
  ASSERT_TRUE(entries) << entries.error().text();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ(entries->at(1).application, "shop");
  ASSERT_EQ(unreadable.size(), 3u);
  EXPECT_THAT(unreadable[0].what(), HasSubstr("applications/cut.json"));
  EXPECT_THAT(unreadable[2].fix(), HasSubstr("Update tranship"));
  const auto opened = open_application({}, location, "cut", Secret("x"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code(), "location.catalog");
}

}  // namespace
}  // namespace tranship::migrate
