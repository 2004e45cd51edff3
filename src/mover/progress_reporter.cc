#include "mover/progress_reporter.h"

#include "base/context.h"

namespace tranship::mover {
namespace {

// Also when nothing changes, somebody may be reading whether the mover lives.
constexpr auto kSilenceMax = std::chrono::seconds(30);

}  // namespace

ProgressReporter::ProgressReporter(const std::string& task_id, const repo::Progress& progress,
                                   std::chrono::milliseconds interval, std::function<void(const std::string&)> line,
                                   std::function<void()> tick)
    : task_id_(task_id), progress_(progress), interval_(interval), line_(std::move(line)), tick_(std::move(tick)) {
  thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

ProgressReporter::~ProgressReporter() {
  thread_.request_stop();
  thread_.join();
  say();
}

void ProgressReporter::run(std::stop_token stop) {
  const Context context(stop);
  while (context.sleep(interval_)) {
    say();
    tick_();
  }
}

void ProgressReporter::say() {
  Json value = to_json(progress_.counts());
  value["task"] = task_id_;
  std::string text = to_text(value);
  const auto now = std::chrono::steady_clock::now();
  if (text == last_ && now - last_said_ < kSilenceMax) return;
  line_(text);
  last_ = std::move(text);
  last_said_ = now;
}

}  // namespace tranship::mover
