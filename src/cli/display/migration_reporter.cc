#include "cli/display/migration_reporter.h"

#include <fmt/format.h>

#include "base/units.h"

namespace tranship::cli {

void MigrationReporter::phase_begin(migrate::Phase phase) {
  session_.note(session_.text(fmt::format("phase.{}", migrate::phase_name(phase))));
}

void MigrationReporter::phase_end(migrate::Phase phase, std::chrono::milliseconds took) {
  using migrate::Phase;
  // Manifests are captured while volumes are under way: their lines stay.
  if (phase == Phase::volumes_out || phase == Phase::volumes_in || phase == Phase::manifests) display_.clear();
  const std::lock_guard lock(mutex_);
  times_[phase] += took;
}

void MigrationReporter::volume(migrate::Phase, const volume::VolumeProgress& progress) { display_.volume(progress); }

void MigrationReporter::objects(std::size_t done, std::size_t total) { display_.objects(done, total); }

void MigrationReporter::readiness(const restore::Readiness& readiness) {
  std::string text;
  for (const auto& line : readiness.waiting) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", line.object.to_string(), line.reason);
  }
  const std::lock_guard lock(mutex_);
  if (text.empty() || text == last_readiness_) return;
  last_readiness_ = text;
  session_.note(session_.text("ready.waiting", text));
}

void MigrationReporter::note(const std::string& text) { session_.note(text); }

Json MigrationReporter::phase_times() const {
  const std::lock_guard lock(mutex_);
  Json times = Json::object();
  for (const auto& [phase, took] : times_) times[std::string(migrate::phase_name(phase))] = took.count();
  return times;
}

std::string MigrationReporter::phase_summary() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [phase, took] : times_) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                        session_.text(fmt::format("phase.name.{}", migrate::phase_name(phase))), format_duration(took));
  }
  return text;
}

}  // namespace tranship::cli
