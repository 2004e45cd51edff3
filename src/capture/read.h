#pragma once
// A restore point read back from its snapshot: the description alone (lists), or everything (restores).

#include <map>
#include <string>

#include "capture/capture.h"
#include "repo/format/tree.h"
#include "repo/repository.h"

namespace tranship::capture {

struct StoredRestorePoint {
  app::RestorePoint point;
  Captured captured;                          // application.namespace_object from the captured Namespace
  std::map<std::string, repo::Node> volumes;  // by claim: directory (file volume) or file (block volume)
};

// Faults: not_found with code "restore-point.none" when the snapshot is not one of Tranship's; corrupt names
// the file; invalid when the schema is newer than this program. The index must be loaded.
Result<app::RestorePoint> read_restore_point(const Context& context, repo::Repository& repository,
                                             const repo::Snapshot& snapshot);
Result<StoredRestorePoint> read_captured(const Context& context, repo::Repository& repository,
                                         const repo::Snapshot& snapshot);

// Of a description and all the objects that belong to it, wherever they were kept; without volumes. Fault::corrupt,
// code "restore-point.foreign", for objects of another namespace.
Result<StoredRestorePoint> put_together(app::RestorePoint point, std::vector<Json> objects);

}  // namespace tranship::capture
