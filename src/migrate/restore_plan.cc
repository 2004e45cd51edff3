#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "kube/discovery.h"
#include "migrate/restore.h"
#include "migrate/restore_mark.h"
#include "migrate/transforms.h"
#include "restore/claim_room.h"
#include "restore/item.h"
#include "transform/prepare.h"
#include "volume/users.h"

namespace tranship::migrate {
namespace {

bool is_claim(const Json& object) {
  return json_string(object, {"kind"}) == "PersistentVolumeClaim" && json_string(object, {"apiVersion"}) == "v1";
}

std::string class_of(const Json& claim) { return json_string(claim, {"spec", "storageClassName"}); }

// Of a claim, or of the templates of a workload that makes claims.
std::vector<std::string> classes_of(const Json& object) {
  std::vector<std::string> classes;
  if (is_claim(object)) classes.push_back(class_of(object));
  for (const Json& claim : json_at(object, {"spec", "volumeClaimTemplates"})) classes.push_back(class_of(claim));
  return classes;
}

std::vector<std::string> classes_in_use(const capture::Captured& captured) {
  std::vector<std::string> classes;
  for (const Json& object : captured.objects) std::ranges::move(classes_of(object), std::back_inserter(classes));
  return classes;
}

std::vector<Json> storage_classes_of(const std::vector<Json>& closure) {
  std::vector<Json> classes;
  for (const Json& object : closure) {
    if (json_string(object, {"kind"}) == "StorageClass") classes.push_back(object);
  }
  return classes;
}

class RestorePlanner {
 public:
  RestorePlanner(const Context& context, const RestoreRequest& request, const capture::Captured& captured,
                 const std::vector<app::VolumeRecord>& volumes, std::string restore_point)
      : context_(context),
        request_(request),
        captured_(captured),
        volumes_(volumes),
        restore_point_(std::move(restore_point)),
        rules_(request.choices.transforms, request.choices.transform_cluster_scoped) {
    plan_.blockers = request.choices.transform_troubles;
    plan_.target_namespace =
        request.choices.target_namespace.empty() ? captured.application.name_space : request.choices.target_namespace;
  }

  Result<RestorePlan> make() {
    const auto discovery = TRY(kube::Discovery::fetch(context_, request_.client));
    TRY(choose_classes());
    auto objects = TRY(prepare(captured_.objects));
    auto closure = TRY(prepare(captured_.closure));
    rules_.apply(objects);
    rules_.apply(closure);
    for (std::string& note : rules_.notes()) plan_.notes.push_back(std::move(note));
    restore::PlanOptions options;
    options.target_namespace = plan_.target_namespace;
    options.existing = request_.choices.existing;
    options.carry = request_.choices.carry;
    options.without = request_.choices.without;
    options.keep_node_ports = request_.choices.keep_node_ports;
    for (const auto& record : volumes_) options.filled_claims.insert(record.claim);
    for (const auto& object : objects) {
      if (is_claim(object.object)) plan_.claims[json_string(object.object, {"metadata", "name"})] = object.object;
    }
    auto closure_items = restore::to_items(std::move(closure), captured_.types);
    auto items = restore::to_items(std::move(objects), captured_.types);
    move_namespace(items, closure_items);
    plan_.objects = TRY(restore::make_plan(context_, request_.client, discovery, std::move(items),
                                           std::move(closure_items), options));
    TRY(plan_volumes());
    TRY(look_for_room());
    TRY(look_at_users());
    block_on_classes();
    block_on_rules();
    return std::move(plan_);
  }

 private:
  Result<void> choose_classes() {
    target_classes_ =
        TRY_IN("choosing StorageClasses", request_.client.list_all(context_, kube::types::storage_class(), ""));
    choice_ = restore::choose_storage_classes(classes_in_use(captured_), storage_classes_of(captured_.closure),
                                              target_classes_, request_.choices.storage_classes);
    plan_.notes = choice_.notes;
    return {};
  }

  Result<std::vector<transform::PreparedObject>> prepare(const std::vector<Json>& objects) {
    transform::PrepareOptions options;
    options.source_namespace = captured_.application.name_space;
    options.target_namespace = plan_.target_namespace;
    options.storage_classes = choice_.map;
    options.types = captured_.types;
    options.keep_automatic_node_ports = request_.choices.keep_node_ports;
    options.keep_finalizers = true;
    auto prepared = TRY(transform::prepare_for_target(objects, options));
    for (const auto& note : prepared.notes) {
      plan_.notes.push_back(fmt::format("{}{}: {}", note.object.to_string(), note.path.empty() ? "" : " " + note.path,
                                        note.text));
    }
    for (const auto& skipped : prepared.skipped) {
      plan_.notes.push_back(fmt::format("{}: left out: {}", skipped.object.to_string(), skipped.reason));
    }
    return std::move(prepared.objects);
  }

  // The plan wants the Namespace among what is outside of it.
  static void move_namespace(std::vector<restore::Item>& items, std::vector<restore::Item>& closure) {
    const auto found = std::find_if(items.begin(), items.end(), [](const restore::Item& item) {
      return item.type.group.empty() && item.type.kind == "Namespace";
    });
    if (found == items.end()) return;
    closure.push_back(std::move(*found));
    items.erase(found);
  }

