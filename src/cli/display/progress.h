#pragma once
// Progress of one long step: bytes, files, rate and time left. In place on a terminal, a line every ten seconds
// elsewhere, JSON lines with --output json, nothing with --quiet. Steps that end at once show nothing.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "cli/session.h"
#include "repo/progress.h"

namespace tranship::cli {

// Rate over the last seconds, and what follows from it. Not thread-safe.
class ProgressRate {
 public:
  using Clock = std::chrono::steady_clock;

  void add(Clock::time_point now, std::uint64_t bytes_done);
  double bytes_per_second() const;
  // Nothing while the totals still grow or nothing moves.
  std::optional<std::chrono::seconds> left(const repo::ProgressCounts& state) const;

 private:
  std::deque<std::pair<Clock::time_point, std::uint64_t>> samples_;
};

// "42.1%  1.2 GiB of 3.0 GiB, 12,345 of 50,000 files, 210.3 MiB/s, 1 min 05 s left".
std::string progress_text(const Session& session, const repo::ProgressCounts& state, const ProgressRate& rate);

// {"type": "progress", "bytesDone": ...}: one line of --output json.
Json progress_json(const repo::ProgressCounts& state, const ProgressRate& rate);

class ProgressDisplay {
 public:
  // `read` is called from the display's own thread until the destructor returns.
  ProgressDisplay(Session& session, std::function<repo::ProgressCounts()> read);
  ProgressDisplay(Session& session, const repo::Progress& progress)
      : ProgressDisplay(session, [&progress] { return progress.counts(); }) {}
  // Takes its line away.
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

 private:
  void show(std::stop_token stop);
  void draw(const repo::ProgressCounts& state, const ProgressRate& rate);

  Session& session_;
  const std::function<repo::ProgressCounts()> read_;
  std::jthread thread_;
};

}  // namespace tranship::cli
