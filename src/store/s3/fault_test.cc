// Goal: every answer an S3 server may give becomes the right decision. Method: a server on a socket that gives
// them, and seeded damage to XML.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <random>

#include "net/testing/server.h"
#include "store/s3/s3_store.h"

namespace tranship::store::s3 {
namespace {

using net::testing::Connection;
using net::testing::SeenRequest;
using net::testing::Server;

constexpr RetryPolicy kQuick{std::chrono::milliseconds(1), std::chrono::milliseconds(5), std::chrono::seconds(5)};

Location location_of(const Server& server) {
  Location location;
  location.kind = Location::Kind::s3;
  location.endpoint = "http://127.0.0.1:" + std::to_string(server.port());
  location.bucket = "shop";
  location.prefix = "backups";
  location.credentials = {"KEY", Secret("SECRET"), Secret("TOKEN")};
  return location;
}

std::string error_xml(std::string_view code, std::string_view more = {}) {
  return "<?xml version=\"1.0\"?><Error><Code>" + std::string(code) + "</Code><Message>m</Message>" +
         std::string(more) + "</Error>";
}

// The error of a GET that was answered with this.
Error get_error(int status, const std::string& body, const std::string& headers = {}) {
  Server server(
      [&](const SeenRequest&, Connection& connection) { return connection.answer(status, body, headers); });
  Bytes out;
  auto result = S3Store(location_of(server)).get({}, "index/x", std::nullopt, out);
  EXPECT_FALSE(result);
  return result ? Error(Fault::permanent, "succeeded") : std::move(result).error();
}

TEST(S3Faults, EveryCodeHasItsDecision) {
  EXPECT_EQ(get_error(404, error_xml("NoSuchKey")).fault(), Fault::not_found);
  EXPECT_EQ(get_error(404, error_xml("NoSuchBucket")).code(), "store.no_bucket");
  EXPECT_EQ(get_error(403, error_xml("AccessDenied")).code(), "store.forbidden");
  EXPECT_NE(get_error(403, error_xml("AccessDenied")).fix().find("s3:GetObject"), std::string::npos);
  EXPECT_EQ(get_error(403, error_xml("InvalidAccessKeyId")).code(), "store.credentials");
  EXPECT_EQ(get_error(400, error_xml("ExpiredToken")).code(), "store.credentials_expired");
  EXPECT_EQ(get_error(503, error_xml("SlowDown")).fault(), Fault::retryable);
  EXPECT_EQ(get_error(500, "<html>gateway</html>").fault(), Fault::retryable);
  EXPECT_EQ(get_error(429, "").fault(), Fault::retryable);
  EXPECT_EQ(get_error(400, error_xml("RequestTimeout")).fault(), Fault::retryable);
  EXPECT_EQ(get_error(403, error_xml("QuotaExceeded")).code(), "store.full");
  EXPECT_EQ(get_error(507, error_xml("XMinioStorageFull")).code(), "store.full");
  EXPECT_EQ(get_error(507, "").code(), "store.full");
  EXPECT_EQ(get_error(416, error_xml("InvalidRange")).fault(), Fault::corrupt);
  EXPECT_EQ(get_error(400, error_xml("SomethingNew")).fault(), Fault::permanent);
}

TEST(S3Faults, TheRightRegionIsNamed) {
  const Error redirect = get_error(301, error_xml("PermanentRedirect"), "x-amz-bucket-region: eu-central-1\r\n");
  EXPECT_EQ(redirect.code(), "store.wrong_region");
  EXPECT_NE(redirect.fix().find("--region eu-central-1"), std::string::npos);
  const Error malformed = get_error(400, error_xml("AuthorizationHeaderMalformed", "<Region>ap-east-1</Region>"));
  EXPECT_NE(malformed.fix().find("--region ap-east-1"), std::string::npos);
  // A web server that is no S3.
  EXPECT_NE(get_error(302, "<html/>", "Location: /login\r\n").code(), "store.wrong_region");
}

TEST(S3Faults, ClockSkewIsMeasured) {
  const Error error = get_error(403, error_xml("RequestTimeTooSkewed"), "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n");
  EXPECT_EQ(error.code(), "store.clock");
  EXPECT_EQ(error.fault(), Fault::auth);
  EXPECT_EQ(error.what().find("too much"), std::string::npos);
}

TEST(S3Faults, SlowDownAndCutBodiesAreTriedAgain) {
  std::atomic<int> requests{0};
  Server server([&](const SeenRequest&, Connection& connection) {
    switch (++requests) {
      case 1: return connection.answer(503, error_xml("SlowDown"));
      case 2: return connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), false;
      case 3: return false;
      default: return connection.answer(200, "0123456789");
    }
  });
  const auto store = with_retry(std::make_unique<S3Store>(location_of(server)), kQuick);
  Bytes out;
  const auto got = store->get({}, "snapshots/x", std::nullopt, out);
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(as_text(out), "0123456789");
  EXPECT_EQ(requests, 4);
}

// A server that stores nothing but what `kept` says is there in the end; how it takes If-None-Match is `put`.
Result<void> create_at(std::function<bool(const SeenRequest&, Connection&)> put, const std::string& kept) {
  std::atomic<bool> written{false};
  Server server([&](const SeenRequest& request, Connection& connection) {
    if (request.method == "PUT") {
      written = true;
      return put(request, connection);
    }
    if (!written) return connection.answer(404, error_xml("NoSuchKey"));
    return connection.answer(200, kept);
  });
  return S3Store(location_of(server)).create({}, "config", as_bytes("mine"));
}

TEST(S3Faults, WhatIsCreatedIsThereOnceWhateverTheServerKnows) {
  const auto taken = [](const SeenRequest&, Connection& connection) { return connection.answer(200, ""); };
  const auto knows_none = [](const SeenRequest& request, Connection& connection) {
    if (request.head.find("if-none-match: *") == std::string::npos) return connection.answer(200, "");
    return connection.answer(501, error_xml("NotImplemented"));
  };
  const auto lost = [](const SeenRequest&, Connection& connection) {
    return connection.answer(412, error_xml("PreconditionFailed"));
  };
  EXPECT_TRUE(create_at(taken, "mine"));
  EXPECT_TRUE(create_at(knows_none, "mine"));
  EXPECT_EQ(create_at(lost, "another's").error().code(), "store.exists");
  // It passes the condition over, and another came in between.
  EXPECT_EQ(create_at(taken, "another's").error().code(), "store.exists");
  EXPECT_EQ(create_at(knows_none, "another's").error().code(), "store.exists");
}

TEST(S3Faults, AnswersThatAreNotWhatWasAskedForAreRefused) {
  Bytes out;
  Server more([](const SeenRequest&, Connection& connection) { return connection.answer(206, "0123456789"); });
  EXPECT_EQ(S3Store(location_of(more)).get({}, "k", ByteRange{0, 4}, out).error().fault(), Fault::permanent);
  Server less([](const SeenRequest&, Connection& connection) { return connection.answer(206, "01"); });
  EXPECT_EQ(S3Store(location_of(less)).get({}, "k", ByteRange{0, 4}, out).error().fault(), Fault::corrupt);
  Server huge([](const SeenRequest&, Connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n");
    return connection.write(std::string(100'000, 'x'));
  });
  S3Options options;
  options.object_bytes_max = 50'000;
  EXPECT_EQ(S3Store(location_of(huge), options).get({}, "k", std::nullopt, out).error().fault(), Fault::permanent);
}

TEST(S3Faults, AFailedUploadInPartsIsAborted) {
  Server server([](const SeenRequest& request, Connection& connection) {
    if (request.method == "POST" && request.target.find("uploads=") != std::string::npos) {
      return connection.answer(200,
                               "<InitiateMultipartUploadResult><UploadId>u/1</UploadId>"
                               "</InitiateMultipartUploadResult>");
    }
    if (request.method == "DELETE") return connection.answer(204, "");
    if (request.target.find("partNumber=2") != std::string::npos)
      return connection.answer(403, error_xml("AccessDenied"));
    return connection.answer(200, "", "ETag: \"e\"\r\n");
  });
  S3Options options;
  options.single_put_bytes_max = 10;
  options.part_bytes = 10;
  options.page_retry = kQuick;
  S3Store store(location_of(server), options);
  const auto put = store.put({}, "big", Bytes(35, 1), nullptr);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code(), "store.forbidden");
  const auto seen = server.seen();
  EXPECT_EQ(seen.back().method, "DELETE");
  EXPECT_EQ(seen.back().target, "/shop/backups/big?uploadId=u%2F1");
}

TEST(S3Faults, AnErrorInsideASuccessIsAnError) {
  Server server([](const SeenRequest& request, Connection& connection) {
    if (request.method == "PUT") return connection.answer(200, "", "ETag: \"e\"\r\n");
    if (request.target.find("uploads=") == std::string::npos)
      return connection.answer(200, error_xml("InternalError"));
    return connection.answer(
        200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
  });
  S3Options options;
  options.single_put_bytes_max = 10;
  options.part_bytes = 10;
  const auto put = S3Store(location_of(server), options).put({}, "big", Bytes(15, 1), nullptr);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().fault(), Fault::retryable);
}

TEST(S3Requests, ArePathOrHostStyleAndSigned) {
  Server server([](const SeenRequest&, Connection& connection) { return connection.answer(200, ""); });
  ASSERT_TRUE(S3Store(location_of(server)).put({}, "data/a b+ü", as_bytes("x"), nullptr));
  const SeenRequest request = server.seen().at(0);
  EXPECT_EQ(request.target, "/shop/backups/data/a%20b%2B%C3%BC");
  EXPECT_NE(request.head.find("x-amz-security-token: TOKEN"), std::string::npos);
  EXPECT_NE(request.head.find("x-amz-checksum-sha256: LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="),
            std::string::npos);
  EXPECT_EQ(request.head.find("SECRET"), std::string::npos);
  EXPECT_EQ(request.body, "x");
}

class StaleCredentials : public CredentialSource {
 public:
  Result<S3Credentials> get(const Context&) override {
    return S3Credentials{"KEY", Secret("SECRET"), Secret(expired ? "NEW" : "OLD")};
  }
  void expire() override { expired = true; }
  bool expired = false;
};

TEST(S3Requests, ExpiredCredentialsAreRenewedOnce) {
  Server server([](const SeenRequest& request, Connection& connection) {
    const bool old = request.head.find("security-token: OLD") != std::string::npos;
    return old ? connection.answer(400, error_xml("ExpiredToken")) : connection.answer(200, "");
  });
  Location location = location_of(server);
  location.renewal = std::make_shared<StaleCredentials>();
  EXPECT_TRUE(S3Store(location).put({}, "k", as_bytes("x"), nullptr));
  EXPECT_EQ(server.seen().size(), 2u);
}

TEST(S3List, PagesAreFollowedAndNeverForEver) {
  std::atomic<int> pages{0};
  Server server([&](const SeenRequest& request, Connection& connection) {
    const bool second = request.target.find("continuation-token=t%2B1") != std::string::npos;
    if (++pages == 2) return connection.answer(503, error_xml("SlowDown"));
    const std::string key = second ? "backups/b%2Bc+d" : "backups/a";
    return connection.answer(
        200, "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>" + key +
                 "</Key><Size>3</Size></Contents><Contents><Key>backups/folder/</Key><Size>0</Size>"
                 "</Contents><IsTruncated>" +
                 (second ? "false" : "true") +
                 "</IsTruncated><NextContinuationToken>t+1</NextContinuationToken></ListBucketResult>");
  });
  S3Options options;
  options.page_retry = kQuick;
  std::vector<std::string> keys;
  const auto listed =
      S3Store(location_of(server), options).list({}, "", [&](const ObjectInfo& info) { keys.push_back(info.key); });
  ASSERT_TRUE(listed) << listed.error().text();
  EXPECT_EQ(keys, (std::vector<std::string>{"a", "b+c d"}));

  Server loop([](const SeenRequest&, Connection& connection) {
    return connection.answer(200,
                             "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t"
                             "</NextContinuationToken></ListBucketResult>");
  });
  EXPECT_EQ(S3Store(location_of(loop)).list({}, "", [](const ObjectInfo&) {}).error().fault(), Fault::corrupt);
}

TEST(S3Xml, AnyBytesAreAnErrorAndNoCrash) {
  const std::string whole =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<EncodingType>url</EncodingType><Contents><Key>a%20b</Key><Size>12</Size></Contents></ListBucketResult>";
  ASSERT_TRUE(parse_list(whole));
  int refused = 0;
  for (std::uint32_t seed = 1; seed <= 3000; ++seed) {
    std::mt19937 random(seed);
    std::string damaged = whole;
    for (std::uint32_t i = 0; i <= seed % 5; ++i) {
      const std::size_t at = random() % damaged.size();
      switch (random() % 3) {
        case 0: damaged[at] = static_cast<char>(random()); break;
        case 1: damaged.erase(at, random() % 9); break;
        default: damaged.insert(at, damaged.substr(random() % damaged.size(), random() % 30));
      }
      if (damaged.empty()) damaged = "<";
    }
    refused += !parse_list(damaged);
    (void)parse_error(damaged);
    (void)parse_upload_id(damaged);
    (void)parse_role_credentials(damaged);
  }
  EXPECT_GT(refused, 1000);
  EXPECT_FALSE(parse_list("<ListBucketResult><Contents><Key>k</Key><Size>-1</Size></Contents></ListBucketResult>"));
  EXPECT_FALSE(parse_list("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"));
}

TEST(S3Xml, PartsAreListedInOrder) {
  EXPECT_EQ(complete_upload_xml({{1, "\"a&b\"", "x="}, {2, "c", "y"}}),
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"a&amp;b\"</ETag>"
            "<ChecksumSHA256>x=</ChecksumSHA256></Part><Part><PartNumber>2</PartNumber><ETag>c</ETag>"
            "<ChecksumSHA256>y</ChecksumSHA256></Part></CompleteMultipartUpload>");
}

}  // namespace
}  // namespace tranship::store::s3
