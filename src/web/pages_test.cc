#include "web/pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace tranship::web {
namespace {

class Pages : public testing::Test {
 protected:
  void SetUp() override {
    if (pages().empty()) GTEST_SKIP() << "built without pages";
  }
};

TEST_F(Pages, AreSortedAndCompressed) {
  EXPECT_TRUE(std::ranges::is_sorted(pages(), {}, &Page::path));
  for (const Page& page : pages()) {
    EXPECT_TRUE(page.gzip.starts_with("\x1f\x8b")) << page.path;
    EXPECT_TRUE(page.etag.starts_with('"') && page.etag.ends_with('"') && page.etag.size() > 10) << page.path;
    EXPECT_FALSE(page.content_type.empty()) << page.path;
  }
}

TEST_F(Pages, OnlyNamesThatChangeWithTheContentAreImmutable) {
  for (const Page& page : pages()) EXPECT_EQ(page.immutable, page.path.starts_with("/assets/")) << page.path;
  ASSERT_NE(find("/index.html"), nullptr);
  EXPECT_FALSE(find("/index.html")->immutable);
}

TEST_F(Pages, EveryAddressOfAPageIsTheIndex) {
  const Page* index = find("/index.html");
  for (const std::string path : {"/", "/applications", "/actions/export/tranship/minio-first", "/settings"}) {
    EXPECT_EQ(find(path), index) << path;
  }
}

TEST_F(Pages, NamesOfFilesThatAreNotThereAreNotFound) {
  EXPECT_EQ(find("/assets/none"), nullptr);
  EXPECT_EQ(find("/assets/none.js"), nullptr);
  EXPECT_EQ(find("/favicon.ico"), nullptr);
  EXPECT_EQ(find("/assets/../index.html"), nullptr);
}

}  // namespace
}  // namespace tranship::web
