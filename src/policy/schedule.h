#pragma once
// When a policy runs: every so often, or at times of a calendar in a time zone. Pure: times go in, times come out.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "policy/cron.h"

namespace tranship::policy {

using Time = std::chrono::system_clock::time_point;

enum class Frequency { hourly, daily, weekly, monthly };

struct CalendarTime {
  int minute = 0;
  int hour = 0;     // not of hourly
  int weekday = 0;  // of weekly; 0: Sunday
  int day = 1;      // of monthly; in shorter months their last day
};

class Schedule {
 public:
  // At multiples of `interval` since 1970 UTC, so that it needs no memory of when it began. At least a minute.
  static Result<Schedule> every(std::chrono::seconds interval);
  // `zone`: a name of the IANA database ("Europe/Berlin"); empty: UTC. Fault::invalid (code "schedule.zone") for one
  // that this machine does not know.
  static Result<Schedule> by_frequency(Frequency frequency, const CalendarTime& at, std::string_view zone);
  static Result<Schedule> by_cron(std::string_view line, std::string_view zone);

  // The first run after `time`. Where clocks are set forward, a run in the hour that is left out comes when they are;
  // where they are set back, a run in the hour that comes twice runs once, unless it runs in every hour.
  Time next_after(Time time) const;
  // The newest run in (after, until], when there is one: however many were missed, one makes up for them.
  std::optional<Time> due(Time after, Time until) const;

 private:
  std::chrono::seconds interval_{0};  // zero: by the calendar
  Cron cron_;
  std::string zone_ = "UTC";
};

}  // namespace tranship::policy
