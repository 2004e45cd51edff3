#include "controller/policy/schedule_of.h"

namespace tranship::controller {
namespace {

policy::Frequency frequency_of(api::Frequency frequency) {
  switch (frequency) {
    case api::Frequency::hourly:
      return policy::Frequency::hourly;
    case api::Frequency::daily:
      return policy::Frequency::daily;
    case api::Frequency::weekly:
      return policy::Frequency::weekly;
    case api::Frequency::monthly:
      return policy::Frequency::monthly;
  }
  return policy::Frequency::daily;
}

}  // namespace

Result<policy::Schedule> schedule_of(const api::Schedule& schedule) {
  const std::string zone = schedule.time_zone.value_or("");
  if (schedule.every) return policy::Schedule::every(*schedule.every);
  if (schedule.cron) return policy::Schedule::by_cron(*schedule.cron, zone);
  if (!schedule.frequency) {
    return fail(
        Error(Fault::invalid, "the schedule says neither frequency, cron nor every").with_code("schedule.none"));
  }
  policy::CalendarTime at;
  at.minute = schedule.minute.value_or(0);
  at.hour = schedule.hour.value_or(0);
  at.day = schedule.day.value_or(1);
  // The API begins the week with Monday, calendars with Sunday.
  const auto weekday = schedule.weekday.value_or(api::Weekday::sunday);
  at.weekday = (static_cast<int>(weekday) + 1) % 7;
  return policy::Schedule::by_frequency(frequency_of(*schedule.frequency), at, zone);
}

policy::Retention retention_of(const api::RetentionRule& rule) {
  return {.latest = rule.latest.value_or(0),
          .hourly = rule.hourly.value_or(0),
          .daily = rule.daily.value_or(0),
          .weekly = rule.weekly.value_or(0),
          .monthly = rule.monthly.value_or(0),
          .yearly = rule.yearly.value_or(0),
          .max_age = rule.max_age};
}

}  // namespace tranship::controller
