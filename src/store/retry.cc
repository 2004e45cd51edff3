#include "store/retry.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/units.h"

namespace tranship::store {
namespace {

// Half to all of `delay`: many movers that failed together must not come back together.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds delay) {
  thread_local std::minstd_rand random(std::random_device{}());
  std::uniform_int_distribution<std::int64_t> spread(delay.count() / 2, delay.count());
  return std::chrono::milliseconds(spread(random));
}

class RetryStore : public Store {
 public:
  RetryStore(std::unique_ptr<Store> inner, RetryPolicy policy) : inner_(std::move(inner)), policy_(policy) {}

  Result<void> put(const Context& context, const std::string& key, ByteView data, const Id* digest) override {
    return retry(context, policy_, [&] { return inner_->put(context, key, data, digest); });
  }
  Result<void> create(const Context& context, const std::string& key, ByteView data) override {
    int tries = 0;
    auto created = retry(context, policy_, [&] {
      ++tries;
      return inner_->create(context, key, data);
    });
    if (created || tries == 1 || created.error().fault() != Fault::conflict) return created;
    // The answer to an earlier try may have been lost.
    Bytes there;
    TRY(get(context, key, std::nullopt, there));
    if (std::ranges::equal(there, data)) return {};
    return created;
  }
  Result<void> get(const Context& context, const std::string& key, std::optional<ByteRange> range,
                   Bytes& out) override {
    return retry(context, policy_, [&] { return inner_->get(context, key, range, out); });
  }
  Result<ObjectInfo> stat(const Context& context, const std::string& key) override {
    return retry(context, policy_, [&] { return inner_->stat(context, key); });
  }
  Result<void> list(const Context& context, const std::string& prefix,
                    const std::function<void(const ObjectInfo&)>& object) override {
    bool shown = false;
    Backoff backoff(policy_);
    for (;;) {
      auto result = inner_->list(context, prefix, [&](const ObjectInfo& info) {
        shown = true;
        object(info);
      });
      if (result || shown) return result;
      TRY(backoff.wait(context, std::move(result).error()));
    }
  }
  Result<void> remove(const Context& context, const std::string& key) override {
    return retry(context, policy_, [&] { return inner_->remove(context, key); });
  }
  std::string describe() const override { return inner_->describe(); }

 private:
  const std::unique_ptr<Store> inner_;
  const RetryPolicy policy_;
};

}  // namespace

Result<void> Backoff::wait(const Context& context, Error error) {
  if (error.fault() != Fault::retryable) return fail(std::move(error));
  const auto now = Context::Clock::now();
  if (failures_++ == 0) first_failure_ = now;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - first_failure_);
  const auto doubled = policy_.delay_first * (1ll << std::min(failures_ - 1, 20));
  const auto delay = with_jitter(std::min<std::chrono::milliseconds>(doubled, policy_.delay_max));
  if (elapsed + delay > policy_.total) {
    if (failures_ == 1) return fail(std::move(error));
    return fail(
        std::move(error).in(fmt::format("gave up after {} tries in {}", failures_, format_duration(elapsed))));
  }
  if (auto slept = context.sleep(delay); !slept) {
    return fail(Error(Fault::cancelled,
                      fmt::format("{} while waiting to try again after: {}", slept.error().what(), error.what())));
  }
  return {};
}

std::unique_ptr<Store> with_retry(std::unique_ptr<Store> inner, RetryPolicy policy) {
  return std::make_unique<RetryStore>(std::move(inner), policy);
}

}  // namespace tranship::store
