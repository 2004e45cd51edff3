#pragma once
// Restoring a restore point into a namespace: the plan first (reads only), then volumes, manifests, and waiting until
// it runs.

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "capture/read.h"
#include "migrate/location_catalog.h"
#include "migrate/reporter.h"
#include "restore/apply.h"
#include "restore/storage_class_map.h"
#include "transform/rules.h"

namespace tranship::migrate {

// What keeps a restore from beginning and is about no object of the application.
struct Blocker {
  std::string object;  // "TransformSet for-tests"
  std::string reason, fix;
};

// What the user decides about a restore.
struct RestoreChoices {
  std::string target_namespace;                        // empty: the source's
  std::map<std::string, std::string> storage_classes;  // source -> target
  restore::ExistingPolicy existing = restore::ExistingPolicy::keep;
  std::set<std::string> carry, without;  // kinds of the closure
  bool keep_node_ports = false;
  std::vector<transform::RuleSet> transforms;  // applied in this order
  // Whether they may change what lies outside of namespaces.
  bool transform_cluster_scoped = true;
  // Transforms that were asked for and cannot be used: the plan is blocked by them.
  std::vector<Blocker> transform_troubles;
  std::chrono::seconds ready_timeout{300};  // zero: do not wait
};

// All that changes what is restored: not how long it is waited for.
Json to_json(const RestoreChoices& choices);

struct RestoreRequest {
  kube::Client& client;
  RestoreChoices choices;
  volume::MoverSettings movers;
  bool relayed = false;
};

struct VolumePlan {
  std::string claim;
  std::string storage_class;
  std::string capacity;
  std::uint64_t bytes = 0;  // 0: not known yet (a plan made before the backup)
  std::string action;       // "create", "continue", "update" or "blocked"
  std::string reason, fix;
  std::string holds;  // the restore point whose data an existing claim was made for, when Tranship made it
  bool in_place = false;  // an existing claim is written to: what uses it stands still meanwhile
};

struct RestorePlan {
  std::string target_namespace;
  restore::Plan objects;
  std::vector<VolumePlan> volumes;
  std::vector<Blocker> blockers;   // beside those of objects and volumes
  std::vector<std::string> notes;  // transforms, automatic choices, what was left out
  std::map<std::string, Json> claims;  // prepared manifests by name
  bool blocked() const;
};
Json to_json(const RestorePlan& plan);

// `captured` from a restore point, or straight from the source before anything is backed up (`restore_point` empty
// then).
Result<RestorePlan> plan_restore(const Context& context, const RestoreRequest& request,
                                 const capture::Captured& captured, const std::vector<app::VolumeRecord>& volumes,
                                 const std::string& restore_point);

struct RestoreOutcome {
  restore::ApplyResult objects;
  std::vector<volume::RestoredVolume> volumes;
  restore::Readiness readiness;
  std::vector<std::string> notes;
  bool waited = false;
  std::uint64_t mover_peak_memory_bytes = 0;
  // Everything written and, if waited for, running.
  bool whole() const { return objects.failures.empty() && readiness.waiting.empty(); }
};

// Where a restore has its data from, beside the manifests that are in the plan.
struct RestoreOrigin {
  std::string id;  // of the restore point
  std::string application, cluster_id;
  // Makes and fills the claims of the plan, all of them or an error.
  std::function<Result<std::vector<volume::RestoredVolume>>(const Context&)> fill_volumes;
  // Existing claims are made anew, and their volumes kept aside, instead of being written into.
  bool claims_anew = false;
};
Result<RestoreOutcome> run_restore(const Context& context, const RestoreRequest& request, const RestorePlan& plan,
                                   const RestoreOrigin& origin, Reporter& reporter);

// The same from a repository. Fault::conflict (code "plan.blocked") when the plan has blockers. A run that ended in
// between is taken up by calling this again: claims that are complete are kept, objects that are there are brought up
// to date.
Result<RestoreOutcome> run_restore(const Context& context, const RestoreRequest& request, const RestorePlan& plan,
                                   ApplicationRepository& repository, const repo::Snapshot& snapshot,
                                   const capture::StoredRestorePoint& stored, Reporter& reporter);

}  // namespace tranship::migrate
