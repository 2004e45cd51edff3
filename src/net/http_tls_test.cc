// TLS as the options ask for it, against servers with certificates made for the test.
#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/http.h"
#include "net/testing/server.h"

namespace tranship::net {
namespace {

using testing::Connection;
using testing::SeenRequest;
using testing::Server;
using testing::TestCertificate;

bool say_hello(const SeenRequest&, Connection& connection) { return connection.answer(200, "hello"); }

Result<HttpResponse> fetch(const std::string& url, const TlsOptions& tls) {
  HttpOptions options;
  options.tls = tls;
  HttpClient client(options);
  HttpRequest request;
  request.url = url;
  return client.perform(Context().with_timeout(std::chrono::seconds(10)), request);
}

TEST(HttpTlsTest, TrustsTheAuthorityGivenAndNoOther) {
  const TestCertificate authority("right authority");
  const TestCertificate other("wrong authority");
  const TestCertificate certificate("server", &authority, "IP:127.0.0.1,DNS:localhost");
  Server server(say_hello, &certificate);
  const auto trusted = fetch(server.url(), {.ca_pem = authority.pem()});
  ASSERT_TRUE(trusted) << trusted.error().text();
  EXPECT_EQ(trusted->body, "hello");
  EXPECT_TRUE(fetch(server.url("/", "localhost"), {.ca_pem = authority.pem()}));

  const auto wrong = fetch(server.url(), {.ca_pem = other.pem()});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().fault(), Fault::auth);
  EXPECT_NE(wrong.error().text().find("CN=wrong authority"), std::string::npos) << wrong.error().text();
  EXPECT_NE(wrong.error().text().find("CN=right authority"), std::string::npos) << wrong.error().text();
  EXPECT_EQ(fetch(server.url(), {}).error().fault(), Fault::auth);
  EXPECT_TRUE(fetch(server.url(), {.insecure = true}));
}

TEST(HttpTlsTest, ServerNameOverridesWhatIsVerifiedAndAskedFor) {
  const TestCertificate authority("authority");
  const TestCertificate certificate("server", &authority, "DNS:cluster.internal");
  Server server(say_hello, &certificate);
  const auto mismatch = fetch(server.url(), {.ca_pem = authority.pem()});
  ASSERT_FALSE(mismatch);
  EXPECT_EQ(mismatch.error().fault(), Fault::auth);
  EXPECT_NE(mismatch.error().text().find("127.0.0.1"), std::string::npos) << mismatch.error().text();
  const auto named = fetch(server.url(), {.ca_pem = authority.pem(), .server_name = "cluster.internal"});
  ASSERT_TRUE(named) << named.error().text();
  const auto seen = server.seen().at(0);
  EXPECT_EQ(seen.tls_server_name, "cluster.internal");
  EXPECT_NE(seen.head.find("Host: 127.0.0.1:" + std::to_string(server.port())), std::string::npos) << seen.head;
}

TEST(HttpTlsTest, ExpiredServerCertificateIsNamed) {
  const TestCertificate authority("authority");
  const TestCertificate certificate("old server", &authority, "IP:127.0.0.1", -7200, -3600);
  Server server(say_hello, &certificate);
  const auto expired = fetch(server.url(), {.ca_pem = authority.pem()});
  ASSERT_FALSE(expired);
  EXPECT_EQ(expired.error().fault(), Fault::auth);
  EXPECT_NE(expired.error().text().find("CN=old server"), std::string::npos) << expired.error().text();
  EXPECT_NE(expired.error().text().find("expired at 20"), std::string::npos) << expired.error().text();
}

TEST(HttpTlsTest, ClientCertificateIsShownAndRefusalIsAnAuthFault) {
  const TestCertificate authority("authority");
  const TestCertificate stranger("stranger");
  TestCertificate certificate("server", &authority, "IP:127.0.0.1");
  certificate.demand_client_of(authority);
  Server server(say_hello, &certificate);
  const TestCertificate client("client", &authority);
  const TestCertificate bad_client("bad client", &stranger);
  const auto with = [&](const TestCertificate& own) {
    return fetch(server.url(), {.ca_pem = authority.pem(),
                                .certificate_pem = own.pem(),
                                .key_pem = Secret(own.key_pem())});
  };
  const auto good = with(client);
  EXPECT_TRUE(good) << good.error().text();
  const auto bad = with(bad_client);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().fault(), Fault::auth) << bad.error().text();
}

TEST(HttpTlsTest, AServerThatHangsUpDuringAnUploadIsRetryable) {
  const TestCertificate authority("authority");
  const TestCertificate certificate("server", &authority, "IP:127.0.0.1");
  Server server([](const SeenRequest&, Connection&) { return false; }, &certificate);
  server.hang_up_after(1'000'000);
  HttpOptions options;
  options.tls.ca_pem = authority.pem();
  HttpClient client(options);
  const std::string body(30'000'000, 'x');
  HttpRequest request;
  request.method = "PUT";
  request.url = server.url();
  request.body = as_bytes(body);
  for (int i = 0; i < 5; ++i) {
    const auto response = client.perform(Context().with_timeout(std::chrono::seconds(10)), request);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().fault(), Fault::retryable) << response.error().text();
  }
}

TEST(HttpTlsTest, PlainServerBehindHttpsIsInvalid) {
  Server server(say_hello);
  const auto answer = fetch("https://127.0.0.1:" + std::to_string(server.port()), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault(), Fault::invalid) << answer.error().text();
}

TEST(CertificateTest, InspectsAndMatchesKeys) {
  const TestCertificate authority("authority");
  const TestCertificate certificate("admin", &authority);
  const auto found = inspect_certificates(certificate.pem() + authority.pem());
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ(found->at(0).subject, "CN=admin");
  EXPECT_EQ(found->at(0).issuer, "CN=authority");
  EXPECT_GT(found->at(0).not_after, std::chrono::system_clock::now());
  EXPECT_TRUE(check_key_pair(certificate.pem(), Secret(certificate.key_pem())));
  EXPECT_FALSE(check_key_pair(certificate.pem(), Secret(authority.key_pem())));
  EXPECT_FALSE(check_key_pair(certificate.pem(), Secret("nonsense")));
  EXPECT_FALSE(inspect_certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  EXPECT_FALSE(inspect_certificates(""));
  const TestCertificate forever("forever", nullptr, "", -3600, 250'000'000'000);
  EXPECT_GT(inspect_certificates(forever.pem())->at(0).not_after, std::chrono::system_clock::now())
      << "years the clock cannot hold are far away, not long ago";
}

}  // namespace
}  // namespace tranship::net
