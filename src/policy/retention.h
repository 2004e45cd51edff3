#pragma once
// Which restore points a retention keeps: the newest of each hour, day, week (Monday to Sunday), month and year, so
// many of each, and none older than an age. Pure.

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "policy/schedule.h"

namespace tranship::policy {

struct Retention {
  int latest = 0, hourly = 0, daily = 0, weekly = 0, monthly = 0,
      yearly = 0;                               // how many to keep; 0: none for that reason
  std::optional<std::chrono::seconds> max_age;  // older ones go, whatever else would keep them
  // Nothing is said: everything stays.
  bool empty() const { return latest + hourly + daily + weekly + monthly + yearly == 0 && !max_age; }
};

// For each time (in any order) whether it is kept. The newest always is: an application whose policy stopped running
// must not lose its last restore point to age. With an age alone, everything younger is kept. `zone`: in which hours
// and days are counted; must be known (Schedule checks it). A period without a restore point does not count.
std::vector<bool> kept(const std::vector<Time>& times, const Retention& retention, Time now, std::string_view zone);

}  // namespace tranship::policy
