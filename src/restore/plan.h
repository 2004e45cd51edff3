#pragma once
// What a restore would do to the target, object by object, before anything is written. Making a plan only reads (and
// asks the API server for dry runs).

#include <map>
#include <set>
#include <string>
#include <vector>

#include "kube/discovery.h"
#include "restore/change.h"
#include "restore/item.h"

namespace tranship::restore {

enum class Action {
  create,
  update,     // exists and will be changed
  unchanged,  // exists as wanted
  skip,       // not needed: the target has it already, or it is knowingly left out
  conflict,   // somebody else's object has the name and is different: kept as it is, unless --existing says otherwise
  blocked,    // will not work: the reason says why, the fix what to do
};
std::string_view action_name(Action action);

// What becomes of objects that are there already and that Tranship did not make.
enum class ExistingPolicy { keep, update, replace };

struct PlanOptions {
  std::string target_namespace;
  ExistingPolicy existing = ExistingPolicy::keep;
  // Kinds of the closure to bring along when the target lacks them ("CustomResourceDefinition", "ClusterRole" ...); "*"
  // is all.
  std::set<std::string> carry;
  // Kinds of the closure that are knowingly left out although the application needs them.
  std::set<std::string> without;
  // Claims that volumes of this restore fill: the plan leaves them to src/volume.
  std::set<std::string> filled_claims;
  bool keep_node_ports = false;
};

struct PlanItem {
  Item item;
  Action action = Action::create;
  std::string reason;
  std::string fix;
  std::vector<Change> changes;  // of an update, or of a kept object that is different
  std::string live_uid;                  // of the object that is there already
  bool converted = false;                // sent by another version or group than it was captured by
  std::vector<std::string> notes;        // while planning; make_plan gathers them in Plan::notes
  bool closure = false;                  // lies outside the namespace, and the application needs it
};

// What the application needs outside its namespace and the target lacks.
struct Need {
  kube::ObjectReference object;
  bool carried = false;  // the restore brings it along
};

struct Plan {
  std::vector<PlanItem> items;
  std::vector<std::string> notes;  // what was resolved automatically, in words
  // Not among them: StorageClasses and what else the plan finds stand-ins for.
  std::vector<Need> needs;
  std::size_t count(Action action) const;
  bool blocked() const { return count(Action::blocked) > 0; }
};

Json to_json(const Plan& plan);

// `items`: the application's own objects; `closure`: what it needs outside its namespace. Kinds the target serves by
// another version only are sent by that version (a note says so).
Result<Plan> make_plan(const Context& context, kube::Client& client, const kube::Discovery& discovery,
                       std::vector<Item> items, std::vector<Item> closure, const PlanOptions& options);

// True when the object's managed fields say that Tranship applied it.
bool applied_by_tranship(const Json& object);

}  // namespace tranship::restore
