#include "controller/setup/follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/units.h"
#include "controller/policy/next_step.h"
#include "kube/watch.h"

namespace tranship::controller::setup {
namespace {

constexpr std::chrono::seconds kSilence{30};

std::string phase_of(const Json& action) {
  return json_string(action, {"status", "phase"});
}

bool has_ended(const Json& action) {
  const std::string phase = phase_of(action);
  return phase == "Succeeded" || phase == "Failed" || phase == "Cancelled";
}

std::string name_of(const Json& object) {
  return json_string(object, {"metadata", "name"});
}

struct Watched {
  kube::Client& client;
  const kube::ResourceType& type;
  std::string name_space, name;
};

// Until `done`; says so once when `taken_up` is long in coming. Nothing when the object is not there and `absent` is
// not what is waited through.
Result<Json> wait(const Context& context, const Watched& watched, const Follower& follower, bool absent,
                  const std::function<bool(const Json&)>& taken_up, const std::function<bool(const Json&)>& done) {
  const auto until = [&](const Context& limit, const auto& holds) {
    return kube::wait_for(limit, watched.client, watched.type, watched.name_space, watched.name,
                          [&](const Json& object) { return object.is_null() ? !absent : holds(object); });
  };
  const auto begun = until(context.with_timeout(kSilence), taken_up);
  if (!begun && (begun.error().fault() != Fault::cancelled || context.stopped())) return begun;
  if (!begun && follower.silent) follower.silent();
  auto ended = TRY(until(context, done));
  if (!ended.is_null()) return ended;
  return fail(Error(Fault::not_found, fmt::format("{} {} was removed", watched.type.kind, watched.name))
                  .with_code("action.gone")
                  .with_fix("Somebody removed it while it was waited for; what it did so far stays"));
}

const Json* ready_condition(const Json& object) {
  const Json& conditions = json_at(object, {"status", "conditions"});
  for (const Json& each : conditions) {
    if (json_string(each, {"type"}) == "Ready") return &each;
  }
  return nullptr;
}

bool is_current(const Json& object) {
  return json_integer(object, {"status", "observedGeneration"}) >= json_integer(object, {"metadata", "generation"});
}

api::Trouble trouble_in(const Json& object) {
  const auto text = [&](const char* field) { return json_string(object, {"status", "error", field}); };
  return {text("code"), text("message"), text("fix")};
}

// The kinds of actions that a policy makes, in the order of a run.
const std::array<const kube::ResourceType*, 4>& action_types() {
  static const std::array types = {&api::Backup::type(), &api::Export::type(), &api::Import::type(),
                                   &api::Restore::type()};
  return types;
}

// The policy once it has begun the run.
Result<Json> wait_for_run(const Context& context, const Watched& policy, const std::string& run,
                          const Follower& follower) {
  const auto begun = [&](const Json& object) { return json_string(object, {"status", "lastRun"}) == run; };
  const auto refused = [](const Json& object) {
    const Json* ready = ready_condition(object);
    return is_current(object) && ready != nullptr && json_string(*ready, {"status"}) == "False";
  };
  const auto settled = [&](const Json& object) { return begun(object) || refused(object); };
  auto object = TRY(wait(context, policy, follower, false, settled, settled));
  if (begun(object)) return object;
  if (object["spec"].value("paused", false)) {
    return fail(Error(Fault::conflict, fmt::format("policy {} is paused", policy.name))
                    .with_code("policy.paused")
                    .with_fix(fmt::format("tranship policy resume {}", policy.name)));
  }
  return fail(error_of(trouble_in(object)).in("policy " + policy.name));
}

}  // namespace

Error error_of(const api::Trouble& trouble) {
  const std::string code = trouble.code.value_or("");
  const auto is = [&](std::initializer_list<std::string_view> beginnings) {
    return std::ranges::any_of(beginnings, [&](std::string_view each) { return code.starts_with(each); });
  };
  const bool denied = is({"scope.", "kube.Forbidden", "kube.Unauthorized", "capture.rights", "repository.password",
                          "repository.key", "store.forbidden", "store.no_credentials", "token.expired",
                          "token.revoked", "token.sealed"});
  return Error(denied ? Fault::auth : Fault::permanent, trouble.message)
      .with_code(code)
      .with_fix(trouble.fix.value_or(""));
}

std::optional<Error> failure_of(const Json& action) {
  const std::string phase = phase_of(action);
  if (phase == "Succeeded") return std::nullopt;
  const std::string what = json_string(action, {"kind"}) + " " + name_of(action);
  if (phase == "Cancelled") return Error(Fault::permanent, what + " was cancelled").with_code("action.cancelled");
  return error_of(trouble_in(action)).in(what);
}

Result<Json> follow_action(const Context& context, kube::Client& client, const kube::ResourceType& type,
                           const std::string& name_space, const std::string& name, const Follower& follower) {
  const auto told = [&](const Json& object) {
    if (follower.changed) follower.changed(object);
  };
  return wait(
      context, {client, type, name_space, name}, follower, false,
      [&](const Json& object) {
        told(object);
        return !phase_of(object).empty();
      },
      [&](const Json& object) {
        told(object);
        return has_ended(object);
      });
}

std::string new_run() {
  return format_time(std::chrono::system_clock::now());
}

Result<std::string> ask_for_run(const Context& context, kube::Client& client, const std::string& name_space,
                                const std::string& policy, bool dry_run) {
  const std::string run = new_run();
  const Json patch{{"metadata", {{"annotations", {{kRunAnnotation, run}}}}}};
  TRY(client.patch(context, api::Policy::type(), name_space, policy, kube::PatchKind::merge, patch,
                   {.dry_run = dry_run}));
  return run;
}

Result<std::vector<Json>> follow_run(const Context& context, kube::Client& client, const std::string& name_space,
                                     const std::string& policy, const std::string& run, const Follower& follower) {
  const Json begun = TRY(wait_for_run(context, {client, api::Policy::type(), name_space, policy}, run, follower));
  kube::ListOptions options;
  options.label_selector = std::string(kPolicyLabel) + "=" + policy_label(policy);
  std::vector<Json> ended;
  std::string newest;
  const auto there = [](const Json&) { return true; };
  const bool exports_backups =
      json_at(begun, {"spec", "backup"}).is_object() && json_at(begun, {"spec", "export"}).is_object();
  for (const auto* type : action_types()) {
    for (const Json& each : TRY(client.list_all(context, *type, name_space, options))) {
      const bool of_run = json_string(each, {"metadata", "labels", kRunLabel}).ends_with(run_mark(run));
      if (!of_run || type == &api::Restore::type()) continue;
      ended.push_back(TRY(follow_action(context, client, *type, name_space, name_of(each), follower)));
      if (type == &api::Import::type() && !failure_of(ended.back())) {
        newest = json_string(ended.back(), {"status", "newest", "name"});
      }
      // What was backed up is exported next, under the same name.
      if (type == &api::Backup::type() && exports_backups && !failure_of(ended.back())) {
        TRY(wait(context, {client, api::Export::type(), name_space, name_of(each)}, follower, true, there, there));
      }
    }
  }
  if (newest.empty() || !json_at(begun, {"spec", "restore"}).is_object()) return ended;
  // Made once the import has ended, and once for each restore point: perhaps by an earlier run.
  const Watched restore{client, api::Restore::type(), name_space, restore_name(policy, newest)};
  TRY(wait(context, restore, follower, true, there, there));
  ended.push_back(TRY(follow_action(context, client, restore.type, name_space, restore.name, follower)));
  return ended;
}

Result<Json> follow_location(const Context& context, kube::Client& client, const Json& location,
                             const Follower& follower) {
  const auto checked = [](const Json& object) { return is_current(object) && ready_condition(object) != nullptr; };
  return wait(context,
              {client, api::Location::type(), json_string(location, {"metadata", "namespace"}), name_of(location)},
              follower, false, checked, checked);
}

}  // namespace tranship::controller::setup
