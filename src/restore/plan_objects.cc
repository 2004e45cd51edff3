#include "restore/plan_objects.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <optional>

#include "base/parallel.h"
#include "restore/order.h"
#include "restore/put.h"
#include "restore/refusal.h"
#include "restore/uids.h"
#include "transform/diff.h"

namespace tranship::restore {
namespace {

constexpr std::size_t kRequestsAtOnce = 16;

void block(PlanItem& line, std::string reason, std::string fix) {
  line.action = Action::blocked;
  line.reason = std::move(reason);
  line.fix = std::move(fix);
}

// The live object with what the server keeps for itself taken off, to compare before and after a dry run.
Json comparable(Json object) {
  json_erase(object, {"metadata", "managedFields"});
  json_erase(object, {"metadata", "resourceVersion"});
  json_erase(object, {"metadata", "generation"});
  return object;
}

// Made by a controller in every namespace: nobody's work is lost by giving it what the application's has.
bool made_by_every_cluster(const Item& item) {
  return item.type.group.empty() && item.type.kind == "ServiceAccount" && item.reference().name == "default";
}

class ObjectPlanner {
 public:
  ObjectPlanner(const Context& context, kube::Client& client, const PlanOptions& options, const TargetState& target)
      : context_(context), client_(client), options_(options), target_(target) {}

  void run(std::vector<PlanItem>& lines) {
    list_large_kinds(lines);
    std::vector<std::optional<Json>> live(lines.size());
    parallel_for(lines.size(), kRequestsAtOnce, [&](std::size_t i) { live[i] = look(lines[i]); });
    for (const PlanItem& line : lines) uids_.add(line.item.source_uid, line.live_uid);
    parallel_for(lines.size(), kRequestsAtOnce, [&](std::size_t i) {
      if (!live[i]) return;
      if (live[i]->is_null()) {
        decide_new(lines[i]);
      } else {
        decide_existing(lines[i], *live[i]);
      }
    });
  }

 private:
  // Kinds of which the application has many are read by a list, instead of an object at a time.
  void list_large_kinds(const std::vector<PlanItem>& lines) {
    constexpr std::size_t kMany = 20;
    if (!target_.namespace_exists) return;
    std::map<std::string, std::vector<const PlanItem*>> of_kind;
    for (const PlanItem& line : lines) {
      if (line.action == Action::create && line.item.type.namespaced) of_kind[key_of(line.item.type)].push_back(&line);
    }
    for (const auto& [key, members] : of_kind) {
      if (members.size() < kMany) continue;
      auto listed = client_.list_all(context_, members.front()->item.type, options_.target_namespace);
      if (!listed) continue;  // without the right to list, or the kind is yet to come: asked for one by one
      auto& known = listed_[key];
      for (Json& object : *listed) {
        std::string name = json_string(object, {"metadata", "name"});
        known.emplace(std::move(name), std::move(object));
      }
    }
  }
  static std::string key_of(const kube::ResourceType& type) { return type.api_version() + " " + type.plural; }

  // The object of that name, null when there is none; nothing when there is no need or no way to look.
  std::optional<Json> look(PlanItem& line) const {
    if (line.action != Action::create) return std::nullopt;
    const auto& type = line.item.type;
    if (type.kind == "PersistentVolumeClaim" && type.group.empty() &&
        options_.filled_claims.contains(line.item.reference().name)) {
      line.reason = "made and filled with the volume's data";
      return std::nullopt;
    }
    if (type.namespaced && !target_.namespace_exists) return std::nullopt;
    if (target_.kinds_to_come.contains({type.group, type.kind})) return std::nullopt;
    auto live = read(type, line.item.reference().name);
    if (live) {
      line.live_uid = json_string(*live, {"metadata", "uid"});
      return *std::move(live);
    }
    if (live.error().fault() == Fault::not_found) return Json(nullptr);
    block(line, live.error().what(), live.error().fix());
    return std::nullopt;
  }

  Result<Json> read(const kube::ResourceType& type, const std::string& name) const {
    const auto listed = listed_.find(key_of(type));
    if (!type.namespaced || listed == listed_.end()) {
      return client_.get(context_, type, type.namespaced ? options_.target_namespace : "", name);
    }
    const auto found = listed->second.find(name);
    if (found == listed->second.end()) return fail(Fault::not_found, name + " is not in the list");
    return found->second;
  }

