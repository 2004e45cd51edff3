#pragma once
// Shows what a running backup, restore or migration reports: phases with their times, volumes with rate and time left.

#include <map>
#include <mutex>
#include <string>

#include "cli/display/migration.h"
#include "cli/session.h"
#include "migrate/reporter.h"

namespace tranship::cli {

class MigrationReporter : public migrate::Reporter {
 public:
  explicit MigrationReporter(Session& session) : session_(session), display_(session) {}

  void phase_begin(migrate::Phase phase) override;
  void phase_end(migrate::Phase phase, std::chrono::milliseconds took) override;
  void volume(migrate::Phase phase, const volume::VolumeProgress& progress) override;
  void objects(std::size_t done, std::size_t total) override;
  void readiness(const restore::Readiness& readiness) override;
  void note(const std::string& text) override;

  // Milliseconds by phase, added up where a phase ran more than once.
  Json phase_times() const;
  std::string phase_summary() const;  // "capture 120 ms, volumes out 3.1 s ..."

 private:
  Session& session_;
  mutable std::mutex mutex_;
  std::map<migrate::Phase, std::chrono::milliseconds> times_;
  std::string last_readiness_;
  MigrationDisplay display_;
};

}  // namespace tranship::cli
