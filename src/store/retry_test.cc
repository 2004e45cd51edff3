// Goal: only what may get better is tried again, never beyond its limits. Method: a store whose failures are
// scripted.

#include "store/retry.h"

#include <gtest/gtest.h>

#include <deque>
#include <thread>

namespace tranship::store {
namespace {

constexpr RetryPolicy kQuick{std::chrono::milliseconds(1), std::chrono::milliseconds(4),
                             std::chrono::milliseconds(200)};

class ScriptedStore : public Store {
 public:
  std::deque<Result<void>> script;
  int calls = 0;
  int shown_before_failure = 0;

  Result<void> next() {
    ++calls;
    if (script.empty()) return {};
    auto result = script.front();
    script.pop_front();
    return result;
  }
  Result<void> put(const Context&, const std::string&, ByteView, const Id*) override { return next(); }
  Result<void> create(const Context&, const std::string&, ByteView) override { return next(); }
  Result<void> get(const Context&, const std::string&, std::optional<ByteRange>, Bytes&) override { return next(); }
  Result<ObjectInfo> stat(const Context&, const std::string& key) override {
    TRY(next());
    return ObjectInfo{key, 1};
  }
  Result<void> list(const Context&, const std::string&,
                    const std::function<void(const ObjectInfo&)>& object) override {
    for (int i = 0; i < shown_before_failure; ++i) object({"k", 1});
    return next();
  }
  Result<void> remove(const Context&, const std::string&) override { return next(); }
  std::string describe() const override { return "scripted"; }
};

struct Both {
  ScriptedStore* inner;
  std::unique_ptr<Store> store;
  explicit Both(std::deque<Result<void>> script, RetryPolicy policy = kQuick) {
    auto scripted = std::make_unique<ScriptedStore>();
    scripted->script = std::move(script);
    inner = scripted.get();
    store = with_retry(std::move(scripted), policy);
  }
};

TEST(Retry, TriesAgainUntilItWorks) {
  Both both({fail(Fault::retryable, "cut"), fail(Fault::retryable, "503")});
  EXPECT_TRUE(both.store->put({}, "k", {}));
  EXPECT_EQ(both.inner->calls, 3);
}

TEST(Retry, OtherFaultsAreGivenAtOnce) {
  for (const Fault fault : {Fault::auth, Fault::not_found, Fault::invalid, Fault::corrupt, Fault::permanent}) {
    Both both({fail(fault, "no")});
    EXPECT_EQ(both.store->stat({}, "k").error().fault(), fault);
    EXPECT_EQ(both.inner->calls, 1);
  }
}

// The object is there and is what was to be made: the answer to the first try was lost.
TEST(Retry, WhatIsCreatedIsNotMistakenForAnothers) {
  const auto script = [] {
    return std::deque<Result<void>>{fail(Fault::retryable, "cut"), fail(Fault::conflict, "there")};
  };
  EXPECT_TRUE(Both(script()).store->create({}, "k", {}));
  const auto other = Both(script()).store->create({}, "k", as_bytes("not what is there"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().fault(), Fault::conflict);
}

TEST(Retry, GivesUpAfterTheTotalAndSaysSo) {
  std::deque<Result<void>> always(10'000, Result<void>(fail(Fault::retryable, "connection refused")));
  Both both(std::move(always));
  const auto begin = Context::Clock::now();
  const auto result = both.store->remove({}, "k");
  ASSERT_FALSE(result);
  EXPECT_LT(Context::Clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(result.error().fault(), Fault::retryable);
  EXPECT_NE(result.error().what().find("gave up after"), std::string::npos);
  EXPECT_NE(result.error().what().find("connection refused"), std::string::npos);
  EXPECT_GT(both.inner->calls, 20);
}

TEST(Retry, TheContextEndsTheWaiting) {
  Both both({fail(Fault::retryable, "cut")},
            {std::chrono::seconds(60), std::chrono::seconds(60), std::chrono::hours(1)});
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop.request_stop();
  });
  const auto result = both.store->put(Context(stop.get_token()), "k", {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault(), Fault::cancelled);
  EXPECT_NE(result.error().what().find("cut"), std::string::npos);
}

TEST(Retry, AListIsNotShownTwice) {
  Both both({fail(Fault::retryable, "cut")});
  both.inner->shown_before_failure = 2;
  int shown = 0;
  EXPECT_FALSE(both.store->list({}, "", [&](const ObjectInfo&) { ++shown; }));
  EXPECT_EQ(shown, 2);
}

}  // namespace
}  // namespace tranship::store
