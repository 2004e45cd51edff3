#include "controller/policy/next_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>
#include <set>

#include "base/units.h"
#include "controller/policy/schedule_of.h"
#include "controller/runtime/status.h"
#include "crypto/digest.h"

namespace tranship::controller {
namespace {

using namespace std::chrono_literals;

// Ended actions of a policy that stay to be looked at, of each kind.
constexpr std::size_t kHistory = 20;
constexpr std::size_t kNameMax = 63;  // so that names can be labels

// A name that is the same whenever it is asked for, and never longer than a name may be.
std::string bounded_name(const std::string& name) {
  if (name.size() <= kNameMax) return name;
  const std::string digest = crypto::sha256(as_bytes(name)).brief();
  return name.substr(0, kNameMax - digest.size() - 1) + "-" + digest;
}

Json action(const api::Policy& policy, const std::string& kind, const std::string& name, const std::string& run,
            Json spec) {
  return {{"apiVersion", std::string(api::kApiVersion)},
          {"kind", kind},
          {"metadata",
           {{"name", bounded_name(name)},
            {"namespace", policy.metadata.name_space},
            {"labels", {{kPolicyLabel, policy_label(policy.metadata.name)}, {kRunLabel, run}}}}},
          {"spec", std::move(spec)}};
}

class Step {
 public:
  Step(const PolicyView& view, api::Time now) : view_(view), policy_(view.policy), now_(now) {
    step_.status = policy_.status;
    step_.status.observed_generation = policy_.metadata.generation;
  }

  Result<PolicyStep> take() {
    export_backups();
    tell_actions();
    if (auto usable = check(); !usable) {
      refuse(usable.error());
    } else {
      TRY(run_if_due());
    }
    if (policy_.spec.restore) restore_newest();
    clear_history();
    return std::move(step_);
  }

 private:
  bool in_system() const { return policy_.metadata.name_space == view_.system_namespace; }

  // Whether it can run at all; the schedule on the way.
  Result<void> check() {
    if (policy_.spec.schedule) schedule_ = TRY(schedule_of(*policy_.spec.schedule));
    const auto& target = policy_.spec.restore ? policy_.spec.restore->target_namespace : std::nullopt;
    const auto& applications = policy_.spec.applications;
    const auto foreign = [&](const std::string& name) { return name != policy_.metadata.name_space; };
    const bool leaves =
        (target && foreign(*target)) ||
        (applications && (applications->namespace_selector || std::ranges::any_of(applications->namespaces, foreign)));
    if (in_system() || !leaves) return {};
    return fail(Error(Fault::auth, "a policy of namespace " + policy_.metadata.name_space + " is about that one alone")
                    .with_code("scope.namespace")
                    .with_fix("Leave the namespaces away, or put the policy into " + view_.system_namespace));
  }

  void refuse(const Error& error) {
    step_.status.error = trouble_of(error, "policy.invalid");
    step_.status.next_run_time.reset();
    condition("False", reason_of(*step_.status.error->code), error.what());
  }

  void condition(const std::string& status, const std::string& reason, const std::string& message) {
    set_condition(step_.status.conditions, "Ready", status, reason, message, policy_.metadata.generation, now_);
  }

  // The second half of a run that backs up and exports: what was exported is what was backed up. Of the newest run
  // alone, so that a policy that gets an export does not begin with its past.
  void export_backups() {
    const auto& spec = policy_.spec;
    if (!spec.backup || !spec.export_to || spec.paused) return;
    std::string newest;
    for (const PolicyAction& each : view_.actions) {
      if (each.kind == "Backup") newest = std::max(newest, each.run);
    }
    for (const PolicyAction& each : view_.actions) {
      if (each.kind != "Backup" || each.run != newest) continue;
      if (each.phase != api::Phase::succeeded || !each.restore_point) continue;
      const bool begun = std::ranges::any_of(view_.actions, [&](const PolicyAction& other) {
        return other.kind == "Export" && other.name == each.name;
      });
      if (begun) continue;
      Json point = {{"name", each.restore_point->name}};
      if (each.restore_point->name_space) point["namespace"] = *each.restore_point->name_space;
      half_done_.insert(each.run);
      step_.create.push_back(action(policy_, "Export", each.name, each.run,
                                    {{"restorePoint", std::move(point)},
                                     {"location", {{"name", spec.export_to->location.name}}},
                                     {"token", {{"create", false}}}}));
    }
  }

