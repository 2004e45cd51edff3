#pragma once
// For tests: the shipped checks as one assertion. Header-only.

#include <gtest/gtest.h>

#include "store/conformance.h"

namespace tranship::store::testing {

inline void expect_conformance(Store& store, bool thorough = true) {
  const auto findings =
      check_location(Context().with_timeout(std::chrono::minutes(3)), store, {.thorough = thorough});
  EXPECT_GE(findings.size(), thorough ? 15u : 13u);
  for (const CheckFinding& finding : findings) EXPECT_TRUE(finding.ok) << finding.name << ": " << finding.text;
}

}  // namespace tranship::store::testing