  Result<void> plan_volumes() {
    for (const auto& record : volumes_) {
      VolumePlan line{record.claim, {}, record.capacity, record.bytes, "create", {}, {}, {}};
      const auto claim = plan_.claims.find(record.claim);
      if (claim == plan_.claims.end()) {
        line.action = "blocked";
        line.reason = "its claim's manifest is not in the restore point";
        line.fix = "Back the application up again";
      } else {
        line.storage_class = class_of(claim->second);
        TRY(look_at_existing(line));
      }
      plan_.volumes.push_back(std::move(line));
    }
    return {};
  }

  // New claims, against what the target's namespace lets in.
  Result<void> look_for_room() {
    std::vector<Json> made;
    for (const auto& line : plan_.volumes) {
      if (line.action == "create") made.push_back(plan_.claims.at(line.claim));
    }
    for (auto& refused : TRY(restore::refused_claims(context_, request_.client, plan_.target_namespace, made))) {
      const auto line = std::ranges::find(plan_.volumes, refused.claim, &VolumePlan::claim);
      line->action = "blocked";
      line->reason = std::move(refused.reason);
      line->fix = std::move(refused.fix);
    }
    return {};
  }

  Result<void> look_at_existing(VolumePlan& line) {
    const auto live =
        request_.client.get(context_, kube::types::persistent_volume_claim(), plan_.target_namespace, line.claim);
    if (!live) {
      if (live.error().fault() == Fault::not_found) return {};
      return fail(live.error());
    }
    const auto [state, holds] = volume::volume_state(*live);
    line.holds = holds;
    const bool same = !holds.empty() && holds == restore_point_;
    const bool keep = request_.choices.existing == restore::ExistingPolicy::keep;
    if (same && (keep || state != "complete" || TRY(is_unfinished()))) {
      line.action = "continue";
      line.reason = "begun by an earlier run of this restore";
      line.in_place = state == "updating";
      return {};
    }
    decide_update(line, *live);
    return {};
  }

  void decide_update(VolumePlan& line, const Json& live) const {
    const std::string name = plan_.target_namespace + "/" + line.claim;
    const auto block = [&](std::string reason, std::string fix) {
      line.action = "blocked";
      line.reason = std::move(reason);
      line.fix = std::move(fix);
    };
    if (request_.choices.existing == restore::ExistingPolicy::keep) {
      const std::string of = line.holds.empty() ? "" : " and is of restore point " + line.holds.substr(0, 8);
      return block(fmt::format("claim {} exists{}; its data is not written over", name, of),
                   fmt::format("Let it be brought up to date: --existing {}; or restore into another namespace "
                               "(--namespace NAME), or delete the claim if its data is not needed",
                               line.holds.empty() ? "replace" : "update"));
    }
    // Data that no restore wrote may be the only copy of somebody's work.
    if (line.holds.empty() && request_.choices.existing != restore::ExistingPolicy::replace) {
      return block(fmt::format("claim {} exists, and no restore made it", name),
                   "Let its data be replaced: --existing replace; or restore into another namespace "
                   "(--namespace NAME)");
    }
    if (!json_string(live, {"metadata", "deletionTimestamp"}).empty()) {
      return block(fmt::format("claim {} is being deleted", name), "Wait until it is gone, then try again");
    }
    if (json_string(live, {"status", "phase"}) == "Lost") {
      return block(fmt::format("the volume of claim {} is lost", name), "Delete the claim: it is then made anew");
    }
    const std::string wanted = json_string(plan_.claims.at(line.claim), {"spec", "volumeMode"}, "Filesystem");
    if (json_string(live, {"spec", "volumeMode"}, "Filesystem") != wanted) {
      return block(fmt::format("claim {} is of another volumeMode than {}", name, wanted),
                   "Delete the claim: it is then made anew; or restore into another namespace (--namespace NAME)");
    }
    line.action = "update";
    line.reason = "its data is made equal to the restore point's; what uses it stands still meanwhile";
    line.in_place = true;
  }

  // The restore that wrote this restore point here last did not end.
  Result<bool> is_unfinished() {
    if (!unfinished_) {
      const auto mark = TRY(read_mark(context_, request_.client, plan_.target_namespace));
      unfinished_ = mark && !mark->complete && mark->restore_point == restore_point_;
    }
    return *unfinished_;
  }

  // Who stands still, and whom nobody can stop.
  Result<void> look_at_users() {
    std::set<std::string> updated;
    for (const auto& line : plan_.volumes) {
      if (line.in_place) updated.insert(line.claim);
    }
    if (updated.empty()) return {};
    const auto users = TRY(volume::find_users(context_, request_.client, plan_.target_namespace, updated));
    for (const auto& workload : users.workloads) {
      plan_.notes.push_back(
          fmt::format("{} stands still while volumes are brought up to date, and is started again as the restore "
                      "point says",
                      workload.key()));
    }
    for (const auto& pod : users.others) {
      plan_.blockers.push_back({pod, "it uses a claim that is to be updated, and nothing that can be stopped made it",
                                "Delete it, or stop what made it, and try again"});
    }
    for (const auto& claim : TRY(volume::look_at_claims(context_, request_.client, plan_.target_namespace, updated))) {
      if (claim.snapshot_class) continue;
      plan_.notes.push_back(fmt::format(
          "claim {}: its driver takes no snapshots, so that there is no way back from its update", claim.name));
    }
    return {};
  }

