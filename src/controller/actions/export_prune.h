#pragma once
// Space of restore points that were forgotten, freed at the end of a policy's Export, or of its look at applications
// that it exports no more: at most once a day for each repository, when something was forgotten in it, or when what an
// earlier prune marked may be removed by now.

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "controller/runtime/reconciler.h"
#include "migrate/location_catalog.h"

namespace tranship::controller {

// When which repository was pruned last, as far as this process knows: what an earlier one did not get to, comes with
// the next restore point that is forgotten. Thread-safe.
class PruneTimes {
 public:
  using Time = std::chrono::system_clock::time_point;

  // A little less than a day, both, so that daily exports prune every time, and find what they marked the day before.
  static constexpr std::chrono::hours kInterval{20};
  static constexpr std::chrono::hours kGrace{20};

  // Whether it is time; it then counts as done. `oldest_mark`: of the packs that are marked in it.
  bool take(const std::string& repository, bool forgotten, std::optional<Time> oldest_mark, Time now);
  // It was not done: it is wanted again after the interval.
  void failed(const std::string& repository);

 private:
  struct State {
    std::optional<Time> last;
    bool wanted = false;
  };
  std::mutex mutex_;
  std::map<std::string, State> states_;
};

// Nothing to do is success. Logs what was freed, and counts it in the metrics. Its index must be loaded.
Result<void> prune_when_due(const Context& context, const Services& services,
                            migrate::ApplicationRepository& repository, bool forgotten, PruneTimes& times);

}  // namespace tranship::controller
