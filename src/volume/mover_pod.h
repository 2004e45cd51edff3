#pragma once
// The mover pod of one volume: its manifest (least privilege), its task Secret, its log and its end.

#include <chrono>
#include <map>
#include <string>

#include "kube/client.h"
#include "mover/task.h"

namespace tranship::volume {

inline constexpr std::string_view kManagedByLabel = "app.kubernetes.io/managed-by";  // value "tranship"
inline constexpr std::string_view kRunLabel = "tranship.io/run";
inline constexpr std::string_view kRoleLabel = "tranship.io/role";  // "mover", "task", "clone", "snapshot"
inline constexpr std::string_view kHeartbeatAnnotation = "tranship.io/heartbeat";
// Of temporary objects outside of namespaces: the namespace that they were made for.
inline constexpr std::string_view kForAnnotation = "tranship.io/for-namespace";

// How movers are made; the same for all of a run.
struct MoverSettings {
  std::string run;    // id of the run: a label value
  std::string image;  // "tranship.io/tranship:0.1.0"
  std::string image_pull_policy = "IfNotPresent";
  std::vector<std::string> image_pull_secrets;
  std::size_t volumes_at_once = 4;
  int attempts_max = 3;  // a mover that dies is started again
  std::string memory_limit = "256Mi";
  std::string cpu_request = "100m";
  int compression_level = 1;
  std::chrono::seconds start_timeout{420};  // volume cloned, scheduled, image there, started
  std::chrono::seconds deadline{
      48 * 3600};  // of one volume: the cluster ends a mover that nobody watches any more
};

struct MoverPod {
  std::string name_space;
  std::string claim;  // what it mounts: the claim itself or a clone
  std::string node;   // empty: the scheduler's choice
  bool read_only = true;
  // For namespaces whose Pod Security level is "baseline": reading then needs CAP_DAC_OVERRIDE, which may
  // also write (the mount is read-only all the same).
  bool baseline = false;
  mover::Task task;
};

// The manifests (pod and Secret have the same name), for tests and for people who ask what runs in their
// namespace.
Json mover_pod_manifest(const MoverPod& pod, const MoverSettings& settings, const std::string& name);
Json task_secret_manifest(const MoverPod& pod, const MoverSettings& settings, const std::string& name);

}  // namespace tranship::volume
