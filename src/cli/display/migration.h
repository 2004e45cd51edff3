#pragma once
// The live lines of a backup, restore or migration: one for each volume under way, with bytes, rate and time left, and
// one for objects being written. In place on a terminal; elsewhere a line for each every ten seconds, JSON lines every
// second with --output json, nothing with --quiet.

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cli/display/progress.h"
#include "cli/session.h"
#include "volume/run.h"

namespace tranship::cli {

// Thread-safe.
class MigrationDisplay {
 public:
  explicit MigrationDisplay(Session& session);
  ~MigrationDisplay();  // takes its lines away
  MigrationDisplay(const MigrationDisplay&) = delete;
  MigrationDisplay& operator=(const MigrationDisplay&) = delete;

  void volume(const volume::VolumeProgress& progress);
  void objects(std::size_t done, std::size_t total);
  // The phase is over: what it showed goes.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  struct Row {
    volume::VolumeProgress progress;
    ProgressRate rate;
    Clock::time_point began{};
  };

  void run(std::stop_token stop);
  void draw(Clock::time_point now);
  std::vector<std::string> lines() const;  // mutex_ held
  std::vector<Json> records() const;       // mutex_ held
  std::string line_of(const Row& row) const;
  void tell_change(const Row& row, volume::VolumeProgress::State before, const std::string& detail_before);

  Session& session_;
  const bool in_place_;
  mutable std::mutex mutex_;  // for the next
  std::map<std::string, Row> rows_;
  std::size_t objects_done_ = 0, objects_total_ = 0;
  Clock::time_point drawn_{};
  std::jthread thread_;  // last: ends before what it reads goes
};

}  // namespace tranship::cli
