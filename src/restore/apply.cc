#include "restore/apply.h"

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <optional>

#include "base/parallel.h"
#include "kube/watch.h"
#include "restore/order.h"
#include "restore/uids.h"

namespace tranship::restore {
namespace {

using namespace std::chrono_literals;

// Refusals that pass by themselves once something else is there.
bool passes(const Error& error) {
  if (error.fault() == Fault::retryable || error.fault() == Fault::not_found) return true;
  // A Pod made before the namespace's default ServiceAccount.
  return error.fault() == Fault::auth && error.what().find("serviceaccount") != std::string::npos &&
         error.what().find("not found") != std::string::npos;
}

class Applier {
 public:
  Applier(const Context& context, kube::Client& client, const Plan& plan, const ApplyOptions& options)
      : context_(context), client_(client), plan_(plan), options_(options) {
    for (const PlanItem& line : plan.items) {
      uids_.expect(line.item.source_uid);
      uids_.add(line.item.source_uid, line.live_uid);
      items_.push_back(line.item);
    }
  }

  Result<ApplyResult> run() {
    for (const auto& wave : waves(items_)) TRY(write_wave(wave));
    return std::move(result_);
  }

 private:
  Result<void> write_wave(std::vector<std::size_t> wave) {
    const Context patience = context_.with_timeout(options_.retry_for);
    std::chrono::milliseconds pause = 200ms;
    for (;;) {
      std::vector<std::optional<Error>> errors(wave.size());
      parallel_for(wave.size(), options_.in_flight_max, [&](std::size_t i) {
        auto written = write(wave[i]);
        if (!written) errors[i] = std::move(written).error();
      });
      TRY(context_.check());
      std::vector<std::size_t> again;
      for (std::size_t i = 0; i < wave.size(); ++i) {
        if (!errors[i]) continue;
        if (passes(*errors[i]) && !patience.stopped()) {
          again.push_back(wave[i]);
        } else {
          result_.failures.push_back({items_[wave[i]].reference(), std::move(*errors[i])});
        }
      }
      if (again.empty()) return {};
      wave = std::move(again);
      if (auto slept = patience.sleep(pause); !slept) TRY(context_.check());
      pause = std::min(pause * 2, 5000ms);
    }
  }

  Result<void> write(std::size_t index) {
    const PlanItem& line = plan_.items[index];
    switch (line.action) {
      case Action::skip: return done(line, result_.skipped);
      case Action::unchanged: return done(line, result_.unchanged);
      case Action::blocked: return fail(Fault::conflict, line.reason);
      case Action::create:
      case Action::update: break;
    }
    std::vector<std::string> missing;
    Json object = line.item.object;
    const Json owners = TRY(uids_.owner_references(line.item, missing));
    if (!owners.empty()) object["metadata"]["ownerReferences"] = owners;
    const Json written = TRY(send(line, object));
    uids_.add(line.item.source_uid, json_string(written, {"metadata", "uid"}));
    TRY(send_status(line, written));
    if (line.item.type.kind == "CustomResourceDefinition") TRY(wait_established(line));
    if (!missing.empty()) {
      const std::lock_guard lock(mutex_);
      result_.notes.insert(result_.notes.end(), missing.begin(), missing.end());
    }
    return done(line, line.action == Action::create ? result_.created : result_.updated);
  }

  Result<Json> send(const PlanItem& line, const Json& object) {
    const auto& type = line.item.type;
    auto applied = client_.apply(context_, type, object, {.force = true});
    if (applied || applied.error().fault() != Fault::invalid) return applied;
    // Server-side apply refuses some objects that a plain create takes, such as two ports of one number in a list keyed
    // by it; they exist on real clusters.
    if (line.action == Action::create) {
      auto created = client_.create(context_, type, object);
      if (created) return created;
      return fail(std::move(created).error());
    }
    if (!options_.replace || type.kind == "PersistentVolumeClaim") return applied;
    const auto reference = line.item.reference();
    TRY(client_.remove(context_, type, reference.name_space, reference.name,
                       {.propagation = "Foreground", .uid_precondition = line.live_uid}));
    TRY(kube::wait_for(context_.with_timeout(60s), client_, type, reference.name_space, reference.name,
                       [](const Json& live) { return live.is_null(); }));
    return client_.apply(context_, type, object, {.force = true});
  }

  Result<void> send_status(const PlanItem& line, const Json& written) {
    if (line.item.status.is_null() || !line.item.type.has_subresource("status")) return {};
    const auto reference = kube::ObjectReference::of(written);
    auto patched = client_.patch(context_, line.item.type, reference.name_space, reference.name,
                                 kube::PatchKind::merge, {{"status", line.item.status}}, {.subresource = "status"});
    if (!patched) return fail(std::move(patched).error().in("restoring the status"));
    return {};
  }

  Result<void> wait_established(const PlanItem& line) {
    const auto established = [](const Json& definition) {
      for (const Json& condition : json_at(definition, {"status", "conditions"})) {
        if (json_string(condition, {"type"}) == "Established") return json_string(condition, {"status"}) == "True";
      }
      return false;
    };
    auto waited = kube::wait_for(context_.with_timeout(30s), client_, line.item.type, "", line.item.reference().name,
                                 established);
    if (!waited) return fail(std::move(waited).error().in("waiting for the definition to be served"));
    return {};
  }

  Result<void> done(const PlanItem& line, std::size_t& counter) {
    {
      const std::lock_guard lock(mutex_);
      ++counter;
    }
    const std::size_t count = ++done_;
    if (options_.progress) options_.progress(count, plan_.items.size(), line.item.reference());
    return {};
  }

  const Context& context_;
  kube::Client& client_;
  const Plan& plan_;
  const ApplyOptions& options_;
  std::vector<Item> items_;
  UidMap uids_;
  std::mutex mutex_;
  ApplyResult result_;
  std::atomic<std::size_t> done_{0};
};

}  // namespace

Result<ApplyResult> apply(const Context& context, kube::Client& client, const Plan& plan, const ApplyOptions& options) {
  if (plan.blocked()) {
    return fail(Error(Fault::conflict, fmt::format("the plan has {} blocked objects", plan.count(Action::blocked)))
                    .with_code("plan.blocked")
                    .with_fix("Resolve each blocker the plan names, then run again"));
  }
  return Applier(context, client, plan, options).run();
}

}  // namespace tranship::restore
