#pragma once
// A clock that goes on while the machine sleeps, unlike std::chrono::steady_clock: for what others take for lost when
// it shows no sign of life.

#include <time.h>

#include <chrono>

namespace tranship {

struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;

  static time_point now() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return time_point(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
};

}  // namespace tranship
