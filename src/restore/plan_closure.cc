// The closure of an application in its plan: what it needs outside its namespace.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/parallel.h"
#include "restore/plan_steps.h"

namespace tranship::restore {
namespace {

// The application runs without these, or the plan finds a stand-in for them.
bool can_do_without(const std::string& kind) {
  static const std::set<std::string> kKinds = {"StorageClass", "VolumeSnapshotClass", "IngressClass",
                                               "PersistentVolume"};
  return kKinds.contains(kind);
}

// An object of the closure that nobody asked to carry and that the target lacks.
void decide_missing(PlanItem& line, const PlanOptions& options) {
  const std::string& kind = line.item.type.kind;
  if (options.without.contains(kind) || can_do_without(kind)) {
    line.action = Action::skip;
    line.reason = "not on the target and not carried";
    return;
  }
  line.action = Action::blocked;
  line.reason = "the application needs it and the target has none of that name";
  line.fix =
      fmt::format("Bring it along: --carry {0} (or --carry all); or leave it out knowingly: --without {0}", kind);
}

// The subjects of `wanted` in the target namespace that `live` does not have.
std::string missing_subjects(const Json& wanted, const Json& live, const std::string& name_space) {
  std::string missing;
  for (const Json& subject : json_at(wanted, {"subjects"})) {
    const std::string name = json_string(subject, {"name"});
    const bool ours = json_string(subject, {"namespace"}) == name_space ||
                      name == "system:serviceaccounts:" + name_space ||
                      name.starts_with("system:serviceaccount:" + name_space + ":");
    const Json& subjects = json_at(live, {"subjects"});
    if (!ours || std::find(subjects.begin(), subjects.end(), subject) != subjects.end()) continue;
    missing += fmt::format("{}{} {}", missing.empty() ? "" : ", ", json_string(subject, {"kind"}), name);
  }
  return missing;
}

// The target has a binding of that name: it may be that of the source itself (a copy beside the original), which gives
// the new namespace's accounts nothing. Its list of subjects is one field, so that adding to it would take it from
// whoever has it.
void decide_binding(PlanItem& line, const Json& live, const PlanOptions& options) {
  const std::string missing = missing_subjects(line.item.object, live, options.target_namespace);
  const bool same = missing.empty() && json_at(live, {"roleRef"}) == json_at(line.item.object, {"roleRef"});
  const bool carried = is_carried(line.item, options);
  if (same && !carried) return;
  if (carried) {
    line.action = Action::create;  // compared later, like the application's own objects
    line.reason.clear();
    if (same) return;
    const std::string name = line.item.reference().name;
    const std::string own_name = name + "-" + options.target_namespace;
    line.item.object["metadata"]["name"] = own_name;
    line.live_uid.clear();
    line.notes.push_back(
        fmt::format("the target has another ClusterRoleBinding {}; this one is made as {}", name, own_name));
    return;
  }
  if (options.without.contains(line.item.type.kind)) return;
  line.action = Action::blocked;
  line.reason = missing.empty()
                    ? "the target has one of that name for another role"
                    : fmt::format("the target has one of that name, which does not give its role to {}", missing);
  line.fix =
      "Make one for this namespace beside it: --carry ClusterRoleBinding; or leave it out knowingly: --without "
      "ClusterRoleBinding";
}

// The target has one of that name.
void decide_closure(PlanItem& line, const Json& live, const PlanOptions& options) {
  line.action = Action::skip;
  line.reason = "the target has one of that name";
  line.live_uid = json_string(live, {"metadata", "uid"});
  if (line.item.type.kind == "ClusterRoleBinding") decide_binding(line, live, options);
}

}  // namespace

bool is_carried(const Item& item, const PlanOptions& options) {
  return options.carry.contains("*") || options.carry.contains(item.type.kind);
}

std::vector<Need> needs_of(const Plan& plan, const PlanOptions& options) {
  static const std::set<std::string> kStandIns = {"StorageClass", "VolumeSnapshotClass", "PersistentVolume"};
  std::vector<Need> needs;
  for (const PlanItem& line : plan.items) {
    if (!line.closure || kStandIns.contains(line.item.type.kind)) continue;
    // Another's binding of that name gives this application nothing.
    const bool lacking = line.live_uid.empty() || (line.action == Action::blocked && !is_carried(line.item, options));
    if (lacking) needs.push_back({line.item.reference(), is_carried(line.item, options)});
  }
  return needs;
}

Result<void> add_closure(const Context& context, kube::Client& client, Plan& plan, const PlanOptions& options,
                         std::vector<Item> closure) {
  const std::size_t first = plan.items.size();
  for (Item& item : closure) plan.items.push_back({.item = std::move(item), .closure = true});
  std::vector<std::optional<Error>> failures(plan.items.size());
  parallel_for(plan.items.size() - first, 16, [&](std::size_t i) {
    PlanItem& line = plan.items[first + i];
    const bool carried = is_carried(line.item, options);
    if (carried && line.item.type.kind != "ClusterRoleBinding") return;
    auto live = client.get(context, line.item.type, "", line.item.reference().name);
    if (live) {
      decide_closure(line, *live, options);
    } else if (live.error().fault() != Fault::not_found) {
      failures[first + i] = std::move(live).error();
    } else if (!carried) {
      decide_missing(line, options);
    }
  });
  for (auto& failure : failures) {
    if (failure) return fail(std::move(*failure));
  }
  return {};
}

}  // namespace tranship::restore
