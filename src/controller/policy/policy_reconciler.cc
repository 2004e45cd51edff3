#include "controller/policy/policy_reconciler.h"

#include <algorithm>
#include <array>

#include "controller/policy/next_step.h"
#include "controller/runtime/status.h"
#include "observe/log.h"

namespace tranship::controller {
namespace {

// The kinds a policy makes.
const std::array<const kube::ResourceType*, 4>& action_types() {
  static const std::array types = {&api::Backup::type(), &api::Export::type(), &api::Import::type(),
                                   &api::Restore::type()};
  return types;
}

PolicyAction action_of(const Json& object) {
  PolicyAction action;
  action.kind = json_string(object, {"kind"});
  action.name = json_string(object, {"metadata", "name"});
  action.run = json_string(object, {"metadata", "labels", kRunLabel});
  action.phase = api::parse_name<api::Phase>(json_string(object, {"status", "phase"}));
  if (json_at(object, {"status", "error"}).is_object()) {
    action.error = api::Trouble{json_string(object, {"status", "error", "code"}),
                                json_string(object, {"status", "error", "message"}),
                                json_string(object, {"status", "error", "fix"})};
  }
  if (const std::string newest = json_string(object, {"status", "newest", "name"}); !newest.empty()) {
    action.newest = api::NamespacedReference{newest, {}};
  }
  if (const std::string made = json_string(object, {"status", "restorePoint", "name"}); !made.empty()) {
    const std::string name_space = json_string(object, {"status", "restorePoint", "namespace"});
    action.restore_point =
        api::NamespacedReference{made, name_space.empty() ? std::nullopt : std::optional(name_space)};
  }
  return action;
}

class PolicyReconciler : public Reconciler {
 public:
  explicit PolicyReconciler(const Services& services) : services_(services) {}

  const kube::ResourceType& type() const override { return api::Policy::type(); }

  std::vector<Dependency> dependencies() override {
    std::vector<Dependency> found;
    for (const auto* each : action_types()) {
      found.push_back({*each, "", [this](const Json& object) { return policies_of(object); }});
    }
    return found;
  }

  Result<Next> reconcile(const Context& context, const Key& key) override {
    const auto cached = TRY(services_.stores.get<api::Policy>(key));
    if (!cached || cached->metadata.deletion_timestamp) return Next{};
    auto policy = *cached;
    const auto now = services_.clock.wall();
    auto step = TRY(next_step(view_of(context, policy, cached_actions(policy)), now));
    if (!step.create.empty()) {
      // Caches may be behind, and what a step begins must be begun once: the server is asked.
      policy = TRY(api::from_json<api::Policy>(
          TRY(services_.client.get(context, api::Policy::type(), key.name_space, key.name))));
      step = TRY(next_step(view_of(context, policy, TRY(current_actions(context, policy))), now));
    }
    for (const Json& object : step.create) TRY(create(context, policy, object));
    for (const auto& gone : step.remove) TRY(remove(context, policy, gone));
    TRY(write_status(context, services_.client, policy, step.status));
    if (!step.again) return Next{};
    return Next{std::max(std::chrono::milliseconds(1),
                         std::chrono::ceil<std::chrono::milliseconds>(*step.again - services_.clock.wall()))};
  }

 private:
  PolicyView view_of(const Context& context, const api::Policy& policy, std::vector<PolicyAction> actions) const {
    return {policy, services_.settings.system_namespace, std::move(actions),
            [this, &context] { return list_namespaces(context, services_.client); }};
  }

  std::vector<PolicyAction> cached_actions(const api::Policy& policy) const {
    std::vector<PolicyAction> found;
    for (const auto* each : action_types()) {
      for (const Json& object : services_.stores.list(*each)) {
        if (belongs(object, policy)) found.push_back(action_of(object));
      }
    }
    return found;
  }

  Result<std::vector<PolicyAction>> current_actions(const Context& context, const api::Policy& policy) const {
    std::vector<PolicyAction> found;
    kube::ListOptions options;
    options.label_selector = std::string(kPolicyLabel) + "=" + policy_label(policy.metadata.name);
    for (const auto* each : action_types()) {
      for (const Json& object : TRY(services_.client.list_all(context, *each, policy.metadata.name_space, options))) {
        found.push_back(action_of(object));
      }
    }
    return found;
  }

  static bool belongs(const Json& object, const api::Policy& policy) {
    return json_string(object, {"metadata", "namespace"}) == policy.metadata.name_space &&
           json_string(object, {"metadata", "labels", kPolicyLabel}) == policy_label(policy.metadata.name);
  }

  std::vector<Key> policies_of(const Json& object) const {
    std::vector<Key> keys;
    if (json_string(object, {"metadata", "labels", kPolicyLabel}).empty()) return keys;
    for (const Json& each : services_.stores.list(api::Policy::type())) {
      const auto policy = api::from_json<api::Policy>(each);
      if (policy && belongs(object, *policy)) keys.push_back({policy->metadata.name_space, policy->metadata.name});
    }
    return keys;
  }

  Result<void> create(const Context& context, const api::Policy& policy, const Json& object) {
    const std::string kind = json_string(object, {"kind"});
    const auto type = std::ranges::find(action_types(), kind, [](const auto* each) { return each->kind; });
    const auto made = services_.client.create(context, **type, object);
    if (!made && kube::has_reason(made.error(), "AlreadyExists")) return {};
    if (!made)
      return fail(Error(made.error()).in("creating " + kind + " " + json_string(object, {"metadata", "name"})));
    const std::string name = json_string(object, {"metadata", "name"});
    observe::log_info(
        "A policy began an action",
        {{"policy", policy.metadata.name_space + "/" + policy.metadata.name}, {"kind", kind}, {"name", name}});
    const auto recorded = services_.events.record(
        context, {.object = api::to_json(policy), .reason = kind + "Began", .message = kind + " " + name});
    if (!recorded) observe::log_debug("An Event could not be recorded", {{"error", recorded.error()}});
    return {};
  }

  Result<void> remove(const Context& context, const api::Policy& policy, const api::KindReference& gone) {
    const auto type = std::ranges::find(action_types(), gone.kind, [](const auto* each) { return each->kind; });
    const auto removed = services_.client.remove(context, **type, policy.metadata.name_space, gone.name);
    if (!removed && removed.error().fault() != Fault::not_found) return fail(removed.error());
    return {};
  }

  const Services services_;
};

}  // namespace

std::unique_ptr<Reconciler> make_policy_reconciler(const Services& services) {
  return std::make_unique<PolicyReconciler>(services);
}

}  // namespace tranship::controller
