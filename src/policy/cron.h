#pragma once
// The five fields of a cron line (crontab(5)): minute, hour, day of the month, month, day of the week. Lists, ranges,
// steps, names of months and weekdays, 7 for Sunday, and @hourly, @daily, @weekly, @monthly, @yearly.

#include <bitset>
#include <string_view>

#include "base/error.h"

namespace tranship::policy {

struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;     // 1 to 31
  std::bitset<13> months;   // 1 to 12
  std::bitset<7> weekdays;  // 0: Sunday
  // Fields that begin with '*': every hour is counted as it passes, also where clocks are set back; and of the two day
  // fields, when both are restricted, either suffices, as in every cron.
  bool any_hour = false, any_day = false, any_weekday = false;
  // A day the month does not have stands for its last one. Not of a cron line: of "monthly on the 31st".
  bool clamp_day = false;
};

// Fault::invalid names the field and what it takes.
Result<Cron> parse_cron(std::string_view line);

}  // namespace tranship::policy
