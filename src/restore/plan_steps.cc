#include "restore/plan_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "restore/convert.h"

namespace tranship::restore {
namespace {

const kube::ResourceType& ingress_type() {
  static const kube::ResourceType type = {"networking.k8s.io", "v1", "Ingress", "ingresses", true, {"list"}, {}, {}};
  return type;
}

// Taken node ports and hosts help the plan but are no condition of it: without the right to list them, it goes without.
template <class Read>
Result<void> read_if_allowed(const Context& context, kube::Client& client, const kube::ResourceType& type, Read read) {
  auto objects = client.list_all(context, type, "");
  if (!objects) {
    if (objects.error().fault() == Fault::auth || objects.error().fault() == Fault::not_found) return {};
    return fail(std::move(objects).error());
  }
  for (const Json& object : *objects) read(object);
  return {};
}

std::string place_of(const Json& object) {
  return json_string(object, {"metadata", "namespace"}) + "/" + json_string(object, {"metadata", "name"});
}

}  // namespace

Result<TargetState> read_target(const Context& context, kube::Client& client, const PlanOptions& options,
                                const std::vector<Item>& closure) {
  TargetState state;
  auto name_space = client.get(context, kube::types::name_space(), "", options.target_namespace);
  if (name_space) {
    state.namespace_exists = true;
    if (!json_string(*name_space, {"metadata", "deletionTimestamp"}).empty()) {
      state.namespace_blocker = fmt::format("namespace {} is being deleted", options.target_namespace);
    }
  } else if (name_space.error().fault() != Fault::not_found) {
    return fail(std::move(name_space).error());
  }
  TRY(read_if_allowed(context, client, kube::types::service(), [&](const Json& service) {
    for (const Json& port : json_at(service, {"spec", "ports"})) {
      if (const auto number = json_integer(port, {"nodePort"})) state.node_ports[number] = place_of(service);
    }
    if (const auto number = json_integer(service, {"spec", "healthCheckNodePort"})) {
      state.node_ports[number] = place_of(service);
    }
  }));
  TRY(read_if_allowed(context, client, ingress_type(), [&](const Json& ingress) {
    for (const Json& rule : json_at(ingress, {"spec", "rules"})) {
      const std::string host = json_string(rule, {"host"});
      if (!host.empty()) state.hosts[host] = place_of(ingress);
    }
  }));
  for (const Item& item : closure) {
    if (item.type.kind != "CustomResourceDefinition" || !is_carried(item, options)) continue;
    state.kinds_to_come.insert(
        {json_string(item.object, {"spec", "group"}), json_string(item.object, {"spec", "names", "kind"})});
  }
  return state;
}

void add_namespace(Plan& plan, const TargetState& target, const PlanOptions& options, std::vector<Item>& closure) {
  PlanItem line;
  const auto source = std::find_if(closure.begin(), closure.end(), [](const Item& item) {
    return item.type.group.empty() && item.type.kind == "Namespace";
  });
  if (source != closure.end()) {
    line.item = std::move(*source);
    closure.erase(source);
  }
  line.item.type = kube::types::name_space();
  Json metadata = {{"name", options.target_namespace}};
  for (const char* member : {"labels", "annotations"}) {
    const Json& value = json_at(line.item.object, {"metadata", member});
    if (value.is_object() && !value.empty()) metadata[member] = value;
  }
  json_erase(metadata, {"labels", "kubernetes.io/metadata.name"});
  line.item.object = {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(metadata)}};
  if (!target.namespace_blocker.empty()) {
    line.action = Action::blocked;
    line.reason = target.namespace_blocker;
    line.fix = "Wait until it is gone, or restore into another one: --namespace NAME";
  } else if (target.namespace_exists) {
    line.action = Action::unchanged;
    line.reason = "exists";
  }
  plan.items.push_back(std::move(line));
}

