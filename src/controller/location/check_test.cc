// Goal: what keeps a location from being used is found and told in the words of its fields. Method: a directory, and a
// server on loopback that answers as S3 does.

#include "controller/location/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "migrate/location_catalog.h"
#include "net/testing/server.h"

namespace tranship::controller {
namespace {

using net::testing::Connection;
using net::testing::SeenRequest;
using ::testing::HasSubstr;

constexpr const char* kEmptyList =
    R"(<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>)";

std::string error_xml(const std::string& code) {
  return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>no</Message></Error>";
}

class LocationCheck : public ::testing::Test {
 protected:
  static api::LocationSpec spec(api::Access access = api::Access::read_write) {
    api::LocationSpec spec;
    spec.access = access;
    return spec;
  }
  static LocationAccess access_to(const std::string& endpoint) {
    LocationAccess access;
    access.location.kind = store::Location::Kind::s3;
    access.location.bucket = "backups";
    access.location.endpoint = endpoint;
    access.location.credentials = {"key", Secret("secret"), Secret()};
    return access;
  }
  static Error trouble(const net::testing::Server::Handler& handler, api::Access access = api::Access::read_write) {
    net::testing::Server server(handler);
    const auto finding = check_location({}, spec(access), access_to(server.url("")), false);
    EXPECT_TRUE(finding.error);
    return finding.error.value_or(Error(Fault::permanent, "none"));
  }
};

class DirectoryCheck : public LocationCheck {
 protected:
  DirectoryCheck() {
    char folder[] = "/tmp/tranship-location-XXXXXX";
    access_.location.path = ::mkdtemp(folder);
    access_.location.kind = store::Location::Kind::directory;
    access_.passphrase = Secret("the right one");
  }
  ~DirectoryCheck() override { std::filesystem::remove_all(access_.location.path); }
  LocationAccess access_;
};

TEST_F(DirectoryCheck, AGoodOneIsLeftAsItWas) {
  const auto finding = check_location({}, spec(), access_, true);
  EXPECT_FALSE(finding.error) << finding.error->text();
  EXPECT_TRUE(finding.applications.empty());
  for (const auto& file : std::filesystem::recursive_directory_iterator(access_.location.path)) {
    EXPECT_FALSE(file.is_regular_file()) << file.path();
  }
}

TEST_F(DirectoryCheck, ApplicationsAreCountedAndThePassphraseTried) {
  ASSERT_TRUE(migrate::open_or_create_application({}, access_.location, "shop", access_.passphrase));
  EXPECT_EQ(check_location({}, spec(), access_, true).applications.size(), 1u);
  EXPECT_FALSE(check_location({}, spec(), access_, true).error);
  EXPECT_FALSE(check_location({}, spec(api::Access::read_only), access_, true).error);
  access_.passphrase = Secret("a wrong one");
  EXPECT_FALSE(check_location({}, spec(), access_, false).error);
  const auto finding = check_location({}, spec(), access_, true);
  ASSERT_TRUE(finding.error);
  EXPECT_EQ(finding.error->code(), "repository.password");
  EXPECT_THAT(finding.error->fix(), HasSubstr("spec.passphraseSecret"));
}

TEST_F(LocationCheck, ReadOnlyCredentialsForAReadWriteLocation) {
  const auto handler = [](const SeenRequest& request, Connection& connection) {
    if (request.method == "PUT") return connection.answer(403, error_xml("AccessDenied"));
    return request.target.find("list-type") != std::string::npos ? connection.answer(200, kEmptyList)
                                                                 : connection.answer(404, error_xml("NoSuchKey"));
  };
  const Error error = trouble(handler);
  EXPECT_EQ(error.code(), "location.read_only");
  EXPECT_THAT(error.fix(), HasSubstr("set spec.access to ReadOnly"));
  net::testing::Server server(handler);
  EXPECT_FALSE(check_location({}, spec(api::Access::read_only), access_to(server.url("")), false).error);
}

TEST_F(LocationCheck, ObjectsThatCannotBeDeletedOrRead) {
  std::string kept;
  const auto s3 = [&](const std::string& refused) {
    return [&kept, refused](const SeenRequest& request, Connection& connection) {
      if (request.target.find("list-type") != std::string::npos) return connection.answer(200, kEmptyList);
      if (request.method == refused) return connection.answer(403, error_xml("AccessDenied"));
      if (request.method == "PUT") kept = request.body;
      return connection.answer(200, request.method == "GET" ? kept : std::string());
    };
  };
  EXPECT_EQ(trouble(s3("DELETE")).code(), "location.no_delete");
  EXPECT_EQ(trouble(s3("GET")).code(), "store.forbidden");
  EXPECT_EQ(trouble(s3("GET"), api::Access::read_only).code(), "store.forbidden");
}

TEST_F(LocationCheck, AnAnswerOfS3BecomesAFieldToCorrect) {
  const auto says = [](int status, const std::string& code) {
    return [status, code](const SeenRequest&, Connection& connection) {
      return connection.answer(status, error_xml(code), "Date: Tue, 24 Nov 2020 03:00:00 GMT\r\n");
    };
  };
  Error error = trouble(says(404, "NoSuchBucket"));
  EXPECT_EQ(error.code(), "store.no_bucket");
  EXPECT_THAT(error.fix(), HasSubstr("spec.s3.bucket"));
  error = trouble(says(403, "SignatureDoesNotMatch"));
  EXPECT_EQ(error.code(), "store.credentials");
  EXPECT_THAT(error.fix(), HasSubstr("spec.s3.credentialsSecret"));
  error = trouble(says(403, "RequestTimeTooSkewed"));
  EXPECT_EQ(error.code(), "store.clock");
  EXPECT_THAT(error.fix(), HasSubstr("NTP"));
  error = trouble(says(403, "AccessDenied"));
  EXPECT_EQ(error.code(), "store.forbidden");
  EXPECT_THAT(error.fix(), HasSubstr("s3:ListBucket"));
}

TEST_F(LocationCheck, AServerThatIsNotThereOrNotTrusted) {
  std::string url;
  {
    net::testing::Server server([](const SeenRequest&, Connection&) { return false; });
    url = server.url("");
  }
  const auto away = check_location({}, spec(), access_to(url), false);
  ASSERT_TRUE(away.error);
  EXPECT_EQ(away.error->code(), net::kUnreachableCode);
  EXPECT_THAT(away.error->fix(), HasSubstr("spec.s3.endpoint"));

  const net::testing::TestCertificate certificate("store.example", nullptr, "IP:127.0.0.1");
  net::testing::Server server([](const SeenRequest&, Connection& c) { return c.answer(200, kEmptyList); },
                              &certificate);
  const auto untrusted = check_location({}, spec(), access_to(server.url("")), false);
  ASSERT_TRUE(untrusted.error);
  EXPECT_EQ(untrusted.error->code(), net::kUntrustedCode);
  EXPECT_THAT(untrusted.error->fix(), HasSubstr("spec.s3.caBundle"));
}

TEST(LocationScope, TenantsConcernTheirOwnNamespaceAlone) {
  EXPECT_TRUE(check_scope("shop", "shop", "tranship"));
  EXPECT_TRUE(check_scope("tranship", "shop", "tranship"));
  const auto refused = check_scope("shop", "bank", "tranship");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), "scope.namespace");
}

}  // namespace
}  // namespace tranship::controller
