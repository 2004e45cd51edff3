#pragma once
// A store that reads from another and writes nothing: what --dry-run opens a repository on. What was "written" cannot
// be read back, it is only counted.

#include <atomic>

#include "store/store.h"

namespace tranship::store {

class DryRunStore : public Store {
 public:
  // `inner` must outlive this.
  explicit DryRunStore(Store& inner) : inner_(inner) {}

  Result<void> put(const Context& context, const std::string&, ByteView data, const Id*) override {
    TRY(context.check());
    bytes_ += data.size();
    return {};
  }
  Result<void> create(const Context& context, const std::string& key, ByteView data) override {
    return put(context, key, data, nullptr);
  }
  Result<void> get(const Context& context, const std::string& key, std::optional<ByteRange> range,
                   Bytes& out) override {
    return inner_.get(context, key, range, out);
  }
  Result<ObjectInfo> stat(const Context& context, const std::string& key) override {
    return inner_.stat(context, key);
  }
  Result<void> list(const Context& context, const std::string& prefix,
                    const std::function<void(const ObjectInfo&)>& object) override {
    return inner_.list(context, prefix, object);
  }
  Result<void> remove(const Context& context, const std::string&) override { return context.check(); }
  std::string describe() const override { return inner_.describe(); }

  std::uint64_t bytes_put() const { return bytes_; }

 private:
  Store& inner_;
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace tranship::store
