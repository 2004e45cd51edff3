#include "volume/mover_pod.h"

#include <algorithm>

#include "volume/run_scope.h"

namespace tranship::volume {
namespace {

// Everything that a file's owner, mode, links, devices and extended attributes need, and no more.
// With user id 0 and without capabilities the mover could read only what belongs to root.
Json capabilities(const MoverPod& pod) {
  Json add = Json::array();
  if (!pod.task.block) {
    if (pod.task.direction == mover::Direction::restore)
      add = Json::array({"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "MKNOD", "SETFCAP"});
    else if (pod.baseline)
      add = Json::array({"DAC_OVERRIDE"});
    else
      add = Json::array({"DAC_READ_SEARCH"});
  }
  Json all = {{"drop", Json::array({"ALL"})}};
  if (!add.empty()) all["add"] = std::move(add);
  return all;
}

Json container(const MoverPod& pod, const MoverSettings& settings) {
  Json container = {
      {"name", "mover"},
      {"image", settings.image},
      {"imagePullPolicy", settings.image_pull_policy},
      {"command", {"/tranship", "mover", "run", "--task", "/task/task.json"}},
      {"terminationMessagePolicy", "FallbackToLogsOnError"},
      {"resources",
       {{"requests", {{"cpu", settings.cpu_request}, {"memory", settings.memory_limit}}},
        {"limits", {{"memory", settings.memory_limit}}}}},
      {"securityContext",
       {{"runAsUser", 0},
        {"runAsGroup", 0},
        {"runAsNonRoot", false},
        {"privileged", false},
        {"allowPrivilegeEscalation", false},
        {"readOnlyRootFilesystem", true},
        {"capabilities", capabilities(pod)},
        {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
      {"volumeMounts",
       {{{"name", "task"}, {"mountPath", "/task"}, {"readOnly", true}},
        {{"name", "tmp"}, {"mountPath", "/tmp"}}}}};
  if (pod.task.block)
    container["volumeDevices"] = Json::array({{{"name", "volume"}, {"devicePath", pod.task.path}}});
  else
    container["volumeMounts"].push_back(
        {{"name", "volume"}, {"mountPath", pod.task.path}, {"readOnly", pod.read_only}});
  return container;
}

}  // namespace

Json mover_pod_manifest(const MoverPod& pod, const MoverSettings& settings,
                        const std::string& name) {
  Json metadata = temporary_metadata(pod.name_space, name, settings.run, "mover");
  // A service mesh's sidecar would keep the pod from ending, and the autoscaler must not move it.
  metadata["labels"]["sidecar.istio.io/inject"] = "false";
  metadata["annotations"]["sidecar.istio.io/inject"] = "false";
  metadata["annotations"]["linkerd.io/inject"] = "disabled";
  metadata["annotations"]["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "false";
  // The claim is not mounted read-only as a whole: a clone's file system may have its journal to
  // replay first.
  Json spec = {{"restartPolicy", "Never"},
               {"automountServiceAccountToken", false},
               {"enableServiceLinks", false},
               {"terminationGracePeriodSeconds", 10},
               {"activeDeadlineSeconds", settings.deadline.count()},
               {"securityContext", {{"seccompProfile", {{"type", "RuntimeDefault"}}}}},
               {"containers", Json::array({container(pod, settings)})},
               {"volumes",
                {{{"name", "task"}, {"secret", {{"secretName", name}, {"defaultMode", 0400}}}},
                 {{"name", "tmp"}, {"emptyDir", {{"sizeLimit", "64Mi"}}}},
                 {{"name", "volume"}, {"persistentVolumeClaim", {{"claimName", pod.claim}}}}}}};
  for (const std::string& secret : settings.image_pull_secrets)
    spec["imagePullSecrets"].push_back({{"name", secret}});
  if (pod.node.empty()) {
    spec["nodeSelector"] = {{"kubernetes.io/os", "linux"}};
  } else {
    // Beside the pod that has the volume, whatever else keeps pods away from that node.
    spec["nodeName"] = pod.node;
    spec["tolerations"] = Json::array({{{"operator", "Exists"}}});
  }
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", std::move(metadata)},
          {"spec", std::move(spec)}};
}

Json task_secret_manifest(const MoverPod& pod, const MoverSettings& settings,
                          const std::string& name) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"type", "tranship.io/task"},
          {"immutable", true},
          {"metadata", temporary_metadata(pod.name_space, name, settings.run, "task")},
          {"data", {{"task.json", to_base64(as_bytes(to_text(mover::to_json(pod.task))))}}}};
}

}  // namespace tranship::volume
