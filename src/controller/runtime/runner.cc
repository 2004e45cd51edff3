#include "controller/runtime/runner.h"

#include <utility>

namespace tranship::controller {

ActionRunner::Started ActionRunner::start(const std::string& id, std::function<void(const Run&)> work,
                                          std::function<void()> when_room) {
  join_finished();
  std::lock_guard lock(mutex_);
  if (running_.contains(id)) return Started::runs_already;
  if (stopped_ || running_.size() >= at_once_) {
    if (!stopped_) waiting_.push_back(std::move(when_room));
    return Started::no_room;
  }
  auto entry = std::make_unique<Entry>();
  Entry& run = *entry;
  running_.emplace(id, std::move(entry));
  // finish() takes the lock that is held here: the entry is whole before it can end.
  run.thread = std::thread([this, id, &run, work = std::move(work)] {
    work({context_.with_stop(run.stop.get_token()), run.cancelled});
    finish(id);
  });
  return Started::yes;
}

void ActionRunner::finish(const std::string& id) {
  std::vector<std::function<void()>> waiting;
  {
    std::lock_guard lock(mutex_);
    finished_.push_back(std::move(running_.extract(id).mapped()));
    if (!stopped_) waiting.swap(waiting_);
  }
  for (const auto& when_room : waiting) when_room();
  // Last: stop() goes on when this was the last one, and nothing may be touched after that.
  std::lock_guard lock(mutex_);
  all_done_.notify_all();
}

void ActionRunner::join_finished() {
  std::vector<std::unique_ptr<Entry>> finished;
  {
    std::lock_guard lock(mutex_);
    finished.swap(finished_);
  }
  for (const auto& entry : finished) entry->thread.join();
}

bool ActionRunner::running(const std::string& id) const {
  std::lock_guard lock(mutex_);
  return running_.contains(id);
}

void ActionRunner::cancel(const std::string& id) {
  std::lock_guard lock(mutex_);
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  found->second->cancelled = true;
  found->second->stop.request_stop();
}

std::size_t ActionRunner::running_count() const {
  std::lock_guard lock(mutex_);
  return running_.size();
}

void ActionRunner::stop() {
  {
    std::unique_lock lock(mutex_);
    stopped_ = true;
    waiting_.clear();
    for (const auto& [id, entry] : running_) entry->stop.request_stop();
    all_done_.wait(lock, [&] { return running_.empty(); });
  }
  join_finished();
}

}  // namespace tranship::controller
