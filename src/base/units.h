#pragma once
// Sizes, rates and durations as people read them, and Kubernetes quantities as numbers.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tranship {

std::string format_bytes(std::uint64_t bytes);                       // "1.4 GiB"
std::string format_duration(std::chrono::milliseconds duration);     // "850 ms", "12.3 s", "4 min 05 s"
// "90s", "15m", "12h", "30d", "2w", and such joined: "1d12h". Fault::invalid for anything else, and beyond 100 years.
Result<std::chrono::seconds> parse_duration(std::string_view text);
// RFC 3339 in UTC with nanoseconds when there are any: "2026-11-24T03:14:00.5Z".
std::string format_time(std::chrono::system_clock::time_point time);
Result<std::chrono::system_clock::time_point> parse_time(std::string_view text);
// Seconds since 1970; times that the clock's nanoseconds cannot hold (after 2261: certificates that "never"
// expire) become the nearest one that they can.
std::chrono::system_clock::time_point time_of_unix(std::int64_t seconds);
// "5Gi" -> bytes, "100m" -> 1 (rounded up).
Result<std::uint64_t> parse_quantity(std::string_view text);

}  // namespace tranship