  void decide_new(PlanItem& line) const {
    auto asked = put(context_, client_, line.item.type, line.item.object, {.dry_run = true});
    if (asked) return note_answer(line, *asked);
    if (!wait_for_it(line, asked.error())) {
      block(line, "the target refuses it: " + asked.error().what(), fix_for(asked.error()));
    }
  }

  void decide_existing(PlanItem& line, const Json& live) const {
    if (!json_string(live, {"metadata", "deletionTimestamp"}).empty()) {
      return block(line, "it exists and is being deleted", "Wait until it is gone, then try again");
    }
    auto asked = put(context_, client_, line.item.type, with_owners(line.item), {.dry_run = true, .exists = true});
    if (asked) {
      line.changes = changes_between(comparable(live), comparable(asked->answer));
    } else {
      line.changes = changes_at(transform::fields_to_change(line.item.object, live));
    }
    const bool ours = applied_by_tranship(live);
    const bool lacks_status = ours && status_is_missing(line.item, live);
    if (line.changes.empty() && !lacks_status) {
      line.action = Action::unchanged;
      line.reason = "exists as wanted";
      return;
    }
    if (!ours && options_.existing == ExistingPolicy::keep && !made_by_every_cluster(line.item)) {
      line.action = Action::conflict;
      line.reason = "exists and is kept as it is";
      line.fix = "Let it be changed: --existing update; or restore into another namespace: --namespace NAME";
      return;
    }
    line.action = Action::update;
    line.reason = line.changes.empty() ? "made by an earlier run that did not write its status"
                  : ours                   ? "made by an earlier run, brought up to date"
                                           : "exists and is updated";
    if (asked) return note_answer(line, *asked);
    decide_refused_update(line, asked.error());
  }

  void decide_refused_update(PlanItem& line, const Error& refusal) const {
    if (wait_for_it(line, refusal)) return;
    if (!is_invalid(refusal)) return block(line, refusal.what(), fix_for(refusal));
    const bool claim = line.item.type.kind == "PersistentVolumeClaim";
    if (options_.existing == ExistingPolicy::replace && !claim) {
      line.reason = "cannot be changed in place: it is deleted and made again";
      return;
    }
    block(line, refusal.what(),
          claim ? "Restore into another namespace (--namespace NAME), or delete the claim if its data is not needed"
                : "Delete it first, or let it be replaced: --existing replace");
  }

  // A refusal that passes once the rest of the plan is written. A webhook that does not answer may be the exception.
  static bool wait_for_it(PlanItem& line, const Error& refusal) {
    if (!passes(refusal)) return false;
    if (refusal.what().find("failed calling webhook") != std::string::npos) {
      line.notes.push_back(
          "a webhook of the target does not answer, and as long as it does not the object cannot be written: " +
          refusal.what());
    }
    return true;
  }

  // As apply will send it: without them the dry run would take off the references of an earlier run.
  Json with_owners(const Item& item) const {
    Json object = item.object;
    std::vector<std::string> missing;
    if (auto owners = uids_.owner_references(item, missing); owners && !owners->empty()) {
      object["metadata"]["ownerReferences"] = *std::move(owners);
    }
    return object;
  }

  static bool status_is_missing(const Item& item, const Json& live) {
    return !item.status.is_null() && !item.status.empty() && item.type.has_subresource("status") &&
           json_at(live, {"status"}).empty();
  }

  static void note_answer(PlanItem& line, Put& asked) {
    for (std::string& note : asked.notes) line.notes.push_back(std::move(note));
    if (level_of(line.item.type) != Level::custom && !line.converted) return;
    if (const auto dropped = dropped_fields(line.item.object, asked.answer); !dropped.empty()) {
      line.notes.push_back(fmt::format("the target's schema of {} does not know and drops: {}",
                                       line.item.type.api_version(), fmt::join(dropped, ", ")));
    }
  }

  const Context& context_;
  kube::Client& client_;
  const PlanOptions& options_;
  const TargetState& target_;
  UidMap uids_;
  std::map<std::string, std::map<std::string, Json>> listed_;  // kind -> name -> object
};

}  // namespace

void decide_objects(const Context& context, kube::Client& client, Plan& plan, const TargetState& target,
                    const PlanOptions& options) {
  ObjectPlanner(context, client, options, target).run(plan.items);
}

}  // namespace tranship::restore
