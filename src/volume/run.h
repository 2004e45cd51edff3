#pragma once
// Volumes of a whole application into and out of a repository, several at a time, by mover pods.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/restore_point.h"
#include "repo/format/tree.h"
#include "repo/repository.h"
#include "store/location.h"
#include "volume/claim.h"
#include "volume/mover_pod.h"
#include "volume/snapshot.h"

namespace tranship::volume {

struct VolumeProgress {
  std::string claim;
  enum class State { waiting, snapshot, starting, running, restarting, done, failed } state = State::waiting;
  mover::ProgressLine bytes;
  std::string detail;  // why it waits or restarts: "ImagePullBackOff: ..."
};
// Called from several threads, at least on every change and about once a second while running.
using OnVolume = std::function<void(const VolumeProgress&)>;

// Where movers read and write. Without a location they are relayed: the store stays with whoever coordinates.
struct Transport {
  repo::Repository& repository;             // its store serves relayed movers; its master key goes into tasks
  std::optional<store::Location> location;  // reachable from the pods
};

struct VolumeBackup {
  app::VolumeRecord record;  // with consistency, times, counts and warnings
  repo::Node node;           // for VirtualDirectory::add_node(capture::volume_path(...))
  std::uint64_t bytes_stored = 0;
  std::uint64_t peak_memory_bytes = 0;
};

struct BackupVolumesOptions {
  // The same claim's node in the application's last restore point.
  std::map<std::string, repo::Node> parents;
  bool snapshots = true;  // false: live reads, whatever the driver can
  // By claim: a snapshot that is there already and stays. Its claim is not looked at, and need not be there.
  std::map<std::string, TakenSnapshot> kept_snapshots = {};
  // Called once after all snapshots are taken (or at once where there are none), before data is read: the
  // moment to capture manifests and to let hooks go.
  std::function<Result<void>()> after_snapshots;
};

// Snapshots of all claims first, as close together as possible, then their clones are read; claims without a
// snapshot class are read live on the node that has them mounted. Everything temporary is removed at the end,
// also on errors and when stopped. All claims or an error: a volume that cannot be read whole is an error
// that names it (unreadable single files are warnings).
Result<std::vector<VolumeBackup>> back_up_volumes(const Context& context, kube::Client& client,
                                                  const Transport& transport,
                                                  const std::vector<Claim>& claims,
                                                  const MoverSettings& settings,
                                                  const BackupVolumesOptions& options,
                                                  const OnVolume& on_volume);

struct VolumeRestore {
  Json claim;  // prepared manifest of the claim to make (class mapped, namespace set), without owner references
  repo::Node node;  // what to write into it
  bool block = false;
  // Block volumes: a tree of the repository that holds the node, and its name there. Large volumes need it
  // (mover::kNodeBlobsMax); without it one is written, which a repository that can only be read refuses.
  Id tree = {};
  std::string tree_name = {};
  // A claim that is there is made equal to the restore point, whatever is in it: begin_updates() was called for it, and
  // no pod has it.
  bool update = false;
};

struct RestoreVolumesOptions {
  std::string
      restore_point;  // snapshot id: annotated on the claim, with tranship.io/volume-state filling|updating|complete
};

struct RestoredVolume {
  std::string claim;
  bool kept = false;  // it was complete already from an earlier run of the same restore point
  std::uint64_t files = 0, bytes = 0;
  std::uint64_t files_unchanged = 0;  // were there already, as they should be
  std::uint64_t peak_memory_bytes = 0;
  std::vector<std::string> warnings;  // temporary objects that could not be removed
};

// What an existing claim says of itself: empty, "filling", "updating" or "complete", and of which restore point.
struct VolumeState {
  std::string state;
  std::string restore_point;
};
VolumeState volume_state(const Json& claim);

// Marks existing claims as being brought to a restore point: from now on their data is neither the old nor the new, and
// an interrupted update is known by it.
Result<void> begin_updates(const Context& context, kube::Client& client, const std::string& name_space,
                           const std::vector<std::string>& claims, const std::string& restore_point);

// Makes each claim (or goes on with one of the same restore point that is still filling), fills it, marks it
// complete. An existing claim that is not this restore's is Fault::conflict, code "volume.exists", and is
// never written to, unless it is to be updated.
Result<std::vector<RestoredVolume>> restore_volumes(const Context& context, kube::Client& client,
                                                    const Transport& transport,
                                                    std::vector<VolumeRestore> volumes,
                                                    const MoverSettings& settings,
                                                    const RestoreVolumesOptions& options,
                                                    const OnVolume& on_volume);

// The manifest of a claim to be made for a restore: unbound, and marked as being filled from the restore point.
Json new_claim(Json claim, const std::string& restore_point);
// Marks it complete.
Result<void> complete_claim(const Context& context, kube::Client& client, const std::string& name_space,
                            const std::string& claim);
// Fault::conflict, code "volume.exists"; `why` goes on from "claim X exists in Y already".
Error claim_exists(const std::string& name_space, const std::string& claim, const std::string& why);

}  // namespace tranship::volume
