#pragma once
// The two clocks, injected so that tests live through hours.

#include <chrono>
#include <functional>

namespace tranship::controller {

struct Clock {
  std::function<std::chrono::steady_clock::time_point()> steady = [] { return std::chrono::steady_clock::now(); };
  std::function<std::chrono::system_clock::time_point()> wall = [] { return std::chrono::system_clock::now(); };
};

}  // namespace tranship::controller
