#pragma once
// A store in memory. Thread-safe. It lists a few keys at a time, as object storage does: what changes meanwhile may
// show or not. `before_change` sees every put and remove, and may refuse it.

#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "store/key.h"
#include "store/store.h"

namespace tranship::repo {

class MemoryStore : public store::Store {
 public:
  enum class Change { put, remove };
  // Set it while nobody else uses the store; called without the store's lock.
  std::function<Result<void>(Change, const std::string& key)> before_change;

  Result<void> put(const Context&, const std::string& key, ByteView data, const Id*) override {
    TRY(store::check_key(key));
    if (before_change) TRY(before_change(Change::put, key));
    const std::lock_guard lock(mutex_);
    objects_[key] = Bytes(data.begin(), data.end());
    return {};
  }
  Result<void> create(const Context&, const std::string& key, ByteView data) override {
    TRY(store::check_key(key));
    if (before_change) TRY(before_change(Change::put, key));
    const std::lock_guard lock(mutex_);
    if (objects_.contains(key)) return fail(store::exists_already(key));
    objects_[key] = Bytes(data.begin(), data.end());
    return {};
  }
  Result<void> get(const Context&, const std::string& key, std::optional<store::ByteRange> range, Bytes& out) override {
    TRY(store::check_key(key));
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return fail(Fault::not_found, "no object " + key);
    const ByteView data = found->second;
    const store::ByteRange part = range.value_or(store::ByteRange{0, data.size()});
    if (part.offset > data.size() || part.length > data.size() - part.offset) {
      return fail(Fault::corrupt, "the range is outside of object " + key);
    }
    out.assign(data.begin() + static_cast<std::ptrdiff_t>(part.offset),
               data.begin() + static_cast<std::ptrdiff_t>(part.offset + part.length));
    return {};
  }
  Result<store::ObjectInfo> stat(const Context&, const std::string& key) override {
    TRY(store::check_key(key));
    const std::lock_guard lock(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) return fail(Fault::not_found, "no object " + key);
    return store::ObjectInfo{key, found->second.size()};
  }
  Result<void> list(const Context&, const std::string& prefix,
                    const std::function<void(const store::ObjectInfo&)>& object) override {
    constexpr std::size_t kPage = 5;
    std::string after;
    for (;;) {
      std::vector<store::ObjectInfo> page;
      {
        const std::lock_guard lock(mutex_);
        auto at = after.empty() ? objects_.lower_bound(prefix) : objects_.upper_bound(after);
        for (; at != objects_.end() && at->first.starts_with(prefix) && page.size() < kPage; ++at) {
          page.push_back({at->first, at->second.size()});
        }
      }
      for (const auto& info : page) object(info);
      if (page.size() < kPage) return {};
      after = page.back().key;
    }
  }
  Result<void> remove(const Context&, const std::string& key) override {
    TRY(store::check_key(key));
    if (before_change) TRY(before_change(Change::remove, key));
    const std::lock_guard lock(mutex_);
    objects_.erase(key);
    return {};
  }
  std::string describe() const override { return "memory"; }

  std::map<std::string, Bytes> objects() const {
    const std::lock_guard lock(mutex_);
    return objects_;
  }
  void set_objects(std::map<std::string, Bytes> objects) {
    const std::lock_guard lock(mutex_);
    objects_ = std::move(objects);
  }
  // In all objects whose key begins so.
  std::uint64_t bytes_in(const std::string& prefix) const {
    std::uint64_t bytes = 0;
    for (const auto& [key, data] : objects()) bytes += key.starts_with(prefix) ? data.size() : 0;
    return bytes;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Bytes> objects_;
};

}  // namespace tranship::repo
