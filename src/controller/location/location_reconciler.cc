#include "controller/location/location_reconciler.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "controller/location/check.h"
#include "controller/location/restore_point_sync.h"
#include "controller/runtime/status.h"
#include "observe/log.h"

namespace tranship::controller {
namespace {

constexpr std::chrono::minutes kPeriod{10};
constexpr std::chrono::minutes kPeriodOfTrouble{1};  // what was mended outside of the cluster is seen soon

// What the last check was of; of this process's life, so that a new one checks everything once.
struct Checked {
  std::int64_t generation = 0;
  std::string annotation;
  std::string secrets;
  bool ok = false;
  std::chrono::steady_clock::time_point at{};
};

class LocationReconciler : public Reconciler {
 public:
  explicit LocationReconciler(const Services& services) : services_(services) {}

  const kube::ResourceType& type() const override { return api::Location::type(); }
  std::size_t workers() const override { return 4; }

  std::vector<Dependency> dependencies() override {
    // Helm keeps its history in Secrets, many and large; none of them is a location's.
    return {{kube::types::secret(), "type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token",
             [this](const Json& secret) { return users_of(secret); }}};
  }

  Result<Next> reconcile(const Context& context, const Key& key) override {
    const auto location = TRY(services_.stores.get<api::Location>(key));
    if (!location || location->metadata.deletion_timestamp) {
      forget(key);
      TRY(restore_points_.forget(context, key));
      return Next{};
    }
    remember_secrets(key, secrets_of(location->spec));
    auto access = access_location(context, services_.client, *location, services_.settings.system_namespace);
    if (!access && access.error().fault() == Fault::retryable) return fail(std::move(access).error());
    Checked now{location->metadata.generation, location->metadata.annotation(std::string(kCheckAnnotation)),
                access ? access->secret_versions : access.error().what(), false, services_.clock.steady()};
    const auto last = last_check(key);
    const bool changed = !last || last->generation != now.generation || last->annotation != now.annotation ||
                         last->secrets != now.secrets;
    if (!changed) {
      const auto due = last->at + (last->ok ? kPeriod : kPeriodOfTrouble);
      if (now.at < due) return Next{std::chrono::ceil<std::chrono::milliseconds>(due - now.at)};
    }
    LocationFinding finding;
    if (access) {
      finding = check_location(context, location->spec, *access, changed);
      TRY(context.check());
    } else {
      finding.error = access.error();
    }
    now.ok = !finding.error;
    TRY(tell(context, *location, finding));
    // What a repository holds is told by its views; one that cannot be read does not make the location unusable.
    if (now.ok && !access->passphrase.empty()) {
      const auto listed = restore_points_.sync(context, *location, *access);
      if (!listed && listed.error().fault() == Fault::cancelled) return fail(listed.error());
    }
    const auto period = now.ok ? kPeriod : kPeriodOfTrouble;
    set_last_check(key, std::move(now));
    return Next{period};
  }

 private:
  // Into the status, the metrics, and, when it is news, an Event.
  Result<void> tell(const Context& context, const api::Location& location, const LocationFinding& finding) {
    const auto now = services_.clock.wall();
    const bool ok = !finding.error;
    api::LocationStatus status = location.status;
    status.address = address_of(location.spec);
    status.observed_generation = location.metadata.generation;
    status.last_check_time = now;
    status.check_seen = location.metadata.annotation(std::string(kCheckAnnotation));
    if (ok || !finding.applications.empty()) {
      status.applications = static_cast<std::int64_t>(finding.applications.size());
    }
    status.error = ok ? std::nullopt : std::optional(trouble_of(*finding.error, "location.failed"));
    const auto* before = find_condition(location.status.conditions, "Ready");
    const std::string reason = ok ? "Checked" : reason_of(*status.error->code);
    const std::string message = ok ? good_message(location.spec, finding) : finding.error->text();
    const bool news = before == nullptr || before->status != (ok ? "True" : "False") || before->reason != reason;
    set_condition(status.conditions, "Ready", ok ? "True" : "False", reason, message, location.metadata.generation,
                  now);
    TRY(write_status(context, services_.client, location, status));
    services_.metrics.set("tranship_location_ready", "Whether a location can be used.", labels_of(location),
                          ok ? 1 : 0);
    if (!news) return {};
    observe::log(ok ? observe::Level::info : observe::Level::warning, "A location was checked",
                 {{"key", location.metadata.name_space + "/" + location.metadata.name},
                  {"reason", reason},
                  {"message", message}});
    const auto recorded = services_.events.record(
        context,
        {.object = api::to_json(location), .warning = !ok, .reason = ok ? "Ready" : reason, .message = message});
    if (!recorded) observe::log_debug("An Event could not be recorded", {{"error", recorded.error()}});
    return {};
  }

  static std::string good_message(const api::LocationSpec& spec, const LocationFinding& finding) {
    std::string message = spec.access == api::Access::read_write ? "Listing, writing, reading and deleting work"
                                                                 : "Listing and reading work";
    if (finding.unreadable.empty()) return message;
    return message + fmt::format("; {} entries of the catalog cannot be read, the first: {}",
                                 finding.unreadable.size(), finding.unreadable.front().text());
  }
  static observe::Labels labels_of(const api::Location& location) {
    return {{"namespace", location.metadata.name_space}, {"name", location.metadata.name}};
  }

  std::optional<Checked> last_check(const Key& key) const {
    std::lock_guard lock(mutex_);
    const auto found = checked_.find(key);
    return found == checked_.end() ? std::nullopt : std::optional(found->second);
  }
  void set_last_check(const Key& key, Checked checked) {
    std::lock_guard lock(mutex_);
    checked_[key] = std::move(checked);
  }

  void remember_secrets(const Key& key, std::vector<std::string> names) {
    std::lock_guard lock(mutex_);
    secrets_[key] = std::move(names);
  }
  std::vector<Key> users_of(const Json& secret) const {
    const std::string name = json_string(secret, {"metadata", "name"});
    const std::string name_space = json_string(secret, {"metadata", "namespace"});
    std::vector<Key> users;
    std::lock_guard lock(mutex_);
    for (const auto& [key, names] : secrets_) {
      if (key.name_space == name_space && std::ranges::find(names, name) != names.end()) users.push_back(key);
    }
    return users;
  }

  void forget(const Key& key) {
    services_.metrics.remove("tranship_location_ready", {{"namespace", key.name_space}, {"name", key.name}});
    std::lock_guard lock(mutex_);
    checked_.erase(key);
    secrets_.erase(key);
  }

  const Services services_;
  RestorePointSync restore_points_{services_};
  mutable std::mutex mutex_;
  std::map<Key, Checked> checked_;
  std::map<Key, std::vector<std::string>> secrets_;  // names
};

}  // namespace

std::unique_ptr<Reconciler> make_location_reconciler(const Services& services) {
  return std::make_unique<LocationReconciler>(services);
}

}  // namespace tranship::controller
