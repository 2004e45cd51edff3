#include "base/units.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace tranship {

std::string format_bytes(std::uint64_t bytes) {
  static constexpr std::array<const char*, 7> kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string format_duration(std::chrono::milliseconds duration) {
  const auto milliseconds = duration.count();
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  if (milliseconds < 60'000) return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000);
  const auto seconds = milliseconds / 1000;
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
}

std::string format_time(std::chrono::system_clock::time_point time) {
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  auto seconds = static_cast<time_t>(since / 1'000'000'000);
  auto fraction = since % 1'000'000'000;
  if (fraction < 0) {
    fraction += 1'000'000'000;
    --seconds;
  }
  tm parts{};
  gmtime_r(&seconds, &parts);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                                 parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  if (fraction != 0) {
    text += fmt::format(".{:09}", fraction);
    while (text.back() == '0') text.pop_back();
  }
  return text + "Z";
}

Result<std::chrono::system_clock::time_point> parse_time(std::string_view text) {
  const auto bad = [&] { return fail(Fault::invalid, fmt::format("'{}' is not an RFC 3339 time", text)); };
  tm parts{};
  int used = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                  &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &used) != 6) {
    return bad();
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  std::string_view rest = text.substr(static_cast<std::size_t>(used));
  std::int64_t nanoseconds = 0;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    std::int64_t scale = 100'000'000;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
      nanoseconds += (rest.front() - '0') * scale;
      scale /= 10;
      rest.remove_prefix(1);
    }
  }
  std::int64_t offset_seconds = 0;
  if (rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':') {
    const int hours = (rest[1] - '0') * 10 + (rest[2] - '0');
    const int minutes = (rest[4] - '0') * 10 + (rest[5] - '0');
    offset_seconds = (rest[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  } else if (rest != "Z" && rest != "z") {
    return bad();
  }
  const std::int64_t seconds = static_cast<std::int64_t>(timegm(&parts)) - offset_seconds;
  return time_of_unix(seconds) + std::chrono::nanoseconds(nanoseconds);
}

std::chrono::system_clock::time_point time_of_unix(std::int64_t seconds) {
  // A second short of the ends, so that a fraction still fits.
  constexpr std::int64_t kSecondsMax = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  return std::chrono::system_clock::time_point(
      std::chrono::seconds(std::clamp(seconds, -kSecondsMax, kSecondsMax)));
}

Result<std::uint64_t> parse_quantity(std::string_view text) {
  struct Suffix {
    std::string_view text;
    double factor;
  };
  static constexpr std::array<Suffix, 14> kSuffixes = {{{"Ki", 1024.0},
                                                        {"Mi", 1048576.0},
                                                        {"Gi", 1073741824.0},
                                                        {"Ti", 1099511627776.0},
                                                        {"Pi", 1125899906842624.0},
                                                        {"Ei", 1152921504606846976.0},
                                                        {"m", 1e-3},
                                                        {"k", 1e3},
                                                        {"M", 1e6},
                                                        {"G", 1e9},
                                                        {"T", 1e12},
                                                        {"P", 1e15},
                                                        {"E", 1e18},
                                                        {"", 1}}};
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view rest(parsed.ptr, static_cast<std::size_t>(text.data() + text.size() - parsed.ptr));
  if (parsed.ec == std::errc() && value >= 0) {
    for (const auto& suffix : kSuffixes) {
      if (rest != suffix.text) continue;
      const double bytes = std::ceil(value * suffix.factor);
      if (bytes >= 18446744073709549568.0) break;
      return static_cast<std::uint64_t>(bytes);
    }
  }
  return fail(Fault::invalid, fmt::format("'{}' is not a Kubernetes quantity", text));
}

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  const auto refused = [&] {
    return fail(Error(Fault::invalid, "'" + std::string(text) + "' is not a duration")
                    .with_fix("Write it as 90s, 15m, 12h, 30d or 2w"));
  };
  constexpr std::int64_t kSecondsMax = std::int64_t{100} * 365 * 86'400;
  std::int64_t total = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc() || number < 0 || number > kSecondsMax) return refused();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::size_t unit = rest.empty() ? std::string_view::npos : std::string_view("smhdw").find(rest[0]);
    if (unit == std::string_view::npos) return refused();
    constexpr std::int64_t kUnits[] = {1, 60, 3'600, 86'400, 604'800};
    total += number * kUnits[unit];
    if (total > kSecondsMax) return refused();
    rest.remove_prefix(1);
  }
  if (text.empty()) return refused();
  return std::chrono::seconds(total);
}

}  // namespace tranship
