#include "restore/plan_pods.h"

#include "app/pod_spec.h"
#include "base/parallel.h"
#include "restore/node_fit.h"
#include "restore/order.h"
#include "restore/refusal.h"

namespace tranship::restore {
namespace {

bool will_be_written(const PlanItem& line) {
  return (line.action == Action::create || line.action == Action::update) &&
         level_of(line.item.type) == Level::workloads;
}

// The rules a namespace sets for its pods, as opposed to what may be different for the real pod: its own account, a
// webhook that looks at owners.
bool is_rule_of_namespace(const Error& refusal) {
  for (const char* words :
       {"violates PodSecurity", "exceeded quota", "failed quota", "usage per Container", "usage per Pod"}) {
    if (refusal.what().find(words) != std::string::npos) return true;
  }
  return false;
}

void note_nodes(PlanItem& line, const std::vector<Json>& nodes) {
  app::for_each_pod_spec(std::as_const(line.item.object), [&](const std::string&, const Json& spec) {
    if (std::string why = why_no_node(spec, nodes); !why.empty()) line.notes.push_back(std::move(why));
  });
}

void ask_server(const Context& context, kube::Client& client, const std::string& name_space, PlanItem& line) {
  Json pod = pod_of_workload(line.item.object);
  if (pod.is_null()) return;
  pod["metadata"]["namespace"] = name_space;
  const auto admitted = client.create(context, kube::types::pod(), pod, {.dry_run = true});
  if (admitted || admitted.error().fault() != Fault::auth || passes(admitted.error())) return;
  if (!is_rule_of_namespace(admitted.error())) {
    line.notes.push_back("its pods may be refused: " + admitted.error().what());
    return;
  }
  line.action = Action::blocked;
  line.reason = "its pods would be refused: " + admitted.error().what();
  line.fix = fix_for(admitted.error());
}

}  // namespace

Json pod_of_workload(const Json& workload) {
  const std::string kind = json_string(workload, {"kind"});
  if (kind == "Pod" || json_integer(workload, {"spec", "replicas"}, 1) == 0 ||
      json_bool(workload, {"spec", "suspend"})) {
    return nullptr;
  }
  const Json& job = kind == "CronJob" ? json_at(workload, {"spec", "jobTemplate"}) : workload;
  const Json& pod_template = json_at(job, {"spec", "template"});
  if (!json_at(pod_template, {"spec", "containers"}).is_array()) return nullptr;
  Json pod = {{"apiVersion", "v1"}, {"kind", "Pod"}, {"spec", pod_template["spec"]}};
  pod["metadata"] = {{"generateName", json_string(workload, {"metadata", "name"}).substr(0, 200) + "-"}};
  for (const char* member : {"labels", "annotations"}) {
    if (const Json& value = json_at(pod_template, {"metadata", member}); value.is_object()) {
      pod["metadata"][member] = value;
    }
  }
  // Its own account may be part of what is restored; the default one is in every namespace.
  Json& spec = pod["spec"];
  spec.erase("serviceAccountName");
  spec.erase("serviceAccount");
  spec["automountServiceAccountToken"] = false;
  for (const Json& claim : json_at(workload, {"spec", "volumeClaimTemplates"})) {
    Json& volumes = spec["volumes"];
    if (!volumes.is_array()) volumes = Json::array();
    volumes.push_back({{"name", json_string(claim, {"metadata", "name"})}, {"emptyDir", Json::object()}});
  }
  return pod;
}

Result<void> check_pods(const Context& context, kube::Client& client, Plan& plan, const TargetState& target,
                        const PlanOptions& options) {
  std::vector<PlanItem*> workloads;
  for (PlanItem& line : plan.items) {
    if (will_be_written(line)) workloads.push_back(&line);
  }
  if (workloads.empty()) return {};
  auto nodes = client.list_all(context, kube::types::node(), "");
  if (!nodes && nodes.error().fault() != Fault::auth) return fail(std::move(nodes).error());
  if (nodes) {
    for (PlanItem* line : workloads) note_nodes(*line, *nodes);
  }
  if (!target.namespace_exists) return {};
  parallel_for(workloads.size(), 16,
               [&](std::size_t i) { ask_server(context, client, options.target_namespace, *workloads[i]); });
  return {};
}

}  // namespace tranship::restore