  // Which actions are under way, and how the last run that ended went.
  void tell_actions() {
    step_.status.active.clear();
    step_.status.error.reset();
    std::map<std::string, std::vector<const PolicyAction*>> runs;
    for (const PolicyAction& each : view_.actions) {
      if (!each.ended()) step_.status.active.push_back({each.kind, each.name});
      runs[each.run].push_back(&each);
    }
    for (const auto& [run, actions] : runs | std::views::reverse) {
      if (half_done_.contains(run) || !std::ranges::all_of(actions, &PolicyAction::ended)) continue;
      const auto failed = std::ranges::find_if(
          actions, [](const PolicyAction* each) { return each->phase != api::Phase::succeeded; });
      if (failed != actions.end()) {
        const api::Trouble cancelled{"policy.cancelled", (*failed)->name + " was cancelled", {}};
        step_.status.error = (*failed)->error.value_or(cancelled);
      } else if (run == runs.rbegin()->first) {
        step_.status.last_successful_run_time = step_.status.last_run_time;
      }
      return;
    }
  }

  Result<void> run_if_due() {
    if (policy_.spec.paused) {
      step_.status.next_run_time.reset();
      condition("False", "Paused", "Nothing runs while the policy is paused");
      return {};
    }
    condition("True", "Waiting", schedule_ ? "Runs by its schedule" : "Runs when it is asked to");
    const std::string asked = policy_.metadata.annotation(kRunAnnotation);
    const bool by_hand = !asked.empty() && asked != step_.status.last_run.value_or("");
    const auto due = schedule_ ? schedule_->due(since(), now_) : std::nullopt;
    // One run at a time: what comes due meanwhile is made up for once it has ended.
    if ((by_hand || due) && step_.status.active.empty() && half_done_.empty()) {
      if (!by_hand || !begun_by(asked)) TRY(begin(by_hand ? run_by_hand(asked) : run_of(*due)));
      if (by_hand) step_.status.last_run = asked;
      step_.status.last_run_time = now_;
    }
    step_.status.next_run_time.reset();
    if (schedule_) {
      step_.status.next_run_time = schedule_->next_after(now_);
      step_.again = step_.status.next_run_time;
    }
    return {};
  }

  // A new policy waits for its first time; one that ran makes up for what it missed.
  api::Time since() const {
    return policy_.status.last_run_time.value_or(policy_.metadata.creation_timestamp.value_or(now_));
  }
  // Names of runs sort by time.
  static std::string run_of(api::Time time) {
    std::string text = format_time(std::chrono::floor<std::chrono::seconds>(time));
    std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
    std::ranges::replace(text, 'T', '-');
    return text;
  }
  std::string run_by_hand(const std::string& asked) const { return run_of(now_) + run_mark(asked); }
  // By a controller that died before it could write so.
  bool begun_by(const std::string& asked) const {
    return std::ranges::any_of(view_.actions, [&](const auto& each) { return each.run.ends_with(run_mark(asked)); });
  }

