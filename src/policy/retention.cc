#include "policy/retention.h"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace tranship::policy {
namespace {

using Local = date::local_seconds;
using PeriodOf = std::int64_t (*)(Local);

std::int64_t hour_of(Local time) {
  return date::floor<std::chrono::hours>(time).time_since_epoch().count();
}
std::int64_t day_of(Local time) {
  return date::floor<date::days>(time).time_since_epoch().count();
}
std::int64_t week_of(Local time) {
  const auto day = date::floor<date::days>(time);
  return (day - (date::weekday(day) - date::Monday)).time_since_epoch().count();
}
std::int64_t month_of(Local time) {
  const date::year_month_day day(date::floor<date::days>(time));
  return static_cast<int>(day.year()) * 12 + static_cast<std::int64_t>(static_cast<unsigned>(day.month()));
}
std::int64_t year_of(Local time) {
  return static_cast<int>(date::year_month_day(date::floor<date::days>(time)).year());
}

}  // namespace

std::vector<bool> kept(const std::vector<Time>& times, const Retention& retention, Time now, std::string_view zone) {
  std::vector<bool> keep(times.size(), retention.empty());
  if (times.empty() || retention.empty()) return keep;
  std::vector<std::size_t> newest_first(times.size());
  std::iota(newest_first.begin(), newest_first.end(), 0);
  std::ranges::stable_sort(newest_first, std::greater(), [&](std::size_t at) { return times[at]; });

  const date::time_zone& place = *date::locate_zone(zone.empty() ? "UTC" : std::string(zone));
  const auto keep_newest_of = [&](int count, PeriodOf period_of) {
    std::optional<std::int64_t> last;
    for (const std::size_t at : newest_first) {
      if (count == 0) return;
      const std::int64_t period = period_of(place.to_local(date::floor<std::chrono::seconds>(times[at])));
      if (period == last) continue;
      last = period;
      keep[at] = true;
      --count;
    }
  };
  for (std::size_t i = 0; i < newest_first.size() && i < static_cast<std::size_t>(retention.latest); ++i) {
    keep[newest_first[i]] = true;
  }
  keep_newest_of(retention.hourly, hour_of);
  keep_newest_of(retention.daily, day_of);
  keep_newest_of(retention.weekly, week_of);
  keep_newest_of(retention.monthly, month_of);
  keep_newest_of(retention.yearly, year_of);
  if (retention.max_age) {
    Retention counts = retention;
    counts.max_age.reset();
    for (std::size_t at = 0; at < times.size(); ++at) {
      keep[at] = (counts.empty() || keep[at]) && now - times[at] <= *retention.max_age;
    }
  }
  keep[newest_first[0]] = true;
  return keep;
}

}  // namespace tranship::policy
