// Goal: the S3 store works against a real server (MinIO), also when the network does not.

#include "store/s3/s3_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "net/testing/forwarder.h"
#include "net/url.h"
#include "store/testing/conformance_assert.h"
#include "store/testing/s3_server.h"

namespace tranship::store::s3 {
namespace {

class RealS3 : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto location = testing::s3_location("unit/s3 store+%");
    if (!location) GTEST_SKIP() << testing::kNoS3;
    location_ = *location;
  }
  Location location_;
  const Context context_ = Context().with_timeout(std::chrono::minutes(2));
};

TEST_F(RealS3, Conforms) {
  S3Store store(location_);
  testing::expect_conformance(store);
}

TEST_F(RealS3, HasOneCreator) {
  S3Store store(location_);
  testing::expect_one_creator(store);
}

TEST_F(RealS3, PartsAreJoinedInOrder) {
  S3Options options;
  options.single_put_bytes_max = 6u << 20;
  options.part_bytes = 5u << 20;
  S3Store store(location_, options);
  Bytes data(23u << 20);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>((i >> 16) * 31 + i);
  const auto put = store.put(context_, "parts", data, nullptr);
  ASSERT_TRUE(put) << put.error().text();
  Bytes back;
  ASSERT_TRUE(store.get(context_, "parts", std::nullopt, back));
  EXPECT_TRUE(back == data);
  EXPECT_TRUE(store.remove(context_, "parts"));
}

TEST_F(RealS3, WhatIsWrongIsSaid) {
  Bytes out;
  Location wrong = location_;
  wrong.bucket = "tranship-no-such-bucket";
  const auto no_bucket = S3Store(wrong).put(context_, "k", as_bytes("x"), nullptr);
  ASSERT_FALSE(no_bucket);
  EXPECT_EQ(no_bucket.error().fault(), Fault::invalid);
  EXPECT_EQ(no_bucket.error().code(), "store.no_bucket");

  wrong = location_;
  wrong.credentials.secret_access_key = Secret("not the secret");
  const auto bad_secret = S3Store(wrong).get(context_, "k", std::nullopt, out);
  ASSERT_FALSE(bad_secret);
  EXPECT_EQ(bad_secret.error().fault(), Fault::auth);
  EXPECT_EQ(bad_secret.error().code(), "store.credentials");
  EXPECT_EQ(bad_secret.error().text().find("not the secret"), std::string::npos);

  wrong = location_;
  wrong.credentials.access_key_id = "NOBODY";
  EXPECT_EQ(S3Store(wrong).list(context_, "", [](const ObjectInfo&) {}).error().code(), "store.credentials");

  S3Options tomorrow;
  tomorrow.now = [] { return std::chrono::system_clock::now() + std::chrono::hours(24); };
  const auto skewed = S3Store(location_, tomorrow).get(context_, "k", std::nullopt, out);
  ASSERT_FALSE(skewed);
  EXPECT_EQ(skewed.error().code(), "store.clock");
}

TEST_F(RealS3, DataThatDoesNotFitItsDigestIsRefused) {
  S3Store store(location_);
  const Id wrong{};
  const auto put = store.put(context_, "damaged", as_bytes("content"), &wrong);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().fault(), Fault::corrupt);
  EXPECT_EQ(store.stat(context_, "damaged").error().fault(), Fault::not_found);
}

// Every connection is cut again and again, and for a while none is taken; nothing is lost.
TEST_F(RealS3, SurvivesCutConnections) {
  const auto url = net::parse_url(location_.endpoint);
  ASSERT_TRUE(url);
  if (url->secure()) GTEST_SKIP() << "the forwarder's address would not fit the server's certificate";
  net::testing::Forwarder forwarder(url->host, url->port);
  location_.endpoint = "http://127.0.0.1:" + std::to_string(forwarder.port());
  location_.prefix += "/cut";
  const RetryPolicy quick{std::chrono::milliseconds(20), std::chrono::milliseconds(300), std::chrono::minutes(1)};
  S3Options options;
  options.page_retry = quick;
  const auto store = with_retry(std::make_unique<S3Store>(location_, options), quick);
  std::atomic<bool> working{true};
  std::jthread saboteur([&] {
    for (int round = 0; working; ++round) {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      forwarder.cut();
      if (round != 5) continue;
      forwarder.refuse(true);
      std::this_thread::sleep_for(std::chrono::milliseconds(800));
      forwarder.refuse(false);
    }
  });
  std::vector<std::jthread> workers;
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&, worker] {
      for (int i = 0; i < 12; ++i) {
        const std::string key = std::to_string(worker) + "/" + std::to_string(i);
        const Bytes data(400'000, static_cast<std::uint8_t>(worker * 16 + i));
        const auto put = store->put(context_, key, data);
        EXPECT_TRUE(put) << put.error().text();
        Bytes back;
        const auto got = store->get(context_, key, std::nullopt, back);
        EXPECT_TRUE(got) << got.error().text();
        EXPECT_TRUE(back == data) << key;
      }
    });
  }
  for (auto& worker : workers) worker.join();
  working = false;
  saboteur.join();
  std::vector<std::string> keys;
  ASSERT_TRUE(store->list(context_, "", [&](const ObjectInfo& info) { keys.push_back(info.key); }));
  EXPECT_EQ(keys.size(), 48u);
  EXPECT_GT(forwarder.connections(), 10);
  for (const std::string& key : keys) EXPECT_TRUE(store->remove(context_, key));
}

}  // namespace
}  // namespace tranship::store::s3