  Result<void> begin(const std::string& run) {
    const auto& spec = policy_.spec;
    if (spec.import_from) {
      const Json import_spec = {{"location", {{"name", spec.import_from->location.name}}},
                                {"tokenSecret", {{"name", spec.import_from->token_secret.name}}}};
      step_.create.push_back(action(policy_, "Import", policy_.metadata.name + "-" + run, run, import_spec));
    }
    if (!spec.backup && !spec.export_to) return {};
    for (const std::string& name : TRY(applications())) {
      const std::string own = fmt::format("{}-{}-{}", policy_.metadata.name, name, run);
      const Json application = {{"namespace", name}};
      if (spec.backup) step_.create.push_back(action(policy_, "Backup", own, run, {{"application", application}}));
      // With a backup the export is of what that will have made.
      if (!spec.export_to || spec.backup) continue;
      step_.create.push_back(action(policy_, "Export", own, run,
                                    {{"application", application},
                                     {"location", {{"name", spec.export_to->location.name}}},
                                     {"token", {{"create", false}}}}));
    }
    if (step_.create.empty()) condition("True", "NoApplications", "No namespace is chosen at present");
    return {};
  }

  Result<std::vector<std::string>> applications() {
    if (!in_system()) return std::vector<std::string>{policy_.metadata.name_space};
    const auto namespaces = TRY(view_.namespaces());
    return chosen_namespaces(policy_.spec.applications.value_or(api::PolicyApplications{}), namespaces,
                             view_.system_namespace);
  }

  // Each newly imported restore point is restored once: the restore is named after it.
  void restore_newest() {
    const PolicyAction* import = nullptr;
    for (const PolicyAction& each : view_.actions) {
      if (each.kind == "Import" && each.phase == api::Phase::succeeded && each.newest &&
          (import == nullptr || each.run > import->run)) {
        import = &each;
      }
    }
    if (import == nullptr || policy_.spec.paused) return;
    const auto& wanted = *policy_.spec.restore;
    const std::string name = restore_name(policy_.metadata.name, import->newest->name);
    bool busy = false;
    for (const PolicyAction& each : view_.actions) {
      if (each.kind != "Restore") continue;
      if (each.name == name) return;
      busy = busy || !each.ended();
    }
    if (busy) return;
    Json spec = {{"restorePoint", {{"name", import->newest->name}}},
                 {"storageClasses", wanted.storage_classes},
                 {"existing", std::string(api::name_of(wanted.existing))},
                 {"carry", wanted.carry}};
    for (const auto& set : wanted.transforms) spec["transforms"].push_back({{"name", set.name}});
    if (wanted.target_namespace) spec["targetNamespace"] = *wanted.target_namespace;
    step_.create.push_back(action(policy_, "Restore", name, import->run, std::move(spec)));
  }

  void clear_history() {
    std::map<std::string, std::vector<const PolicyAction*>> ended;
    for (const PolicyAction& each : view_.actions) {
      if (each.ended()) ended[each.kind].push_back(&each);
    }
    for (auto& [kind, actions] : ended) {
      std::ranges::sort(actions, std::greater(),
                        [](const PolicyAction* each) { return std::pair(each->run, each->name); });
      // Runs of many applications stay whole.
      std::set<std::string> runs;
      for (const PolicyAction* each : actions) {
        runs.insert(each->run);
        if (runs.size() > kHistory) step_.remove.push_back({kind, each->name});
      }
    }
  }

  const PolicyView& view_;
  const api::Policy& policy_;
  const api::Time now_;
  std::optional<policy::Schedule> schedule_;
  std::set<std::string> half_done_;  // runs that this step goes on with
  PolicyStep step_;
};

}  // namespace

std::string policy_label(const std::string& policy) {
  return bounded_name(policy);
}

std::string run_mark(const std::string& asked) {
  return "-" + crypto::sha256(as_bytes(asked)).brief();
}

std::string restore_name(const std::string& policy, const std::string& restore_point) {
  return bounded_name(policy + "-" + restore_point);
}

bool PolicyAction::ended() const {
  return phase == api::Phase::succeeded || phase == api::Phase::failed || phase == api::Phase::cancelled;
}

Result<PolicyStep> next_step(const PolicyView& view, api::Time now) {
  return Step(view, now).take();
}

}  // namespace tranship::controller
