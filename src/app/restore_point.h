#pragma once
// The description of a restore point, /restore-point.json of its snapshot (docs/format/restore-point.md). Plain types;
// written by capture, read by everything that lists or restores.

#include <string>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "kube/resource.h"

namespace tranship::app {

// How true to one instant a volume's copy is. Never say more than is known.
enum class Consistency {
  group_snapshot,   // all volumes of the application at one instant, by the storage
  volume_snapshot,  // each volume at one instant of its own
  quiesced,         // read while nothing wrote (workloads scaled to zero, or hooks held them)
  unmounted,        // read while no pod had it mounted
  live,             // read while the application wrote: files may be of different moments
};
std::string_view consistency_name(Consistency consistency);  // "volume-snapshot" ...
Result<Consistency> parse_consistency(std::string_view name);

struct VolumeRecord {
  std::string claim;
  bool block = false;
  std::string storage_class, provisioner;
  std::string capacity;  // of the claim's status (request when unbound): "5Gi"
  std::vector<std::string> access_modes;
  Consistency consistency = Consistency::live;
  std::string taken_at;  // RFC 3339: the instant, or the start of the live read
  std::uint64_t files = 0, bytes = 0;
  std::vector<std::string> warnings;  // unreadable files, files that changed while read
};

struct RestorePoint {
  int version = 1;          // schema; readers refuse a larger one, ignore members they do not know
  std::string application;  // name; the namespace's unless a selection was given
  std::string name_space;   // source namespace
  std::string selector;     // label selection, empty: the whole namespace
  std::string cluster;      // source cluster's name (the context's) and id (uid of kube-system)
  std::string cluster_id;
  std::string kubernetes_version;  // "v1.34.4"
  std::string started_at, finished_at;
  std::vector<VolumeRecord> volumes;
  std::vector<std::string> images;             // every container image referred to
  std::vector<kube::ResourceType> types;       // of every captured kind: served versions recorded
  std::vector<kube::ObjectReference> closure;  // captured objects outside the namespace
  std::vector<std::string> warnings;           // what could not be captured and why
};

Json to_json(const RestorePoint& point);
Result<RestorePoint> restore_point_from_json(const Json& value);

}  // namespace tranship::app
