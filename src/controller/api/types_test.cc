// Goal: objects become structs and back without loss; what is wrong is named by its path. Method: documents by hand.

#include "controller/api/types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tranship::controller::api {
namespace {

using ::testing::HasSubstr;

Json location() {
  return {
      {"apiVersion", "tranship.io/v1alpha1"},
      {"kind", "Location"},
      {"metadata",
       {{"name", "store"},
        {"namespace", "shop"},
        {"uid", "u1"},
        {"resourceVersion", "7"},
        {"generation", 3},
        {"annotations", {{"tranship.io/check", "now"}}},
        {"creationTimestamp", "2026-11-24T03:14:00Z"},
        {"ownerReferences", Json::array({{{"kind", "Team"}, {"name", "a"}}})}}},
      {"spec",
       {{"s3", {{"bucket", "backups"}, {"region", "us-east-1"}, {"insecureSkipTLSVerify", false}, {"pathStyle", true}}},
        {"access", "ReadOnly"},
        {"shared", true}}},
      {"status",
       {{"conditions", Json::array({{{"type", "Ready"},
                                     {"status", "True"},
                                     {"lastTransitionTime", "2026-11-24T03:14:00Z"},
                                     {"reason", "Checked"},
                                     {"message", "fine"}}})},
        {"applications", 2}}}};
}

TEST(ApiTypes, ALocationComesBackAsItWas) {
  const Json object = location();
  const auto read = from_json<Location>(object);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->metadata.name_space, "shop");
  EXPECT_EQ(read->metadata.annotation("tranship.io/check"), "now");
  EXPECT_EQ(read->metadata.annotation("none"), "");
  EXPECT_EQ(read->spec.access, Access::read_only);
  EXPECT_EQ(read->spec.s3->path_style, true);
  EXPECT_FALSE(read->spec.nfs);
  EXPECT_EQ(read->status.applications, 2);
  EXPECT_EQ(to_json(*read), object);
}

TEST(ApiTypes, UnknownMembersAreLeftOutAndDefaultsFilledIn) {
  Json object = {{"metadata", {{"name", "a"}, {"managedFields", Json::array()}}},
                 {"spec", {{"location", {{"name", "store"}, {"more", 1}}}, {"application", {{"namespace", "shop"}}}}},
                 {"extra", true}};
  const auto read = from_json<Export>(object);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_TRUE(read->spec.token.create);
  EXPECT_FALSE(read->spec.cancel);
  EXPECT_EQ(to_json(*read)["spec"]["location"], Json({{"name", "store"}}));
  EXPECT_FALSE(to_json(*read).contains("status"));
}

TEST(ApiTypes, WrongTypesNameThePath) {
  const auto refused = [](const Json& patch) {
    Json object = location();
    object.merge_patch(patch);
    const auto read = from_json<Location>(object);
    EXPECT_FALSE(read);
    return read ? std::string() : read.error().what();
  };
  EXPECT_EQ(refused({{"spec", {{"s3", {{"bucket", 5}}}}}}), "spec.s3.bucket: expected a string, found a number");
  EXPECT_EQ(refused({{"spec", {{"s3", Json::array()}}}}), "spec.s3: expected an object, found an array");
  EXPECT_EQ(refused({{"spec", {{"access", "Both"}}}}), "spec.access: 'Both' is none of ReadWrite, ReadOnly");
  EXPECT_EQ(refused({{"spec", {{"s3", {{"bucket", nullptr}}}}}}), "spec.s3.bucket: is missing");
  EXPECT_EQ(refused({{"spec", nullptr}}), "spec: is missing");
  EXPECT_THAT(refused({{"status", {{"lastCheckTime", "yesterday"}}}}), HasSubstr("status.lastCheckTime: "));
  EXPECT_EQ(refused({{"status", {{"conditions", Json::array({{{"type", 1}}})}}}}),
            "status.conditions[0].type: expected a string, found a number");
  EXPECT_EQ(refused({{"kind", "Policy"}}), "expected a Location, found a Policy");
  EXPECT_FALSE(from_json<Location>(Json::array()));
  EXPECT_FALSE(from_json<Location>(nullptr));
  EXPECT_EQ(from_json<Schedule>({{"minute", 1.5}}).error().what(), "minute: expected an integer, found a number");
  EXPECT_EQ(from_json<Schedule>({{"minute", 1ll << 40}}).error().what(), "minute: is too large");
}

TEST(ApiTypes, StatusesShareWhatActionsTell) {
  ExportStatus status;
  status.phase = Phase::running;
  status.step = Step::volumes_out;
  status.bytes_stored = 5;
  status.progress.emplace().volumes.push_back({.name = "data", .state = VolumeState::running});
  const Json written = to_json(status);
  EXPECT_EQ(written["step"], "volumes-out");
  EXPECT_EQ(written["progress"]["volumes"][0], Json({{"name", "data"}, {"state", "Running"}}));
  const auto read = from_json<ExportStatus>(written);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(*read, status);
}

TEST(ApiTypes, Durations) {
  EXPECT_EQ(*parse_duration("1d12h"), std::chrono::hours(36));
  EXPECT_EQ(*parse_duration("90m"), std::chrono::minutes(90));
  EXPECT_EQ(*parse_duration("5m30s"), std::chrono::seconds(330));
  EXPECT_EQ(*parse_duration("0s"), std::chrono::seconds(0));
  for (const char* bad : {"", "5", "m", "1h1d", "1x", "-1m", "1.5h", "99999999999999999999d", "1m "}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
  EXPECT_EQ(format_duration_text(std::chrono::hours(36)), "1d12h");
  EXPECT_EQ(format_duration_text(std::chrono::seconds(0)), "0s");
}

TEST(ApiTypes, EnumerationsHaveNamesBothWays) {
  EXPECT_EQ(name_of(Consistency::volume_snapshot), "volume-snapshot");
  EXPECT_EQ(parse_name<Consistency>("live"), Consistency::live);
  EXPECT_EQ(parse_name<Consistency>("dead"), std::nullopt);
  EXPECT_EQ(all_types().size(), 8u);
  EXPECT_EQ(RestorePoint::type().path("shop", "a", "status"),
            "/apis/tranship.io/v1alpha1/namespaces/shop/restorepoints/a/status");
}

}  // namespace
}  // namespace tranship::controller::api
