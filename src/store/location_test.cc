// Goal: addresses mean what the help says, and bad ones say what is accepted.

#include "store/location.h"

#include <gtest/gtest.h>

#include <fstream>

#include "store/testing/temporary_directory.h"

namespace tranship::store {
namespace {

class Address : public ::testing::Test {
 protected:
  Address() {
    options_.credentials_file = directory_.path() + "/credentials";
    std::ofstream(options_.credentials_file) << "[default]\naws_access_key_id=KEY\naws_secret_access_key=SECRET\n";
  }
  Result<Location> parse(std::string_view address) { return parse_location({}, address, options_); }
  testing::TemporaryDirectory directory_;
  LocationOptions options_;
};

TEST_F(Address, Directories) {
  EXPECT_EQ(parse("dir:/srv/backups/")->path, "/srv/backups");
  EXPECT_EQ(parse("/srv/./backups")->address(), "dir:/srv/backups");
  EXPECT_EQ(parse("dir:backups")->path, (std::filesystem::current_path() / "backups").string());
  EXPECT_EQ(parse("dir:/srv")->under("repositories/shop").path, "/srv/repositories/shop");
}

TEST_F(Address, Buckets) {
  const auto plain = parse("s3://shop-backups");
  ASSERT_TRUE(plain) << plain.error().text();
  EXPECT_EQ(plain->bucket, "shop-backups");
  EXPECT_EQ(plain->prefix, "");
  EXPECT_FALSE(plain->path_style);
  EXPECT_EQ(plain->under("a/").address(), "s3://shop-backups/a");
  EXPECT_EQ(parse("s3://shop/a/b/")->prefix, "a/b");
  EXPECT_TRUE(parse("s3://shop.example")->path_style);
  options_.endpoint = "http://play.example:9000";
  EXPECT_TRUE(parse("s3://shop")->path_style);
  options_.path_style = "false";
  EXPECT_FALSE(parse("s3://shop")->path_style);
  const auto restic = parse("s3:https://play.example/shop/prefix");
  EXPECT_EQ(restic->endpoint, "https://play.example");
  EXPECT_EQ(restic->address(), "s3://shop/prefix");
}

TEST_F(Address, ProvidersThatWantTheBucketInTheHostGetIt) {
  options_.endpoint = "https://oss-cn-hangzhou.aliyuncs.com";
  EXPECT_FALSE(parse("s3://shop")->path_style);
  options_.endpoint = "https://cos.ap-guangzhou.myqcloud.com";
  EXPECT_FALSE(parse("s3://shop")->path_style);
  options_.endpoint = "https://aliyuncs.com.example.org";
  EXPECT_TRUE(parse("s3://shop")->path_style);
}

TEST_F(Address, BadOnesSayWhatIsAccepted) {
  for (const char* address :
       {"", "shop", "ftp://x/y", "s3://", "s3://UP SPACE/x", "s3:https://host", "dir:", "s3://shop/a/../b"}) {
    const auto result = parse(address);
    ASSERT_FALSE(result) << address;
    EXPECT_EQ(result.error().fault(), Fault::invalid) << address;
  }
  EXPECT_NE(parse("shop").error().fix().find("s3://bucket/prefix"), std::string::npos);
  options_.endpoint = "https://user:password@play.example";
  EXPECT_EQ(parse("s3://shop").error().fault(), Fault::invalid);
  EXPECT_EQ(parse("s3://shop").error().text().find("password"), std::string::npos);
  options_.endpoint = "play.example";
  EXPECT_FALSE(parse("s3://shop"));
  options_ = {};
  options_.credentials_file = directory_.path() + "/absent";
  EXPECT_EQ(parse("s3://shop").error().fault(), Fault::not_found);
}

TEST_F(Address, JsonCarriesEverythingAMoverNeeds) {
  options_.endpoint = "https://play.example:9000";
  options_.region = "eu-west-1";
  options_.insecure = true;
  Location location = *parse("s3://shop/prefix");
  location.ca_pem = "PEM";
  location.credentials.session_token = Secret("TOKEN");
  const auto back = location_from_json(to_json(location));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back), to_json(location));
  EXPECT_EQ(back->credentials.secret_access_key.reveal(), "SECRET");
  EXPECT_EQ(location_from_json(to_json(*parse("dir:/x")))->path, "/x");
  for (const char* text : {"{}", R"({"kind":"directory","path":"x"})", R"({"kind":"s3"})", "[]", R"({"kind":5})"}) {
    EXPECT_EQ(location_from_json(*parse_json(text)).error().fault(), Fault::invalid) << text;
  }
}

TEST_F(Address, OpeningMakesADirectoryOnlyWhenAskedTo) {
  const Location location = *parse("dir:" + directory_.path() + "/new");
  EXPECT_EQ(open_store({}, location).error().fault(), Fault::not_found);
  ASSERT_TRUE(open_store({}, location, true));
  EXPECT_TRUE(open_store({}, location));
}

}  // namespace
}  // namespace tranship::store
