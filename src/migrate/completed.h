#pragma once
// Is a migration over already? What the target's mark and claims say of an earlier run of the same one, and what of the
// source's manifests has changed since.

#include <optional>
#include <string>
#include <vector>

#include "migrate/backup.h"
#include "migrate/restore.h"
#include "migrate/restore_mark.h"

namespace tranship::migrate {

struct CompletedMigration {
  RestoreMark mark;
  std::string taken_at;  // when the restore point was taken; empty when it is not in the location any more
  // One text for each object of the source that is not as the restore point has it; nothing when that is not known.
  // What changed in volumes is never known without reading them.
  std::optional<std::vector<std::string>> changed;
};

// True when the mark is of a completed restore of this source with these choices, and every volume of the plan is on
// the target with the data of the mark's restore point. An application without volumes is never complete: it can be
// restored again at any time.
bool is_completed(const RestoreMark& mark, const capture::Captured& source, const RestoreChoices& choices,
                  const RestorePlan& plan);

// "Deployment/web: /spec/replicas", "ConfigMap/new: new", "Secret/old: gone".
std::vector<std::string> changed_objects(const std::vector<Json>& then, const std::vector<Json>& now);

// Loads the index when there is a repository.
Result<CompletedMigration> describe_completed(const Context& context, const RestoreMark& mark,
                                              const capture::Captured& source, repo::Repository* repository);

}  // namespace tranship::migrate
