#include "controller/actions/removed_retention.h"

#include <fmt/format.h>

#include <mutex>

#include "controller/location/check.h"
#include "controller/policy/namespaces.h"
#include "controller/policy/next_step.h"
#include "controller/policy/schedule_of.h"
#include "controller/runtime/guarded.h"
#include "controller/runtime/runner.h"
#include "observe/log.h"

namespace tranship::controller {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock::time_point;

// The first look waits, so that a controller that is started over and over does not look each time.
constexpr std::chrono::minutes kFirst{15};
constexpr std::chrono::hours kInterval{24};
constexpr std::chrono::hours kAfterTrouble{1};
constexpr std::chrono::minutes kWhileBusy{1};  // another policy has its turn
// Stores try again for ten minutes, during which a location that is away would keep an action from its place.
constexpr std::chrono::minutes kCatalogTimeout{2};
constexpr const char* kRun = "retention of removed applications";  // of the runner: one at a time

Result<std::vector<migrate::ApplicationEntry>> read_catalog(const Context& context, const LocationAccess& access) {
  const auto root = TRY(store::open_store(context, access.location));
  std::vector<Error> unreadable;  // the location's check tells of them
  return migrate::list_applications(context, *root, &unreadable);
}

// How many restore points were forgotten is told also when what comes afterwards goes wrong.
Result<void> thin_application(const Context& context, const Services& services, const LocationAccess& access,
                              const RemovedLook& look, const std::string& folder, PruneTimes& prunes,
                              std::size_t& forgotten) {
  auto opened = migrate::open_repository_in(context, access.location, folder, access.passphrase);
  // Of somebody else, with a passphrase of their own: nothing in it is the policy's.
  if (!opened && opened.error().code() == "repository.password") return {};
  auto repository = TRY(std::move(opened));
  const Thinned thinned = TRY(thin_repository(context, services, repository, look.rule, look.tag));
  forgotten = thinned.forgotten;
  if (thinned.found == 0) return {};
  TRY(repository.repository->load_index(context));
  return prune_when_due(context, services, repository, forgotten > 0, prunes);
}

class RemovedRetentionReconciler : public Reconciler {
 public:
  RemovedRetentionReconciler(const Services& services, std::shared_ptr<PruneTimes> prunes)
      : services_(services), prunes_(std::move(prunes)) {}

  const kube::ResourceType& type() const override { return api::Policy::type(); }
  std::size_t workers() const override { return 1; }

  Result<Next> reconcile(const Context&, const Key& key) override {
    const auto policy = TRY(services_.stores.get<api::Policy>(key));
    if (!policy || !is_concerned(*policy)) {
      std::lock_guard lock(mutex_);
      turns_.erase(key);
      return Next{};
    }
    const auto left = due(key) - services_.clock.steady();
    if (left.count() > 0) return Next{std::chrono::ceil<milliseconds>(left)};
    const auto started = services_.runner.start(
        kRun, [this, policy = *policy](const ActionRunner::Run& run) { work(run.context, policy); },
        [this, key] { services_.enqueue(api::Policy::type(), key); });
    if (started == ActionRunner::Started::runs_already) return Next{kWhileBusy};
    return Next{};
  }

 private:
  struct Turn {
    Steady due;
    std::string trouble;  // of the last look
  };

  bool is_concerned(const api::Policy& policy) const {
    const auto& spec = policy.spec;
    return policy.metadata.name_space == services_.settings.system_namespace && !policy.metadata.deletion_timestamp &&
           !spec.paused && spec.export_to && spec.retention && spec.retention->exported &&
           !retention_of(*spec.retention->exported).empty();
  }

  Steady due(const Key& key) {
    std::lock_guard lock(mutex_);
    return turns_.try_emplace(key, Turn{services_.clock.steady() + kFirst, {}}).first->second.due;
  }

  void work(const Context& context, const api::Policy& policy) {
    auto found = guarded([&] { return look(context, policy); });
    if (!found) found = RemovedFound{.error = found.error()};
    // Whoever leads next looks again.
    if (context.stopped()) return;
    tell(context, policy, *found);
    const Key key{policy.metadata.name_space, policy.metadata.name};
    {
      std::lock_guard lock(mutex_);
      turns_[key] = {services_.clock.steady() + (found->error || !found->whole ? kAfterTrouble : kInterval),
                     found->error ? found->error->text() : std::string()};
    }
    services_.enqueue(api::Policy::type(), key);
  }

