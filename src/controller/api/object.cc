#include "controller/api/object.h"

#include <fmt/format.h>

namespace tranship::controller::api {

std::string Metadata::annotation(const std::string& key) const {
  const auto found = annotations.find(key);
  return found == annotations.end() ? std::string() : found->second;
}

namespace {

constexpr std::pair<char, std::int64_t> kUnits[] = {{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}};
constexpr std::int64_t kSecondsMax = 1'000LL * 366 * 86'400;

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  const auto refuse = [&] {
    return fail(Error(Fault::invalid, fmt::format("'{}' is not a duration", text.substr(0, 64)))
                    .with_fix("Write days, hours, minutes and seconds, in this order: 1d12h, 90m, 30s"));
  };
  std::int64_t total = 0;
  std::size_t at = 0;
  bool any = false;
  for (const auto& [unit, seconds] : kUnits) {
    std::int64_t count = 0;
    std::size_t end = at;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9' && count < kSecondsMax) {
      count = count * 10 + (text[end++] - '0');
    }
    if (end == at || end >= text.size() || text[end] != unit) continue;
    total += std::min(count, kSecondsMax) * seconds;
    at = end + 1;
    any = true;
  }
  if (!any || at != text.size() || total > kSecondsMax) return refuse();
  return std::chrono::seconds(total);
}

std::string format_duration_text(std::chrono::seconds duration) {
  std::int64_t left = std::max<std::int64_t>(duration.count(), 0);
  std::string text;
  for (const auto& [unit, seconds] : kUnits) {
    if (left / seconds > 0) text += fmt::format("{}{}", left / seconds, unit);
    left %= seconds;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace tranship::controller::api