void resolve_type(PlanItem& line, const kube::Discovery& discovery, const TargetState& target) {
  if (line.action != Action::create) return;
  const auto wanted = kube::GroupVersionKind::of(line.item.object);
  if (auto exact = discovery.find(wanted)) {
    line.item.type = *exact;
    return;
  }
  if (auto conversion = convert(line.item.object, discovery)) {
    line.item.type = std::move(conversion->type);
    line.converted = true;
    line.notes.push_back(
        fmt::format("sent as {} (the target does not serve {})", line.item.type.api_version(), wanted.api_version()));
    for (std::string& note : conversion->notes) line.notes.push_back(std::move(note));
    return;
  }
  if (target.kinds_to_come.contains({wanted.group, wanted.kind})) return;
  if (is_retired(wanted)) {
    line.action = Action::skip;
    line.reason = fmt::format("Kubernetes has no {} any more", wanted.kind);
    return;
  }
  line.action = Action::blocked;
  line.reason = fmt::format("the target does not know the kind {} of {}", wanted.kind,
                            wanted.group.empty() ? "the core group" : wanted.group);
  line.fix = "Install what defines it on the target, or bring its definition along: --carry CustomResourceDefinition";
}

void resolve_node_ports(PlanItem& line, const TargetState& target, const PlanOptions& options) {
  if (line.action != Action::create || line.item.type.kind != "Service" || !line.item.type.group.empty()) return;
  const auto reference = line.item.reference();
  const std::string self = options.target_namespace + "/" + reference.name;
  const auto taken_by_other = [&](std::int64_t port) {
    const auto taken = target.node_ports.find(port);
    return port != 0 && taken != target.node_ports.end() && taken->second != self ? taken->second : std::string();
  };
  if (!line.item.object.contains("spec")) return;
  Json& spec = line.item.object["spec"];
  if (spec.contains("ports")) {
    for (Json& port : spec["ports"]) {
      const auto number = json_integer(port, {"nodePort"});
      const std::string other = taken_by_other(number);
      if (other.empty()) continue;
      port.erase("nodePort");
      line.notes.push_back(
          fmt::format("node port {} is taken by Service {}; the target chooses another", number, other));
    }
  }
  if (!taken_by_other(json_integer(spec, {"healthCheckNodePort"})).empty()) spec.erase("healthCheckNodePort");
}

void note_hosts_taken(Plan& plan, const TargetState& target, const PlanOptions& options) {
  for (PlanItem& line : plan.items) {
    if (line.item.type.kind != "Ingress") continue;
    const auto reference = line.item.reference();
    for (const Json& rule : json_at(line.item.object, {"spec", "rules"})) {
      const auto taken = target.hosts.find(json_string(rule, {"host"}));
      if (taken == target.hosts.end() || taken->second == options.target_namespace + "/" + reference.name) continue;
      line.notes.push_back(
          fmt::format("host {} is already served by Ingress {} on the target", taken->first, taken->second));
    }
  }
}

Result<void> note_ingress_classes(const Context& context, kube::Client& client, Plan& plan) {
  std::set<std::string> known;  // on the target, or coming with this plan
  bool wanted = false;
  for (const PlanItem& line : plan.items) {
    if (line.item.type.kind == "Ingress") wanted = true;
    if (line.item.type.kind == "IngressClass" && line.action != Action::skip) known.insert(line.item.reference().name);
  }
  if (!wanted) return {};
  static const kube::ResourceType type = {
      "networking.k8s.io", "v1", "IngressClass", "ingressclasses", false, {"list"}, {}, {}};
  auto classes = client.list_all(context, type, "");
  if (!classes) {
    if (classes.error().fault() == Fault::auth || classes.error().fault() == Fault::not_found) return {};
    return fail(std::move(classes).error());
  }
  std::string list;
  for (const Json& each : *classes) {
    known.insert(json_string(each, {"metadata", "name"}));
    list += (list.empty() ? "" : ", ") + json_string(each, {"metadata", "name"});
  }
  for (PlanItem& line : plan.items) {
    const std::string name = json_string(line.item.object, {"spec", "ingressClassName"});
    if (line.item.type.kind != "Ingress" || name.empty() || known.contains(name)) continue;
    line.notes.push_back(
        fmt::format("its IngressClass {} is not on the target, so that nothing serves it (the target has: {}); "
                    "--carry IngressClass brings it along, its controller is another matter",
                    name, list.empty() ? "none" : list));
  }
  return {};
}

}  // namespace tranship::restore
