// Goal: of several that make a repository at once one succeeds, and what is left over of others is in nobody's way.
// Method: threads on one store; a store that refuses the configuration; keys of another repository put beside.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <thread>

#include "repo/testing/memory_store.h"
#include "repo/testing/repository.h"

namespace tranship::repo {
namespace {

Result<std::unique_ptr<Repository>> make(store::Store& store) {
  return Repository::init(Context(), store, Secret(kTestPassword), {.chunker_polynomial = 0, .scrypt_log_n = 10});
}

Result<std::unique_ptr<Repository>> open(store::Store& store) {
  return Repository::open(Context(), store, Secret(kTestPassword));
}

void expect_every_key_opens(store::Store& store, Repository& repository) {
  const auto keys = repository.list_keys(Context());
  ASSERT_TRUE(keys) << keys.error().text();
  EXPECT_FALSE(keys->empty());
  // Each alone, as restic would meet it.
  for (const KeyInfo& key : *keys) {
    MemoryStore alone;
    for (const std::string& name : {std::string("config"), "keys/" + key.id.hex()}) {
      Bytes bytes;
      ASSERT_TRUE(store.get(Context(), name, std::nullopt, bytes));
      ASSERT_TRUE(alone.put(Context(), name, bytes, nullptr));
    }
    const auto opened = open(alone);
    EXPECT_TRUE(opened) << key.id.brief() << ": " << opened.error().text();
  }
}

void race(store::Store& store) {
  constexpr int kThreads = 6;
  std::latch start(kThreads);
  std::atomic<int> made{0};
  std::atomic<int> late{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        const auto repository = make(store);
        if (repository) {
          ++made;
        } else {
          EXPECT_EQ(repository.error().code(), "repository.exists") << repository.error().text();
          ++late;
        }
      });
    }
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(late, kThreads - 1);
  const auto opened = open(store);
  ASSERT_TRUE(opened) << opened.error().text();
  expect_every_key_opens(store, **opened);
}

TEST(Init, OfSeveralAtOnceOneSucceeds) {
  for (int round = 0; round < 20; ++round) {
    MemoryStore store;
    race(store);
    ScratchDirectory scratch;
    race(*open_test_store(scratch / "r"));
  }
}

TEST(Init, WhatOneThatEndedEarlyHasLeftIsUsed) {
  MemoryStore store;
  store.before_change = [](MemoryStore::Change, const std::string& key) -> Result<void> {
    if (key == "config") return fail(Fault::permanent, "the power is gone");
    return {};
  };
  const auto ended = make(store);
  ASSERT_FALSE(ended);
  EXPECT_EQ(store.objects().size(), 1u);
  EXPECT_EQ(open(store).error().fault(), Fault::not_found);
  store.before_change = nullptr;
  const auto repository = make(store);
  ASSERT_TRUE(repository) << repository.error().text();
  EXPECT_EQ(store.objects().size(), 2u) << "one key and the configuration";
  EXPECT_TRUE(open(store));
}

TEST(Init, AKeyOfNoRepositoryIsInNobodysWay) {
  MemoryStore other;
  ASSERT_TRUE(make(other));
  MemoryStore store;
  const auto repository = make(store);
  ASSERT_TRUE(repository);
  // Whichever comes first by its name.
  for (const auto& [key, bytes] : other.objects()) {
    if (key == "config") continue;
    ASSERT_TRUE(store.put(Context(), key, bytes, nullptr));
  }
  const auto opened = open(store);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ((*opened)->config().id, (*repository)->config().id);
  // And without the one that fits, the error says what is wrong.
  const auto keys = (*opened)->list_keys(Context());
  ASSERT_TRUE(keys);
  const auto current = std::ranges::find_if(*keys, &KeyInfo::current);
  ASSERT_NE(current, keys->end());
  ASSERT_TRUE(store.remove(Context(), "keys/" + current->id.hex()));
  EXPECT_EQ(open(store).error().code(), "repository.key");
}

}  // namespace
}  // namespace tranship::repo
