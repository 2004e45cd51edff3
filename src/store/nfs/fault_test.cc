// Goal: a server that dies, comes back, or stops answering costs time and no object. Method: nfs-ganesha killed,
// started and stopped by signals under a store in use.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "store/nfs/nfs_store.h"
#include "store/retry.h"
#include "store/testing/nfs_server.h"

namespace tranship::store::nfs {
namespace {

using Clock = std::chrono::steady_clock;

class NfsFaults : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (!server_.missing().empty()) GTEST_SKIP() << "an NFS server needs " << server_.missing();
    ASSERT_TRUE(server_.running());
    location_ = server_.location(GetParam(), "share");
  }
  std::unique_ptr<NfsStore> open(const Limits& limits = {}) const {
    auto store = NfsStore::open(context_, location_, true, limits);
    EXPECT_TRUE(store) << store.error().text();
    return store ? std::move(*store) : nullptr;
  }
  std::size_t hidden_files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(server_.folder("share"))) {
      count += entry.path().filename().string().starts_with(".tranship-");
    }
    return count;
  }

  testing::NfsServer server_;
  Location location_;
  const Context context_ = Context().with_timeout(std::chrono::minutes(2));
};

INSTANTIATE_TEST_SUITE_P(V, NfsFaults, ::testing::Values(3, 4));

Bytes content(int number) {
  Bytes data(static_cast<std::size_t>(300'000 + number * 977));
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i * 31 + (i >> 8) + number);
  return data;
}

TEST_P(NfsFaults, AServerKilledAndStartedAgainCostsTimeAlone) {
  RetryPolicy quick;
  quick.delay_first = quick.delay_max = std::chrono::milliseconds(100);
  const auto store = with_retry(open(), quick);
  constexpr int kObjects = 120;
  std::atomic<int> next{0}, written{0};
  {
    std::vector<std::jthread> writers;
    for (int writer = 0; writer < 4; ++writer) {
      writers.emplace_back([&] {
        for (int i = next++; i < kObjects; i = next++) {
          const auto put = store->put(context_, "data/" + std::to_string(i), content(i), nullptr);
          EXPECT_TRUE(put) << put.error().text();
          written += put.has_value();
        }
      });
    }
    for (const int after : {20, 60}) {
      while (written < after) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      server_.tell("kill");
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      server_.tell("start");
    }
  }
  Bytes back;
  for (int i = 0; i < kObjects; ++i) {
    const auto got = store->get(context_, "data/" + std::to_string(i), std::nullopt, back);
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(back, content(i)) << i;
  }
  std::size_t listed = 0;
  ASSERT_TRUE(store->list(context_, "", [&](const ObjectInfo&) { ++listed; }));
  EXPECT_EQ(listed, static_cast<std::size_t>(kObjects));
  // What the puts that were cut had begun was removed by later ones.
  ASSERT_TRUE(store->put(context_, "data/last", as_bytes("x"), nullptr));
  EXPECT_EQ(hidden_files(), 0u);
}

TEST_P(NfsFaults, AServerThatIsGoneIsToldAtOnce) {
  const auto store = open();
  server_.tell("kill");
  const auto begin = Clock::now();
  const auto put = store->put(context_, "keys/k", as_bytes("x"), nullptr);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().fault(), Fault::retryable);
  EXPECT_EQ(put.error().code(), "store.unreachable");
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));
}

TEST_P(NfsFaults, AServerThatIsSilentIsGivenUp) {
  Limits limits;
  limits.silence = limits.connect = std::chrono::milliseconds(700);
  const auto store = open(limits);
  server_.tell("pause");
  // On the connection that is there, and on a new one.
  for (int i = 0; i < 2; ++i) {
    const auto begin = Clock::now();
    const auto put = store->put(context_, "keys/k", as_bytes("x"), nullptr);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code(), "store.unreachable") << put.error().text();
    EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));
  }
  server_.tell("resume");
  const auto put = store->put(context_, "keys/k", as_bytes("x"), nullptr);
  EXPECT_TRUE(put) << put.error().text();
}

TEST_P(NfsFaults, AStopAndADeadlineEndACallThatWaits) {
  const auto store = open();
  server_.tell("pause");
  const auto begin = Clock::now();
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    source.request_stop();
  });
  EXPECT_EQ(store->put(context_.with_stop(source.get_token()), "a", as_bytes("x"), nullptr).error().fault(),
            Fault::cancelled);
  Bytes out;
  const auto late = store->get(context_.with_timeout(std::chrono::milliseconds(300)), "a", std::nullopt, out);
  EXPECT_EQ(late.error().fault(), Fault::cancelled);
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));
  server_.tell("resume");
}

TEST_P(NfsFaults, MoreThreadsThanConnectionsWaitTheirTurn) {
  Limits limits;
  limits.connections = 2;
  const auto store = open(limits);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 10; ++i) {
      threads.emplace_back([&, i] {
        const auto put = store->put(context_, "many/" + std::to_string(i), content(i), nullptr);
        EXPECT_TRUE(put) << put.error().text();
      });
    }
  }
  std::size_t listed = 0;
  ASSERT_TRUE(store->list(context_, "many/", [&](const ObjectInfo&) {
    ++listed;
    EXPECT_TRUE(store->stat(context_, "many/0"));  // the store is used while it lists
  }));
  EXPECT_EQ(listed, 10u);
}

}  // namespace
}  // namespace tranship::store::nfs