  Result<RemovedFound> look(const Context& context, const api::Policy& policy) {
    const auto rule = TRY(retention_in(policy, &api::Retention::exported));
    if (!rule) return RemovedFound{};
    const auto& metadata = policy.metadata;
    const std::string& system = services_.settings.system_namespace;
    const auto location =
        TRY(find_location(services_.stores, policy.spec.export_to->location.name, metadata.name_space, system));
    const auto access = TRY(access_to_write(context, services_.client, location, system));
    RemovedLook look;
    look.rule = *rule;
    const std::string cluster = TRY(cluster_id(context, services_.client));
    look.tag = policy_tag(metadata.name_space, policy_label(metadata.name), cluster);
    const auto namespaces = TRY(list_namespaces(context, services_.client));
    for (auto& name :
         chosen_namespaces(policy.spec.applications.value_or(api::PolicyApplications{}), namespaces, system)) {
      look.exported.insert(std::move(name));
    }
    look.wanted = [this, &metadata] {
      const auto now = services_.stores.get<api::Policy>({metadata.name_space, metadata.name});
      return now && *now && (*now)->metadata.uid == metadata.uid && (*now)->metadata.generation == metadata.generation;
    };
    auto found = thin_removed(context, services_, access, look, *prunes_);
    if (found.error) found.error = in_terms_of_spec(std::move(*found.error)).in("location " + location.metadata.name);
    return found;
  }

  void tell(const Context& context, const api::Policy& policy, const RemovedFound& found) {
    const Key key{policy.metadata.name_space, policy.metadata.name};
    if (!found.forgotten.empty()) {
      std::size_t total = 0;
      std::string applications;
      for (const auto& [application, count] : found.forgotten) {
        total += count;
        applications += fmt::format("{}{} ({})", applications.empty() ? "" : ", ", application, count);
      }
      observe::log_info("A policy's retention reached applications that it exports no more",
                        {{"policy", key.to_string()}, {"forgotten", total}, {"applications", applications}});
      record(
          context, policy, false, "RestorePointsForgotten",
          fmt::format("Forgot {} restore points of applications that are exported no more: {}", total, applications));
    }
    if (!found.error) return;
    observe::log_warning("A policy's retention could not reach applications that it exports no more",
                         {{"policy", key.to_string()}, {"error", *found.error}});
    if (last_trouble(key) == found.error->text()) return;
    record(
        context, policy, true, "RetentionFailed",
        "Restore points of applications that are exported no more could not be forgotten, and this is tried again: " +
            found.error->text());
  }

  std::string last_trouble(const Key& key) const {
    std::lock_guard lock(mutex_);
    const auto found = turns_.find(key);
    return found == turns_.end() ? std::string() : found->second.trouble;
  }

  void record(const Context& context, const api::Policy& policy, bool warning, const std::string& reason,
              const std::string& message) {
    const auto recorded = services_.events.record(
        context, {.object = api::to_json(policy), .warning = warning, .reason = reason, .message = message});
    if (!recorded) observe::log_debug("An Event could not be recorded", {{"error", recorded.error()}});
  }

  const Services services_;
  const std::shared_ptr<PruneTimes> prunes_;
  mutable std::mutex mutex_;
  std::map<Key, Turn> turns_;
};

}  // namespace

RemovedFound thin_removed(const Context& context, const Services& services, const LocationAccess& access,
                          const RemovedLook& look, PruneTimes& prunes) {
  RemovedFound found;
  const auto note = [&](Error error) {
    if (!found.error) found.error = std::move(error);
  };
  auto entries = read_catalog(context.with_timeout(kCatalogTimeout), access);
  if (!entries) {
    note(std::move(entries).error());
    return found;
  }
  for (const auto& entry : *entries) {
    if (look.exported.contains(entry.application)) continue;
    found.whole = look.wanted();
    if (!found.whole) break;
    std::size_t forgotten = 0;
    auto done = thin_application(context, services, access, look, entry.folder, prunes, forgotten);
    if (forgotten > 0) found.forgotten[entry.application] = forgotten;
    if (done) continue;
    const Fault fault = done.error().fault();
    note(std::move(done).error().in(entry.application));
    if (fault == Fault::retryable || fault == Fault::cancelled) break;
  }
  return found;
}

std::unique_ptr<Reconciler> make_removed_retention_reconciler(const Services& services,
                                                              std::shared_ptr<PruneTimes> prunes) {
  return std::make_unique<RemovedRetentionReconciler>(services, std::move(prunes));
}

}  // namespace tranship::controller
