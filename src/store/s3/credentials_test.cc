// Goal: the AWS chain in its order, each source over its real protocol. Method: files and a server on a socket; the
// environment is the test's.

#include "store/s3/credentials.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "base/units.h"
#include "net/testing/server.h"
#include "store/testing/temporary_directory.h"

namespace tranship::store::s3 {
namespace {

using net::testing::Connection;
using net::testing::SeenRequest;
using net::testing::Server;

class Chain : public ::testing::Test {
 protected:
  std::map<std::string, std::string> variables_{{"AWS_EC2_METADATA_DISABLED", "true"}};
  testing::TemporaryDirectory directory_;

  ChainOptions options() {
    ChainOptions result;
    result.environment = [this](const char* name) {
      const auto found = variables_.find(name);
      return found == variables_.end() ? std::string() : found->second;
    };
    return result;
  }
  Result<FetchedCredentials> fetch() {
    return fetch_credentials(Context().with_timeout(std::chrono::seconds(20)), options());
  }
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = directory_.path() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
};

std::string json_credentials(const std::string& id, const std::string& expiration) {
  return R"({"AccessKeyId":")" + id + R"(","SecretAccessKey":"s","Token":"t","Expiration":")" + expiration + "\"}";
}

TEST_F(Chain, NothingSaysWhatCanBeDone) {
  const auto result = fetch();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault(), Fault::auth);
  EXPECT_EQ(result.error().code(), "store.no_credentials");
  EXPECT_NE(result.error().fix().find("AWS_ACCESS_KEY_ID"), std::string::npos);
}

TEST_F(Chain, EnvironmentComesBeforeTheSharedFile) {
  variables_["AWS_SHARED_CREDENTIALS_FILE"] =
      write("credentials",
            "# mine\n[default]\naws_access_key_id = FILE\naws_secret_access_key = a=b\r\n\n[work]\n"
            "aws_access_key_id=WORK\naws_secret_access_key=w\naws_session_token=t\n[role]\nrole_arn=x\n");
  EXPECT_EQ(fetch()->credentials.access_key_id, "FILE");
  EXPECT_EQ(fetch()->credentials.secret_access_key.reveal(), "a=b");
  variables_["AWS_PROFILE"] = "work";
  EXPECT_EQ(fetch()->credentials.session_token.reveal(), "t");
  variables_["AWS_PROFILE"] = "role";
  EXPECT_NE(fetch().error().fix().find("export-credentials"), std::string::npos);
  variables_["AWS_PROFILE"] = "none";
  EXPECT_NE(fetch().error().what().find("no profile 'none'"), std::string::npos);
  variables_["AWS_ACCESS_KEY_ID"] = "ENVIRONMENT";
  EXPECT_NE(fetch().error().fix().find("both"), std::string::npos);
  variables_["AWS_SECRET_ACCESS_KEY"] = "s";
  EXPECT_EQ(fetch()->credentials.access_key_id, "ENVIRONMENT");
}

TEST_F(Chain, WebIdentityIsExchangedAtTheTokenService) {
  Server server([](const SeenRequest&, Connection& connection) {
    return connection.answer(
        200,
        "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
        "<AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        "<SessionToken>t</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>"
        "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>");
  });
  variables_["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/mover";
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = write("token", "jwt+1");
  variables_["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:" + std::to_string(server.port());
  const auto result = fetch();
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->credentials.access_key_id, "ROLE");
  EXPECT_EQ(format_time(*result->expires), "2030-01-01T00:00:00Z");
  const SeenRequest request = server.seen().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_NE(request.body.find("WebIdentityToken=jwt%2B1"), std::string::npos);
}

TEST_F(Chain, ARefusedRoleIsAnErrorAndNotPassedOver) {
  Server server([](const SeenRequest&, Connection& connection) {
    return connection.answer(403,
                             "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error>"
                             "</ErrorResponse>");
  });
  variables_["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/mover";
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = write("token", "jwt");
  variables_["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:" + std::to_string(server.port());
  variables_["AWS_SHARED_CREDENTIALS_FILE"] =
      write("credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=b\n");
  const auto result = fetch();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault(), Fault::auth);
  EXPECT_NE(result.error().what().find("not you"), std::string::npos);
}

TEST_F(Chain, ContainerCredentialsAreForThisMachineOnly) {
  Server server([](const SeenRequest&, Connection& connection) {
    return connection.answer(200, json_credentials("POD", "2030-01-01T00:00:00Z"));
  });
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:" + std::to_string(server.port()) + "/v1";
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = write("token", "podtoken");
  const auto result = fetch();
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->credentials.access_key_id, "POD");
  EXPECT_NE(server.seen().at(0).head.find("Authorization: podtoken"), std::string::npos);
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1.attacker.example/v1";
  EXPECT_EQ(fetch().error().fault(), Fault::invalid);
}

TEST_F(Chain, InstanceMetadataNeedsItsToken) {
  Server server([](const SeenRequest& request, Connection& connection) {
    if (request.method == "PUT" && request.target == "/latest/api/token") return connection.answer(200, "imds");
    if (request.head.find("X-aws-ec2-metadata-token: imds") == std::string::npos) return connection.answer(401, "");
    if (request.target.ends_with("/security-credentials/")) return connection.answer(200, "node-role\n");
    return connection.answer(200, json_credentials("INSTANCE", "2030-01-01T00:00:00Z"));
  });
  variables_.erase("AWS_EC2_METADATA_DISABLED");
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:" + std::to_string(server.port());
  const auto result = fetch();
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->credentials.access_key_id, "INSTANCE");
  EXPECT_TRUE(server.seen().back().target.ends_with("/node-role"));
}

TEST_F(Chain, TemporaryCredentialsAreFetchedAgainBeforeTheyEnd) {
  int answers = 0;
  Server server([&](const SeenRequest&, Connection& connection) {
    const auto expires =
        std::chrono::system_clock::now() + (++answers == 1 ? std::chrono::minutes(1) : std::chrono::hours(1));
    return connection.answer(200, json_credentials("KEY" + std::to_string(answers), format_time(expires)));
  });
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:" + std::to_string(server.port()) + "/v1";
  auto first = fetch();
  ASSERT_TRUE(first);
  const auto source = renewing_credentials(options(), *first);
  EXPECT_EQ(source->get({})->access_key_id, "KEY2");
  EXPECT_EQ(source->get({})->access_key_id, "KEY2");
  source->expire();
  EXPECT_EQ(source->get({})->access_key_id, "KEY3");
  EXPECT_EQ(answers, 3);
}

}  // namespace
}  // namespace tranship::store::s3
