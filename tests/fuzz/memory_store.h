#pragma once
// A store in memory, for parsers that read objects. Thread-safe.

#include <map>
#include <mutex>

#include "store/key.h"
#include "store/store.h"

namespace tranship::fuzz {

class MemoryStore : public store::Store {
 public:
  Result<void> put(const Context&, const std::string& key, ByteView data, const Id*) override {
    TRY(store::check_key(key));
    const std::lock_guard lock(mutex_);
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
    std::vector<store::ObjectInfo> found;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [key, data] : objects_) {
        if (key.starts_with(prefix)) found.push_back({key, data.size()});
      }
    }
    for (const auto& info : found) object(info);
    return {};
  }
  Result<void> remove(const Context&, const std::string& key) override {
    TRY(store::check_key(key));
    const std::lock_guard lock(mutex_);
    objects_.erase(key);
    return {};
  }
  std::string describe() const override { return "memory"; }

 private:
  std::mutex mutex_;
  std::map<std::string, Bytes> objects_;
};

}  // namespace tranship::fuzz
