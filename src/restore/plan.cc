#include "restore/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/parallel.h"
#include "restore/plan_steps.h"

namespace tranship::restore {
namespace {

constexpr std::size_t kReadsAtOnce = 16;

void block(PlanItem& item, std::string reason, std::string fix) {
  item.action = Action::blocked;
  item.reason = std::move(reason);
  item.fix = std::move(fix);
}

// The live object with what the server keeps for itself taken off, to compare before and after a dry run.
Json comparable(Json object) {
  json_erase(object, {"metadata", "managedFields"});
  json_erase(object, {"metadata", "resourceVersion"});
  json_erase(object, {"metadata", "generation"});
  return object;
}

void collect_differences(const Json& before, const Json& after, const std::string& path,
                         std::vector<std::string>& out) {
  constexpr std::size_t kPathsMax = 20;
  if (before == after || out.size() >= kPathsMax) return;
  if (!before.is_object() || !after.is_object()) {
    out.push_back(path);
    return;
  }
  for (const auto& [key, value] : after.items()) {
    collect_differences(json_at(before, {key}), value, path + "." + key, out);
  }
  for (const auto& [key, value] : before.items()) {
    if (!after.contains(key)) out.push_back(path + "." + key);
  }
}

class Planner {
 public:
  Planner(const Context& context, kube::Client& client, const PlanOptions& options, const TargetState& target)
      : context_(context), client_(client), options_(options), target_(target) {}

  void decide(PlanItem& item) const {
    if (item.action != Action::create) return;
    const auto& type = item.item.type;
    if (type.kind == "PersistentVolumeClaim" && type.group.empty() &&
        options_.filled_claims.contains(item.item.reference().name)) {
      item.reason = "made and filled with the volume's data";
      return;
    }
    if (type.namespaced && !target_.namespace_exists) return;
    if (target_.kinds_to_come.contains({type.group, type.kind})) return;
    const auto reference = item.item.reference();
    auto live = client_.get(context_, type, type.namespaced ? options_.target_namespace : "", reference.name);
    if (live) return decide_existing(item, *live);
    if (live.error().fault() == Fault::not_found) return decide_new(item);
    block(item, live.error().what(), live.error().fix());
  }

 private:
  void decide_existing(PlanItem& item, const Json& live) const {
    item.live_uid = json_string(live, {"metadata", "uid"});
    if (!json_string(live, {"metadata", "deletionTimestamp"}).empty()) {
      return block(item, "it exists and is being deleted", "Wait until it is gone, then try again");
    }
    auto applied = client_.apply(context_, item.item.type, item.item.object, {.dry_run = true, .force = true});
    if (applied) {
      collect_differences(comparable(live), comparable(*applied), "", item.differences);
      if (item.differences.empty()) {
        item.action = Action::unchanged;
        item.reason = "exists as wanted";
        return;
      }
    }
    const bool ours = applied_by_tranship(live);
    if (!ours && options_.existing == ExistingPolicy::keep) {
      item.action = Action::skip;
      item.reason = "exists and is kept as it is (--existing update would change it)";
      return;
    }
    item.action = Action::update;
    item.reason = ours ? "made by an earlier run, brought up to date" : "exists and is updated";
    if (!applied && options_.existing != ExistingPolicy::replace) {
      block(item, applied.error().what(), "Delete it first, or let it be replaced: --existing replace");
    }
  }

  void decide_new(PlanItem& item) const {
    auto applied = client_.apply(context_, item.item.type, item.item.object, {.dry_run = true, .force = true});
    if (applied || applied.error().fault() == Fault::retryable) return;
    // What is created earlier in this plan (a namespace, a class, an account) is not there yet for a dry run.
    if (applied.error().fault() == Fault::not_found) return;
    // Server-side apply refuses lists with duplicate keys that a plain create accepts; src/restore/apply.cc knows.
    auto created = client_.create(context_, item.item.type, item.item.object, {.dry_run = true});
    if (created || created.error().fault() == Fault::not_found) return;
    block(item, "the target refuses it: " + created.error().what(), created.error().fix());
  }

  const Context& context_;
  kube::Client& client_;
  const PlanOptions& options_;
  const TargetState& target_;
};

}  // namespace

std::string_view action_name(Action action) {
  switch (action) {
    case Action::create: return "create";
    case Action::update: return "update";
    case Action::unchanged: return "unchanged";
    case Action::skip: return "skip";
    case Action::blocked: return "blocked";
  }
  return "blocked";
}

std::size_t Plan::count(Action action) const {
  return static_cast<std::size_t>(
      std::count_if(items.begin(), items.end(), [&](const PlanItem& item) { return item.action == action; }));
}

Json to_json(const Plan& plan) {
  Json value = {{"notes", plan.notes}, {"items", Json::array()}, {"blocked", plan.blocked()}};
  for (const PlanItem& item : plan.items) {
    const auto reference = item.item.reference();
    Json line = {{"kind", reference.type.kind},
                 {"apiVersion", reference.type.api_version()},
                 {"namespace", reference.name_space},
                 {"name", reference.name},
                 {"action", action_name(item.action)}};
    if (!item.reason.empty()) line["reason"] = item.reason;
    if (!item.fix.empty()) line["fix"] = item.fix;
    if (!item.differences.empty()) line["differences"] = item.differences;
    value["items"].push_back(std::move(line));
  }
  return value;
}

bool applied_by_tranship(const Json& object) {
  for (const Json& manager : json_at(object, {"metadata", "managedFields"})) {
    if (json_string(manager, {"manager"}) == kube::kFieldManager && json_string(manager, {"subresource"}).empty()) {
      return true;
    }
  }
  return false;
}

Result<Plan> make_plan(const Context& context, kube::Client& client, const kube::Discovery& discovery,
                       std::vector<Item> items, std::vector<Item> closure, const PlanOptions& options) {
  Plan plan;
  const TargetState target = TRY(read_target(context, client, options, closure));
  add_namespace(plan, target, options, closure);
  TRY(add_closure(context, client, plan, options, std::move(closure)));
  for (Item& item : items) plan.items.push_back({.item = std::move(item)});
  for (PlanItem& item : plan.items) resolve_type(item, discovery, target, plan.notes);
  for (PlanItem& item : plan.items) resolve_node_ports(item, target, options, plan.notes);
  note_hosts_taken(plan, target, options);
  const Planner planner(context, client, options, target);
  parallel_for(plan.items.size(), kReadsAtOnce, [&](std::size_t i) { planner.decide(plan.items[i]); });
  TRY(context.check());
  return plan;
}

}  // namespace tranship::restore
