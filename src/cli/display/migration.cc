#include "cli/display/migration.h"

#include <fmt/format.h>

#include <condition_variable>

#include "base/units.h"
#include "cli/terminal.h"

namespace tranship::cli {
namespace {

using State = volume::VolumeProgress::State;
using std::chrono::milliseconds;

constexpr auto kSampleEvery = milliseconds(200);  // and drawn on a terminal
constexpr auto kJsonEvery = milliseconds(1'000);
constexpr auto kLineEvery = milliseconds(10'000);

std::string_view state_name(State state) {
  switch (state) {
    case State::waiting: return "waiting";
    case State::snapshot: return "snapshot";
    case State::starting: return "starting";
    case State::running: return "running";
    case State::restarting: return "restarting";
    case State::done: return "done";
    case State::failed: return "failed";
  }
  return "waiting";
}

}  // namespace

MigrationDisplay::MigrationDisplay(Session& session)
    : session_(session), in_place_(!session.json() && session.streams().error_is_terminal) {
  if (session_.quiet()) return;
  drawn_ = Clock::now();
  thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

MigrationDisplay::~MigrationDisplay() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  session_.show_live({});
}

void MigrationDisplay::volume(const volume::VolumeProgress& progress) {
  const std::lock_guard lock(mutex_);
  Row& row = rows_[progress.claim];
  const State before = row.progress.state;
  const std::string detail_before = row.progress.detail;
  if (row.began == Clock::time_point()) row.began = Clock::now();
  row.progress = progress;
  // A state that is told again without its reason still has it.
  if (progress.state == before && progress.detail.empty()) row.progress.detail = detail_before;
  if (!session_.quiet()) tell_change(row, before, detail_before);
}

void MigrationDisplay::objects(std::size_t done, std::size_t total) {
  const std::lock_guard lock(mutex_);
  objects_done_ = done;
  objects_total_ = total;
}

void MigrationDisplay::clear() {
  const std::lock_guard lock(mutex_);
  rows_.clear();
  objects_done_ = objects_total_ = 0;
  if (in_place_) session_.show_live({});
}

// What a person should still see when the live lines are gone.
void MigrationDisplay::tell_change(const Row& row, State before, const std::string& detail_before) {
  const auto& [claim, state, bytes, detail] = row.progress;
  if (state == before && detail == detail_before) return;
  if (state == State::done && before != State::done) {
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - row.began);
    session_.note(session_.text("volume.through", claim, format_bytes(bytes.bytes_done), format_duration(took)));
  } else if (!detail.empty() && state != State::done) {
    session_.note(session_.text("volume.detail", claim,
                                session_.text(fmt::format("volume.state.{}", state_name(state))), printable(detail)));
  }
}

void MigrationDisplay::run(std::stop_token stop) {
  std::mutex sleep_mutex;
  std::condition_variable_any wake;
  const auto every = session_.json() ? kJsonEvery : in_place_ ? kSampleEvery : kLineEvery;
  for (;;) {
    std::unique_lock sleeping(sleep_mutex);
    if (wake.wait_for(sleeping, stop, kSampleEvery, [&] { return stop.stop_requested(); })) return;
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    for (auto& [claim, row] : rows_) {
      if (row.progress.state == State::running) row.rate.add(now, row.progress.bytes.bytes_done);
    }
    if (now - drawn_ < every) continue;
    draw(now);
  }
}

void MigrationDisplay::draw(Clock::time_point now) {
  drawn_ = now;
  if (session_.json()) {
    for (const Json& record : records()) session_.write_error_stream(to_text(record) + "\n");
  } else if (in_place_) {
    session_.show_live(lines());
  } else {
    for (const std::string& line : lines()) session_.note(line);
  }
}

std::vector<std::string> MigrationDisplay::lines() const {
  std::vector<std::string> lines;
  for (const auto& [claim, row] : rows_) {
    if (row.progress.state == State::done || row.progress.state == State::failed) continue;
    lines.push_back("  " + line_of(row));
  }
  if (objects_total_ > 0 && objects_done_ < objects_total_) {
    lines.push_back("  " + session_.text("objects.progress", objects_done_, objects_total_));
  }
  return lines;
}

std::string MigrationDisplay::line_of(const Row& row) const {
  const std::string claim = printable(row.progress.claim);
  if (row.progress.state == State::running && row.progress.bytes.files_total + row.progress.bytes.bytes_total > 0) {
    return claim + ": " + progress_text(session_, row.progress.bytes, row.rate);
  }
  const std::string state = session_.text(fmt::format("volume.state.{}", state_name(row.progress.state)));
  return claim + ": " + state + (row.progress.detail.empty() ? "" : ": " + printable(row.progress.detail));
}

std::vector<Json> MigrationDisplay::records() const {
  std::vector<Json> records;
  for (const auto& [claim, row] : rows_) {
    if (row.progress.state == State::done || row.progress.state == State::failed) continue;
    Json record = progress_json(row.progress.bytes, row.rate);
    record["volume"] = claim;
    record["state"] = state_name(row.progress.state);
    if (!row.progress.detail.empty()) record["detail"] = row.progress.detail;
    records.push_back(std::move(record));
  }
  if (objects_total_ > 0 && objects_done_ < objects_total_) {
    records.push_back({{"type", "progress"}, {"objectsDone", objects_done_}, {"objectsTotal", objects_total_}});
  }
  return records;
}

}  // namespace tranship::cli
