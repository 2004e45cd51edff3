#include "controller/actions/action_reconciler.h"

#include "controller/policy/next_step.h"
#include "observe/audit.h"

namespace tranship::controller::action {
namespace {

bool is_over(const api::ActionStatus& status) {
  return status.phase == api::Phase::succeeded || status.phase == api::Phase::failed ||
         status.phase == api::Phase::cancelled;
}

std::string name_in(const Json& object) {
  return json_string(object, {"metadata", "namespace"}) + "/" + json_string(object, {"metadata", "name"});
}

void record(const Context& context, const Services& services, const Json& object, bool warning,
            const std::string& reason, const std::string& message) {
  const auto recorded =
      services.events.record(context, {.object = object, .warning = warning, .reason = reason, .message = message});
  if (!recorded) observe::log_debug("An Event could not be recorded", {{"error", recorded.error()}});
}

// Who wanted it, as far as the cluster tells: it keeps no user's name, but the program that wrote it first.
std::string wanted_by(const Json& object) {
  const std::string policy = json_string(object, {"metadata", "labels", kPolicyLabel});
  if (!policy.empty()) return "policy:" + policy;
  const Json& fields = json_at(object, {"metadata", "managedFields"});
  if (!fields.is_array() || fields.empty()) return {};
  return "manager:" + json_string(fields[0], {"manager"});
}

observe::AuditEvent audit_event(const Json& object, std::string verb) {
  return {.who = wanted_by(object),
          .verb = std::move(verb),
          .kind = json_string(object, {"kind"}),
          .name_space = json_string(object, {"metadata", "namespace"}),
          .name = json_string(object, {"metadata", "name"}),
          .application = json_string(object, {"spec", "application", "namespace"}),
          .location = json_string(object, {"spec", "location", "name"}),
          .outcome = {},
          .code = {}};
}

}  // namespace

Decision decide(const api::ActionStatus& status, bool cancel, bool gone, bool running) {
  if (running) return cancel || gone ? Decision::cancel_run : Decision::nothing;
  if (is_over(status) || gone) return Decision::nothing;
  return cancel ? Decision::cancel_before_start : Decision::start;
}

void begin(api::ActionStatus& status, std::int64_t generation, api::Time now) {
  status.phase = api::Phase::running;
  status.observed_generation = generation;
  if (!status.start_time) status.start_time = now;
  // Of a run that died.
  status.step.reset();
  status.progress.reset();
  set_condition(status.conditions, "Complete", "False", "Running", "Under way", generation, now);
}

void pending(api::ActionStatus& status, std::int64_t generation) {
  status.phase = api::Phase::pending;
  status.observed_generation = generation;
}

void end(api::ActionStatus& status, const Result<void>& outcome, bool cancelled, std::int64_t generation,
         api::Time now) {
  status.observed_generation = generation;
  status.completion_time = now;
  status.error.reset();
  if (status.progress) status.progress->rate.reset();
  if (outcome) {  // also when the wish to end it came too late
    status.phase = api::Phase::succeeded;
    status.step.reset();
    set_condition(status.conditions, "Complete", "True", "Succeeded", "Done", generation, now);
    return;
  }
  if (cancelled) {
    status.phase = api::Phase::cancelled;
    set_condition(status.conditions, "Complete", "True", "Cancelled", "Ended because spec.cancel was set", generation,
                  now);
    return;
  }
  status.phase = api::Phase::failed;
  status.error = trouble_of(outcome.error(), "action.failed");
  set_condition(status.conditions, "Complete", "True", "Failed", outcome.error().text(), generation, now);
}

void tell_begin(const Context& context, const Services& services, const Json& object) {
  observe::log_info("An action began", {{"kind", json_string(object, {"kind"})}, {"key", name_in(object)}});
  record(context, services, object, false, "Started", "Started");
  observe::audit(audit_event(object, "begin"));
}

void tell_end(const Context& context, const Services& services, const Json& object, const api::ActionStatus& status) {
  const std::string kind = json_string(object, {"kind"});
  const std::string phase(api::name_of(status.phase.value_or(api::Phase::failed)));
  services.metrics.add("tranship_actions_total", "Actions that ended.", {{"kind", kind}, {"phase", phase}});
  const std::string why = status.error ? status.error->message : std::string();
  observe::log(status.error ? observe::Level::warning : observe::Level::info, "An action ended",
               {{"kind", kind}, {"key", name_in(object)}, {"phase", phase}, {"why", why}});
  record(context, services, object, status.error.has_value(), phase,
         status.error ? why + (status.error->fix ? ". " + *status.error->fix : "") : phase);
  auto event = audit_event(object, "end");
  event.outcome = phase;
  if (status.error) event.code = status.error->code.value_or("");
  observe::audit(event);
}

}  // namespace tranship::controller::action
