#pragma once
// A local restore point: snapshots in the cluster, and the manifests in Secrets beside them (docs/format/local.md).
// What labels and clean-up know of it is volume/local_point.h.

#include <string>
#include <vector>

#include "capture/read.h"
#include "volume/local_point.h"

namespace tranship::migrate {

struct LocalPoint {
  std::string name_space;              // of the application
  std::string key;                     // value of the label that all of it has
  std::string id;                      // SHA-256 of description and manifests, in hexadecimal
  capture::StoredRestorePoint stored;  // without nodes of volumes
  std::vector<volume::PointSnapshot> snapshots;

  // Null when there is none.
  const volume::PointSnapshot* snapshot_of(const std::string& claim) const;
};

// The same for every run of the same Backup.
std::string local_point_key(const std::string& backup_uid);

// Writes description and manifests as temporary objects of the run and returns the point's id.
Result<std::string> write_local_manifests(const Context& context, kube::Client& client, const std::string& key,
                                          const std::string& run, const capture::Captured& captured,
                                          const app::RestorePoint& point);

// Faults: not_found, code "local.gone", when its Secrets or a snapshot are not there; corrupt, code "local.changed",
// when what is there is not what `id` names: whoever may write Secrets in the namespace cannot make others restore
// something else.
Result<LocalPoint> read_local_point(const Context& context, kube::Client& client, const std::string& name_space,
                                    const std::string& key, const std::string& id);

// The claims that its snapshots are of, as if they were there: to be read by movers. Each gets a StorageClass of its
// snapshot's driver: its own where that still is one. Fault::permanent, code "local.storage-class", when there is none.
Result<std::vector<volume::Claim>> claims_of(const Context& context, kube::Client& client, const LocalPoint& point);

// The class that is named when its provisioner is the driver, else the first by name whose is; empty when none is.
std::string class_of_driver(const std::vector<Json>& classes, const std::string& named, const std::string& driver);
// Of the class of that name; empty when there is none.
std::string provisioner_of(const std::vector<Json>& classes, const std::string& name);

// Pure: the description and manifests as bytes, and back.
Bytes bundle(const capture::Captured& captured, const app::RestorePoint& point);
Result<capture::StoredRestorePoint> unbundle(ByteView bytes);

}  // namespace tranship::migrate
