#include "restore/plan.h"

#include <algorithm>

#include "restore/plan_objects.h"
#include "restore/plan_pods.h"
#include "restore/plan_steps.h"

namespace tranship::restore {
std::string_view action_name(Action action) {
  switch (action) {
    case Action::create:
      return "create";
    case Action::update:
      return "update";
    case Action::unchanged:
      return "unchanged";
    case Action::skip:
      return "skip";
    case Action::conflict:
      return "conflict";
    case Action::blocked:
      return "blocked";
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
    for (const Change& change : item.changes) line["changes"].push_back(change.to_string());
    value["items"].push_back(std::move(line));
  }
  value["needs"] = Json::array();
  for (const Need& need : plan.needs) {
    value["needs"].push_back(
        {{"object", need.object.to_string()}, {"kind", need.object.type.kind}, {"carried", need.carried}});
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
  TargetState target = TRY(read_target(context, client, options, closure));
  std::erase_if(target.kinds_to_come, [&](const auto& kind) { return discovery.find(kind.first, kind.second); });
  add_namespace(plan, target, options, closure);
  TRY(add_closure(context, client, plan, options, std::move(closure)));
  for (Item& item : items) plan.items.push_back({.item = std::move(item)});
  for (PlanItem& item : plan.items) resolve_type(item, discovery, target);
  for (PlanItem& item : plan.items) resolve_node_ports(item, target, options);
  note_hosts_taken(plan, target, options);
  TRY(note_ingress_classes(context, client, plan));
  decide_objects(context, client, plan, target, options);
  TRY(check_pods(context, client, plan, target, options));
  TRY(context.check());
  plan.needs = needs_of(plan, options);
  for (PlanItem& item : plan.items) {
    for (std::string& note : item.notes) {
      plan.notes.push_back(item.item.reference().to_string() + ": " + std::move(note));
    }
    item.notes.clear();
  }
  return plan;
}

}  // namespace tranship::restore
