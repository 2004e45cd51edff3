#include "cli/display/progress.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "base/units.h"
#include "cli/terminal.h"

namespace tranship::cli {
namespace {

using std::chrono::milliseconds;

constexpr auto kFirstShown = milliseconds(1000);  // what ends sooner needs no progress
constexpr auto kSampleEvery = milliseconds(200);  // and drawn on a terminal
constexpr auto kJsonEvery = milliseconds(1000);
constexpr auto kLineEvery = milliseconds(10'000);
constexpr auto kRateOver = std::chrono::seconds(10);

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

}  // namespace

Json progress_json(const repo::ProgressCounts& state, const ProgressRate& rate) {
  Json line = {{"type", "progress"},
               {"bytesDone", state.bytes_done},
               {"bytesTotal", state.bytes_total},
               {"filesDone", state.files_done},
               {"filesTotal", state.files_total},
               {"bytesStored", state.bytes_stored},
               {"totalsFinal", state.scanned},
               {"bytesPerSecond", static_cast<std::uint64_t>(rate.bytes_per_second())}};
  if (const auto left = rate.left(state)) line["secondsLeft"] = left->count();
  return line;
}

void ProgressRate::add(Clock::time_point now, std::uint64_t bytes_done) {
  samples_.emplace_back(now, bytes_done);
  while (samples_.size() > 2 && now - samples_[1].first > kRateOver) samples_.pop_front();
}

double ProgressRate::bytes_per_second() const {
  if (samples_.size() < 2 || samples_.back().second < samples_.front().second) return 0;
  const std::chrono::duration<double> seconds = samples_.back().first - samples_.front().first;
  const auto bytes = static_cast<double>(samples_.back().second - samples_.front().second);
  return seconds.count() > 0 ? bytes / seconds.count() : 0;
}

std::optional<std::chrono::seconds> ProgressRate::left(const repo::ProgressCounts& state) const {
  const double rate = bytes_per_second();
  if (!state.scanned || rate < 1 || state.bytes_total <= state.bytes_done) return std::nullopt;
  const double seconds = static_cast<double>(state.bytes_total - state.bytes_done) / rate;
  if (seconds > 1e9) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(seconds) + 1);
}

std::string progress_text(const Session& session, const repo::ProgressCounts& state, const ProgressRate& rate) {
  std::string text;
  const auto part = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
  if (state.scanned && state.bytes_total > 0) {
    const auto done = static_cast<double>(std::min(state.bytes_done, state.bytes_total));
    text = fmt::format("{:.1f}%  ", 100 * done / static_cast<double>(state.bytes_total));
    text += session.text("progress.of", format_bytes(state.bytes_done), format_bytes(state.bytes_total));
  } else if (state.bytes_done > 0) {
    part(format_bytes(state.bytes_done));
  }
  if (state.scanned && state.files_total > 0) {
    part(session.text("progress.files_of", grouped(state.files_done), grouped(state.files_total)));
  } else if (state.files_done > 0) {
    part(session.text("progress.files", grouped(state.files_done)));
  }
  if (const double speed = rate.bytes_per_second(); speed >= 1) {
    part(format_bytes(static_cast<std::uint64_t>(speed)) + "/s");
  }
  if (const auto left = rate.left(state)) part(session.text("progress.left", format_duration(*left)));
  // What was read still has to reach the store, what was written the disk.
  if (state.scanned && state.bytes_total > 0 && state.bytes_done >= state.bytes_total) {
    part(session.text("progress.finishing"));
  }
  return text.empty() ? session.text("progress.begins") : text;
}

ProgressDisplay::ProgressDisplay(Session& session, std::function<repo::ProgressCounts()> read)
    : session_(session), read_(std::move(read)) {
  if (session_.quiet()) return;
  thread_ = std::jthread([this](std::stop_token stop) { show(stop); });
}

ProgressDisplay::~ProgressDisplay() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  session_.show_live({});
}

void ProgressDisplay::show(std::stop_token stop) {
  const bool in_place = !session_.json() && session_.streams().error_is_terminal;
  const milliseconds every = session_.json() ? kJsonEvery : in_place ? kSampleEvery : kLineEvery;
  const auto began = ProgressRate::Clock::now();
  auto shown = began - every + kFirstShown;
  if (!in_place && !session_.json()) shown = began;
  ProgressRate rate;
  std::mutex mutex;
  std::condition_variable_any wake;
  for (;;) {
    std::unique_lock lock(mutex);
    if (wake.wait_for(lock, stop, kSampleEvery, [&] { return stop.stop_requested(); })) return;
    const auto now = ProgressRate::Clock::now();
    const repo::ProgressCounts state = read_();
    rate.add(now, state.bytes_done);
    if (now - shown < every) continue;
    shown = now;
    draw(state, rate);
  }
}

void ProgressDisplay::draw(const repo::ProgressCounts& state, const ProgressRate& rate) {
  if (session_.json()) return session_.write_error_stream(to_text(progress_json(state, rate)) + "\n");
  const std::string text = progress_text(session_, state, rate);
  if (!session_.streams().error_is_terminal) return session_.note(text);
  session_.show_live({text});
}

}  // namespace tranship::cli
