#include "kube/lease.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <optional>
#include <thread>

namespace tranship::kube {
namespace {

// MicroTime of the API: always six digits after the point.
std::string micro_time(std::chrono::system_clock::time_point time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const auto micros = std::chrono::floor<std::chrono::microseconds>(time - whole).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(whole)), micros);
}

}  // namespace

LeaseCandidate::LeaseCandidate(Client& client, LeaseOptions options, LeaseClock clock)
    : client_(client), options_(std::move(options)), clock_(std::move(clock)) {}

// The lease as it would be held by this candidate from now on.
Json LeaseCandidate::record() const {
  const std::string now = micro_time(clock_.wall());
  const bool held = holder_ == options_.identity;
  Json lease = current_;
  if (!lease.is_object())
    lease = {{"apiVersion", "coordination.k8s.io/v1"},
             {"kind", "Lease"},
             {"metadata", {{"name", options_.name}, {"namespace", options_.name_space}}}};
  Json& spec = lease["spec"];
  const auto transitions = json_integer(lease, {"spec", "leaseTransitions"});
  const bool is_new = !current_.is_object();
  if (!held) spec["acquireTime"] = now;
  spec["holderIdentity"] = options_.identity;
  spec["leaseDurationSeconds"] =
      std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(options_.duration).count());
  spec["leaseTransitions"] = held || is_new ? transitions : transitions + 1;
  spec["renewTime"] = now;
  return lease;
}

Result<bool> LeaseCandidate::create(const Context& context) {
  current_ = nullptr;
  holder_.clear();
  auto created = client_.create(context, types::lease(), record());
  if (!created) {
    if (created.error().fault() == Fault::conflict) return false;
    return std::unexpected(std::move(created).error());
  }
  current_ = std::move(*created);
  holder_ = options_.identity;
  return true;
}

Result<bool> LeaseCandidate::try_hold(const Context& context) {
  auto lease = client_.get(context, types::lease(), options_.name_space, options_.name);
  if (!lease) {
    if (lease.error().fault() == Fault::not_found && has_reason(lease.error(), "NotFound"))
      return create(context);
    return std::unexpected(std::move(lease).error());
  }
  current_ = std::move(*lease);
  holder_ = json_string(current_, {"spec", "holderIdentity"});
  const std::string version = json_string(current_, {"metadata", "resourceVersion"});
  if (version != seen_version_) {
    seen_version_ = version;
    seen_at_ = clock_.steady();
  }
  // Others' duration counts, not ours: they may have been started with another one.
  const std::chrono::seconds theirs(json_integer(current_, {"spec", "leaseDurationSeconds"}));
  const bool free =
      holder_.empty() || holder_ == options_.identity || clock_.steady() - seen_at_ > theirs;
  if (!free) return false;
  auto replaced = client_.replace(context, types::lease(), record());
  if (!replaced) {
    if (replaced.error().fault() == Fault::conflict) return false;
    return std::unexpected(std::move(replaced).error());
  }
  current_ = std::move(*replaced);
  holder_ = options_.identity;
  seen_version_ = json_string(current_, {"metadata", "resourceVersion"});
  seen_at_ = clock_.steady();
  return true;
}

Result<void> LeaseCandidate::release(const Context& context) {
  if (holder_ != options_.identity || !current_.is_object()) return {};
  Json lease = current_;
  lease["spec"]["holderIdentity"] = "";
  lease["spec"]["leaseDurationSeconds"] = 1;
  lease["spec"]["renewTime"] = micro_time(clock_.wall());
  auto replaced = client_.replace(context, types::lease(), lease);
  holder_.clear();
  // A conflict: somebody has taken it already.
  if (!replaced && replaced.error().fault() != Fault::conflict)
    return std::unexpected(std::move(replaced).error());
  return {};
}

namespace {

Result<void> acquire(const Context& context, LeaseCandidate& candidate, const LeaseOptions& options,
                     const LeaseClock& clock) {
  while (true) {
    TRY(context.check());
    auto held = candidate.try_hold(context.with_timeout(options.renew_deadline));
    if (held && *held) return {};
    // What trying again cannot mend is said at once; an API server that is away is waited for.
    if (!held && held.error().fault() != Fault::retryable &&
        held.error().fault() != Fault::cancelled)
      return std::unexpected(
          std::move(held).error().in("leader election by lease " + options.name));
    TRY(clock.sleep(context, options.retry_period));
  }
}

// Renews until the context ends (success) or the lease is lost (the error says how).
Result<void> keep(const Context& context, LeaseCandidate& candidate, const LeaseOptions& options,
                  const LeaseClock& clock) {
  auto renewed_at = clock.steady();
  std::string trouble;
  while (clock.sleep(context, options.retry_period)) {
    const auto left = options.renew_deadline - (clock.steady() - renewed_at);
    if (left <= std::chrono::milliseconds(0))
      return fail(Fault::retryable, fmt::format("the lease {} could not be renewed in time: {}",
                                                options.name, trouble));
    auto held = candidate.try_hold(
        context.with_timeout(std::chrono::ceil<std::chrono::milliseconds>(left)));
    if (held && *held) {
      renewed_at = clock.steady();
    } else if (held && !candidate.holder().empty() && candidate.holder() != options.identity) {
      return fail(Fault::retryable, fmt::format("the lease {} was taken over by {}", options.name,
                                                candidate.holder()));
    } else {
      trouble = held ? "it changes all the time" : held.error().what();
    }
  }
  return {};
}

}  // namespace

Result<void> run_as_leader(const Context& context, Client& client, const LeaseOptions& options,
                           const std::function<Result<void>(const Context& leading)>& lead,
                           const LeaseClock& clock) {
  if (options.renew_deadline >= options.duration || options.retry_period >= options.renew_deadline)
    return fail(Fault::invalid,
                "a lease's retry period must be shorter than its renew deadline, and that than its "
                "duration");
  LeaseCandidate candidate(client, options, clock);
  TRY(acquire(context, candidate, options, clock));
  std::stop_source lost, finished;
  Result<void> outcome;
  std::jthread leader([&] {
    outcome = lead(context.with_stop(lost.get_token()));
    finished.request_stop();
  });
  const auto kept = keep(context.with_stop(finished.get_token()), candidate, options, clock);
  lost.request_stop();
  leader.join();
  if (!kept) return std::unexpected(kept.error());
  // The caller's context may have ended: giving the lease up gets a moment of its own.
  const auto released = candidate.release(Context().with_timeout(std::chrono::seconds(5)));
  if (outcome && !released && !context.stopped()) return std::unexpected(released.error());
  return outcome;
}

}  // namespace tranship::kube