  void block_on_classes() {
    for (auto& line : plan_.objects.items) {
      const bool written = line.action == restore::Action::create || line.action == restore::Action::update;
      if (!written) continue;
      for (const std::string& storage_class : classes_of(line.item.object)) {
        const auto blocker = blocker_of(storage_class, line.action == restore::Action::create);
        if (!blocker) continue;
        line.action = restore::Action::blocked;
        line.reason = blocker->reason;
        line.fix = blocker->fix;
      }
    }
  }

  // A class may also be one that a rule put there. What is there already, and only updated, has its volume.
  std::optional<restore::StorageClassChoice::Blocker> blocker_of(const std::string& storage_class, bool created) const {
    const auto found =
        std::ranges::find(choice_.blockers, storage_class, &restore::StorageClassChoice::Blocker::storage_class);
    if (found != choice_.blockers.end()) return *found;
    if (!created || storage_class.empty() || is_there(storage_class)) return std::nullopt;
    return restore::no_such_class(storage_class, target_classes_);
  }

  bool is_there(const std::string& storage_class) const {
    const auto named = [&](const Json& object) { return json_string(object, {"metadata", "name"}) == storage_class; };
    return std::ranges::any_of(target_classes_, named) ||
           std::ranges::any_of(plan_.objects.items, [&](const restore::PlanItem& line) {
             return line.action == restore::Action::create && line.item.type.kind == "StorageClass" &&
                    named(line.item.object);
           });
  }

  // Where a rule failed, what would be written is not what was asked for.
  void block_on_rules() {
    for (const auto& failure : rules_.failures()) {
      const auto found = std::ranges::find_if(plan_.objects.items, [&](const restore::PlanItem& line) {
        if (!failure.source_uid.empty()) return line.item.source_uid == failure.source_uid;
        const auto reference = line.item.reference();
        return reference.type.kind == failure.object.type.kind && reference.name_space == failure.object.name_space &&
               reference.name == failure.object.name;
      });
      if (found == plan_.objects.items.end()) {
        plan_.blockers.push_back({failure.object.to_string(), failure.reason, failure.fix});
      } else if (found->action != restore::Action::skip) {
        found->action = restore::Action::blocked;
        found->reason = failure.reason;
        found->fix = failure.fix;
      }
    }
  }

  const Context& context_;
  const RestoreRequest& request_;
  const capture::Captured& captured_;
  const std::vector<app::VolumeRecord>& volumes_;
  const std::string restore_point_;
  transform::RuleRun rules_;
  std::optional<bool> unfinished_;
  std::vector<Json> target_classes_;
  restore::StorageClassChoice choice_;
  RestorePlan plan_;
};

}  // namespace

bool RestorePlan::blocked() const {
  return objects.blocked() || !blockers.empty() ||
         std::any_of(volumes.begin(), volumes.end(), [](const VolumePlan& line) { return line.action == "blocked"; });
}

Json to_json(const RestoreChoices& choices) {
  constexpr std::array kPolicies = {"keep", "update", "replace"};
  Json value = {{"storageClasses", choices.storage_classes},
                {"existing", kPolicies.at(static_cast<std::size_t>(choices.existing))},
                {"carry", choices.carry},
                {"without", choices.without},
                {"keepNodePorts", choices.keep_node_ports}};
  if (const std::string digest = digest_of(choices.transforms); !digest.empty()) value["transforms"] = digest;
  return value;
}

Json to_json(const RestorePlan& plan) {
  Json value = restore::to_json(plan.objects);
  value["namespace"] = plan.target_namespace;
  value["blocked"] = plan.blocked();
  for (const auto& note : plan.notes) value["notes"].push_back(note);
  value["blockers"] = Json::array();
  for (const auto& blocker : plan.blockers) {
    value["blockers"].push_back({{"object", blocker.object}, {"reason", blocker.reason}, {"fix", blocker.fix}});
  }
  value["volumes"] = Json::array();
  for (const auto& line : plan.volumes) {
    value["volumes"].push_back({{"claim", line.claim},
                                {"storageClass", line.storage_class},
                                {"capacity", line.capacity},
                                {"bytes", line.bytes},
                                {"action", line.action},
                                {"reason", line.reason},
                                {"fix", line.fix}});
  }
  return value;
}

Result<RestorePlan> plan_restore(const Context& context, const RestoreRequest& request,
                                 const capture::Captured& captured, const std::vector<app::VolumeRecord>& volumes,
                                 const std::string& restore_point) {
  return RestorePlanner(context, request, captured, volumes, restore_point).make();
}

}  // namespace tranship::migrate
