#include "controller/runtime/work_queue.h"

#include <algorithm>

namespace tranship::controller {

void WorkQueue::add_locked(const Key& key) {
  if (active_.contains(key)) {
    again_.insert(key);
    return;
  }
  if (!queued_.insert(key).second) return;
  ready_.push_back(key);
  changed_.notify_one();
}

void WorkQueue::delay_locked(const Key& key, Time due) {
  const auto [place, is_new] = delayed_.try_emplace(key, due);
  if (!is_new) place->second = std::min(place->second, due);
  changed_.notify_all();  // whoever waits may wait too long now
}

void WorkQueue::promote_locked(Time now) {
  for (auto it = delayed_.begin(); it != delayed_.end();) {
    if (it->second > now) {
      ++it;
      continue;
    }
    add_locked(it->first);
    it = delayed_.erase(it);
  }
}

std::optional<Key> WorkQueue::take_locked() {
  promote_locked(clock_.steady());
  if (closed_ || ready_.empty()) return std::nullopt;
  Key key = std::move(ready_.front());
  ready_.pop_front();
  queued_.erase(key);
  delayed_.erase(key);
  active_.insert(key);
  return key;
}

void WorkQueue::finish_locked(const Key& key) {
  active_.erase(key);
  if (again_.erase(key) > 0) add_locked(key);
}

void WorkQueue::add(const Key& key) {
  std::lock_guard lock(mutex_);
  add_locked(key);
}

void WorkQueue::add_after(const Key& key, std::chrono::milliseconds delay) {
  std::lock_guard lock(mutex_);
  delay_locked(key, clock_.steady() + delay);
}

std::optional<Key> WorkQueue::try_take() {
  std::lock_guard lock(mutex_);
  return take_locked();
}

std::optional<Key> WorkQueue::take() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (auto key = take_locked()) return key;
    if (closed_) return std::nullopt;
    if (delayed_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto next = std::ranges::min_element(delayed_, {}, [](const auto& entry) { return entry.second; });
    changed_.wait_for(lock, std::max<Time::duration>(next->second - clock_.steady(), std::chrono::milliseconds(1)));
  }
}

void WorkQueue::done(const Key& key) {
  std::lock_guard lock(mutex_);
  failures_.erase(key);
  finish_locked(key);
}

std::chrono::milliseconds WorkQueue::failed(const Key& key) {
  std::lock_guard lock(mutex_);
  const int failures = std::min(failures_[key]++, 20);
  const auto delay = std::min<std::chrono::milliseconds>(backoff_.max, backoff_.first * (1LL << failures));
  // An addition in the meantime does not shorten it: the reconciler would fail as fast as events come.
  again_.erase(key);
  finish_locked(key);
  delay_locked(key, clock_.steady() + delay);
  return delay;
}

void WorkQueue::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

std::size_t WorkQueue::size() const {
  std::lock_guard lock(mutex_);
  return ready_.size();
}

}  // namespace tranship::controller
