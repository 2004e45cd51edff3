// Goal: a Location of NFS becomes what stores are opened with, for administrators alone, and what keeps it from being
// used is told in the words of its fields.

#include "controller/location/locations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/location/check.h"

namespace tranship::controller {
namespace {

using ::testing::HasSubstr;

api::Location share(const std::string& name_space) {
  api::Location location;
  location.metadata.name = "nas";
  location.metadata.name_space = name_space;
  location.spec.nfs = api::NfsLocation{.server = "nas.example", .path = "/srv/backups"};
  return location;
}

class NfsLocations : public ::testing::Test {
 protected:
  // Nothing is asked of it: an NFS location names no Secret.
  NfsLocations() : client_(*kube::Client::connect({.name = "none", .server = "http://127.0.0.1:1"})) {}
  Result<LocationAccess> access(const api::Location& location) {
    return access_location({}, *client_, location, "tranship");
  }
  const std::unique_ptr<kube::Client> client_;
};

TEST_F(NfsLocations, FieldsBecomeAnAddress) {
  api::Location location = share("tranship");
  EXPECT_EQ(address_of(location.spec), "nfs://nas.example/srv/backups?version=3");
  auto opened = access(location);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->location.kind, store::Location::Kind::nfs);
  EXPECT_EQ(opened->location.path, "/srv/backups");
  location.spec.nfs = api::NfsLocation{.server = "fd00::7", .path = "/", .port = 12'049, .mount_port = 20'048,
                                       .version = 4, .uid = 65'532, .gid = 7};
  opened = access(location);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->location.nfs.host, "fd00::7");
  EXPECT_EQ(opened->location.nfs.port, 12'049);
  EXPECT_EQ(opened->location.nfs.mount_port, 20'048);
  EXPECT_EQ(opened->location.nfs.version, 4);
  EXPECT_EQ(opened->location.nfs.uid, 65'532u);
  EXPECT_EQ(opened->location.nfs.gid, 7u);
}

TEST_F(NfsLocations, OnlyTheSystemNamespaceHasThem) {
  const auto refused = access(share("shop"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), "location.namespace");
  EXPECT_THAT(refused.error().fix(), HasSubstr("spec.shared"));
}

TEST_F(NfsLocations, APathCannotCarryOptions) {
  api::Location location = share("tranship");
  for (const char* path : {"/srv?uid=0", "/srv?uid=0&", "/srv/../etc", "/srv//x"}) {
    location.spec.nfs->path = path;
    EXPECT_FALSE(access(location)) << path;
  }
}

TEST_F(NfsLocations, AServerThatIsAwayIsToldByField) {
  api::Location location = share("tranship");
  location.spec.nfs = api::NfsLocation{.server = "127.0.0.1", .path = "/srv", .port = 1, .mount_port = 1};
  const auto finding = check_location({}, location.spec, *access(location), false);
  ASSERT_TRUE(finding.error);
  EXPECT_EQ(finding.error->code(), "store.unreachable") << finding.error->text();
  EXPECT_THAT(finding.error->fix(), HasSubstr("spec.nfs.server"));
}

}  // namespace
}  // namespace tranship::controller
