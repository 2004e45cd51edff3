#pragma once
// Restore points opened for looking into: opening a repository costs half a second of processor time, so the last few
// stay open for some minutes. Thread-safe.

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "app/restore_point.h"
#include "migrate/location_catalog.h"
#include "repo/format/snapshot.h"

namespace tranship::api {

struct OpenedPoint {
  migrate::ApplicationRepository opened;
  repo::Snapshot snapshot;
  app::RestorePoint point;
};

class OpenedPoints {
 public:
  // `key` names the restore point and the version of it that rights were checked for. `open` runs without the lock.
  template <class Open>
  Result<std::shared_ptr<OpenedPoint>> get(const std::string& key, const Open& open) {
    if (auto found = find(key)) return found;
    auto made = std::make_shared<OpenedPoint>(TRY(open()));
    std::lock_guard lock(mutex_);
    entries_.push_front({key, std::chrono::steady_clock::now(), made});
    if (entries_.size() > kOpenMax) entries_.pop_back();
    return made;
  }

 private:
  static constexpr std::size_t kOpenMax = 4;
  static constexpr std::chrono::minutes kKept{5};
  struct Entry {
    std::string key;
    std::chrono::steady_clock::time_point since;
    std::shared_ptr<OpenedPoint> point;
  };

  std::shared_ptr<OpenedPoint> find(const std::string& key) {
    std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(entries_, [&](const Entry& each) { return now - each.since > kKept; });
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
      if (it->key != key) continue;
      entries_.splice(entries_.begin(), entries_, it);
      return entries_.front().point;
    }
    return nullptr;
  }

  std::mutex mutex_;
  std::list<Entry> entries_;  // used last first
};

}  // namespace tranship::api
