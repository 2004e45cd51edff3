#pragma once
// For tests: the shipped checks as one assertion, and what only several callers show. Header-only.

#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "store/conformance.h"

namespace tranship::store::testing {

// `lacks`: the check that this store is known not to pass.
inline void expect_conformance(Store& store, bool thorough = true, std::string_view lacks = {}) {
  const auto findings =
      check_location(Context().with_timeout(std::chrono::minutes(3)), store, {.thorough = thorough});
  EXPECT_GE(findings.size(), thorough ? 16u : 14u);
  for (const CheckFinding& finding : findings) {
    EXPECT_EQ(finding.ok, finding.id != lacks) << finding.name << ": " << finding.text;
  }
}

// Of several that create the same object at once, one succeeds, and its bytes are there.
inline void expect_one_creator(Store& store) {
  constexpr int kThreads = 6;
  for (const std::string key : {"raced/a", "raced/b", "raced/c"}) {
    std::latch start(kThreads);
    std::array<Result<void>, kThreads> results;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
          start.arrive_and_wait();
          results[i] = store.create(Context().with_timeout(std::chrono::minutes(1)), key, as_bytes(std::to_string(i)));
        });
      }
    }
    Bytes there;
    ASSERT_TRUE(store.get(Context(), key, std::nullopt, there));
    for (int i = 0; i < kThreads; ++i) {
      EXPECT_EQ(results[i].has_value(), as_text(there) == std::to_string(i)) << i;
      const std::string trouble = results[i] ? "" : results[i].error().code();
      EXPECT_TRUE(trouble.empty() || trouble == "store.exists") << trouble;
    }
    EXPECT_TRUE(store.remove(Context(), key));
  }
}

}  // namespace tranship::store::testing
