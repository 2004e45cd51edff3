#include "policy/schedule.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>

namespace tranship::policy {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;
using SystemSeconds = date::sys_seconds;

// 29 February on a certain weekday comes after 40 years at the latest.
constexpr int kDaysMax = 41 * 366;

Result<std::string> known_zone(std::string_view name) {
  if (name.empty()) return std::string("UTC");
  try {
    return date::locate_zone(std::string(name))->name();
  } catch (const std::exception&) {
    return fail(Error(Fault::invalid, fmt::format("'{}' is not a time zone that is known here", name))
                    .with_code("schedule.zone")
                    .with_fix("Give a name like Europe/Berlin or Asia/Shanghai; without one it is UTC"));
  }
}

bool day_matches(const Cron& cron, date::local_days day) {
  const date::year_month_day calendar(day);
  const unsigned number = static_cast<unsigned>(calendar.day());
  if (!cron.months[static_cast<unsigned>(calendar.month())]) return false;
  const bool weekday = cron.weekdays[date::weekday(day).c_encoding()];
  bool in_month = cron.days[number];
  if (cron.clamp_day && !in_month) {
    const date::year_month_day_last last(calendar.year(), date::month_day_last(calendar.month()));
    if (calendar.day() == last.day()) {
      for (unsigned later = number + 1; later < cron.days.size(); ++later) in_month = in_month || cron.days[later];
    }
  }
  if (cron.any_day || cron.any_weekday) return in_month && weekday;
  return in_month || weekday;
}

// The instants that a wall clock shows this time: one, none (`after_gap`: when it was skipped), or two.
struct Instants {
  std::optional<SystemSeconds> first, second, after_gap;
};

Instants instants_of(const date::time_zone& zone, date::local_seconds local) {
  const date::local_info info = zone.get_info(local);
  Instants found;
  if (info.result == date::local_info::nonexistent) {
    found.after_gap = info.first.end;
    return found;
  }
  found.first = SystemSeconds(local.time_since_epoch() - info.first.offset);
  if (info.result == date::local_info::ambiguous) {
    found.second = SystemSeconds(local.time_since_epoch() - info.second.offset);
  }
  return found;
}

// The first run after `time` on this day of the wall clock.
std::optional<SystemSeconds> next_on(const Cron& cron, const date::time_zone& zone, date::local_days day, Time time) {
  std::optional<SystemSeconds> best;
  const auto consider = [&](std::optional<SystemSeconds> instant) {
    if (instant && *instant > time && (!best || *instant < *best)) best = instant;
  };
  for (std::size_t hour = 0; hour < cron.hours.size(); ++hour) {
    for (std::size_t minute = 0; cron.hours[hour] && minute < cron.minutes.size(); ++minute) {
      if (!cron.minutes[minute]) continue;
      const Instants instants = instants_of(zone, day + std::chrono::hours(hour) + std::chrono::minutes(minute));
      consider(instants.first);
      if (cron.any_hour) consider(instants.second);
      if (!cron.any_hour) consider(instants.after_gap);
    }
  }
  return best;
}

}  // namespace

Result<Schedule> Schedule::every(seconds interval) {
  if (interval < 1min || interval > 366 * 24h) {
    return fail(Error(Fault::invalid, "an interval is at least a minute and at most a year")
                    .with_code("schedule.interval")
                    .with_fix("Write it as 5m, 1h or 7d"));
  }
  Schedule schedule;
  schedule.interval_ = interval;
  return schedule;
}

Result<Schedule> Schedule::by_frequency(Frequency frequency, const CalendarTime& at, std::string_view zone) {
  const auto within = [](int value, int first, int last) { return value >= first && value <= last; };
  if (!within(at.minute, 0, 59) || !within(at.hour, 0, 23) || !within(at.weekday, 0, 6) || !within(at.day, 1, 31)) {
    return fail(Error(Fault::invalid, "the time of a schedule is not one of a calendar").with_code("schedule.time"));
  }
  Schedule schedule;
  schedule.zone_ = TRY(known_zone(zone));
  Cron& cron = schedule.cron_;
  cron.minutes.set(static_cast<std::size_t>(at.minute));
  cron.any_hour = frequency == Frequency::hourly;
  cron.any_day = frequency != Frequency::monthly;
  cron.any_weekday = frequency != Frequency::weekly;
  cron.clamp_day = frequency == Frequency::monthly;
  cron.months.set();
  if (cron.any_hour)
    cron.hours.set();
  else
    cron.hours.set(static_cast<std::size_t>(at.hour));
  if (cron.any_day)
    cron.days.set();
  else
    cron.days.set(static_cast<std::size_t>(at.day));
  if (cron.any_weekday)
    cron.weekdays.set();
  else
    cron.weekdays.set(static_cast<std::size_t>(at.weekday));
  return schedule;
}

Result<Schedule> Schedule::by_cron(std::string_view line, std::string_view zone) {
  Schedule schedule;
  schedule.cron_ = TRY(parse_cron(line));
  schedule.zone_ = TRY(known_zone(zone));
  return schedule;
}

Time Schedule::next_after(Time time) const {
  if (interval_ > 0s) {
    const auto since = std::chrono::floor<seconds>(time).time_since_epoch();
    return Time((since / interval_ + 1) * interval_);
  }
  const date::time_zone& zone = *date::locate_zone(zone_);
  const auto today = date::floor<date::days>(zone.to_local(std::chrono::floor<seconds>(time)));
  // From the day before: a run of yesterday's skipped hour may come after midnight.
  for (int days = -1; days < kDaysMax; ++days) {
    const date::local_days day = today + date::days(days);
    if (!day_matches(cron_, day)) continue;
    if (const auto next = next_on(cron_, zone, day, time)) return *next;
  }
  return Time::max();
}

std::optional<Time> Schedule::due(Time after, Time until) const {
  if (interval_ > 0s) {
    const auto since = std::chrono::floor<seconds>(until).time_since_epoch();
    const Time newest(since / interval_ * interval_);
    return newest > after ? std::optional(newest) : std::nullopt;
  }
  // Looked for in windows that grow backwards, so that years of missed runs cost little.
  for (auto window = std::chrono::hours(2);; window *= 8) {
    const Time from = std::max(after, until - window < Time() ? Time() : Time(until - window));
    std::optional<Time> newest;
    for (Time run = next_after(from); run <= until; run = next_after(run)) newest = run;
    if (newest || from == after || from == Time()) return newest;
  }
}

}  // namespace tranship::policy
