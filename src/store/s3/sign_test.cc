// Goal: our signatures are AWS's. Method: the examples AWS publishes (S3 API reference, and the general Signature
// V4 test suite where its rules and S3's are the same), with their time and keys.

#include "store/s3/sign.h"

#include <gtest/gtest.h>

#include "base/units.h"
#include "crypto/digest.h"

namespace tranship::store::s3 {
namespace {

constexpr std::string_view kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string signature(const std::string& authorization) {
  return authorization.substr(authorization.find("Signature=") + 10);
}

// The examples of the S3 reference: bucket examplebucket, 24 May 2013.
class S3Example : public testing::Test {
 protected:
  std::string sign(SignInput input) {
    input.headers.emplace_back("host", "examplebucket.s3.amazonaws.com");
    input.headers.emplace_back("x-amz-date", "20130524T000000Z");
    input.headers.emplace_back("x-amz-content-sha256", input.payload_hash);
    const S3Credentials credentials{"AKIAIOSFODNN7EXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), {}};
    return authorization(credentials, "us-east-1", "s3", *parse_time("2013-05-24T00:00:00Z"), input);
  }
};

TEST_F(S3Example, GetObjectRange) {
  const auto text = sign({"GET", "/test.txt", {}, {{"Range", "bytes=0-9"}}, std::string(kEmptyHash)});
  EXPECT_EQ(text,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST_F(S3Example, PutObject) {
  const std::string hash = crypto::sha256(as_bytes("Welcome to Amazon S3.")).hex();
  const Pairs headers{{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  const auto text = sign({"PUT", "/" + uri_encode("test$file.text", true), {}, headers, hash});
  EXPECT_EQ(signature(text), "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST_F(S3Example, GetBucketLifecycle) {
  const auto text = sign({"GET", "/", {{"lifecycle", ""}}, {}, std::string(kEmptyHash)});
  EXPECT_EQ(signature(text), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
}

TEST_F(S3Example, ListObjects) {
  const auto text = sign({"GET", "/", {{"prefix", "J"}, {"max-keys", "2"}}, {}, std::string(kEmptyHash)});
  EXPECT_EQ(signature(text), "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// The general suite: host example.amazonaws.com, service "service", 30 August 2015.
std::string suite_signature(std::string method, Pairs query, Pairs headers) {
  headers.emplace_back("Host", "example.amazonaws.com");
  headers.emplace_back("X-Amz-Date", "20150830T123600Z");
  const S3Credentials credentials{"AKIDEXAMPLE", Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), {}};
  return signature(
      authorization(credentials, "us-east-1", "service", *parse_time("2015-08-30T12:36:00Z"),
                    {std::move(method), "/", std::move(query), std::move(headers), std::string(kEmptyHash)}));
}

TEST(SignatureSuite, Vanilla) {
  EXPECT_EQ(suite_signature("GET", {}, {}), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(suite_signature("POST", {}, {}), "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

TEST(SignatureSuite, QueryIsSorted) {
  EXPECT_EQ(suite_signature("GET", {{"Param2", "value2"}, {"Param1", "value1"}}, {}),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

TEST(SignatureSuite, HeaderValuesAreTrimmed) {
  EXPECT_EQ(suite_signature("GET", {}, {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
}

TEST(UriEncode, EveryByteHasOneForm) {
  EXPECT_EQ(uri_encode("a b/c+%~ü", true), "a%20b/c%2B%25~%C3%BC");
  EXPECT_EQ(uri_encode("a/b", false), "a%2Fb");
  EXPECT_EQ(uri_encode(std::string("\0\x7f\xff", 3), true), "%00%7F%FF");
}

}  // namespace
}  // namespace tranship::store::s3
