#include "restore/plan_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/parallel.h"

namespace tranship::restore {
namespace {

const kube::ResourceType& ingress_type() {
  static const kube::ResourceType type = {"networking.k8s.io", "v1", "Ingress", "ingresses", true, {"list"}, {}, {}};
  return type;
}

bool carried(const Item& item, const PlanOptions& options) {
  return options.carry.contains("*") || options.carry.contains(item.type.kind);
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

// The application runs without these, or the plan finds a stand-in for them.
bool can_do_without(const std::string& kind) {
  static const std::set<std::string> kKinds = {"StorageClass", "VolumeSnapshotClass", "IngressClass",
                                               "PersistentVolume"};
  return kKinds.contains(kind);
}

// An object of the closure that nobody asked to carry and that the target lacks.
void decide_missing(PlanItem& line, const PlanOptions& options) {
  const std::string& kind = line.item.type.kind;
  if (options.without.contains(kind) || can_do_without(kind)) {
    line.action = Action::skip;
    line.reason = "not on the target and not carried";
    return;
  }
  line.action = Action::blocked;
  line.reason = "the application needs it and the target has none of that name";
  line.fix = fmt::format("Bring it along: --carry {0} (or --carry all); or leave it out knowingly: --without {0}", kind);
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
    if (item.type.kind != "CustomResourceDefinition" || !carried(item, options)) continue;
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

Result<void> add_closure(const Context& context, kube::Client& client, Plan& plan, const PlanOptions& options,
                         std::vector<Item> closure) {
  const std::size_t first = plan.items.size();
  for (Item& item : closure) plan.items.push_back({.item = std::move(item)});
  std::vector<std::optional<Error>> failures(plan.items.size());
  parallel_for(plan.items.size() - first, 16, [&](std::size_t i) {
    PlanItem& line = plan.items[first + i];
    if (carried(line.item, options)) return;
    auto live = client.get(context, line.item.type, "", line.item.reference().name);
    if (live) {
      line.action = Action::skip;
      line.reason = "the target has one of that name";
      line.live_uid = json_string(*live, {"metadata", "uid"});
    } else if (live.error().fault() != Fault::not_found) {
      failures[first + i] = std::move(live).error();
    } else {
      decide_missing(line, options);
    }
  });
  for (auto& failure : failures) {
    if (failure) return fail(std::move(*failure));
  }
  return {};
}

void resolve_type(PlanItem& line, const kube::Discovery& discovery, const TargetState& target,
                  std::vector<std::string>& notes) {
  if (line.action != Action::create) return;
  const auto wanted = kube::GroupVersionKind::of(line.item.object);
  if (auto exact = discovery.find(wanted)) {
    line.item.type = *exact;
    return;
  }
  if (const auto* other = discovery.find(wanted.group, wanted.kind)) {
    notes.push_back(fmt::format("{}: sent as {} (the target does not serve {})",
                                line.item.reference().to_string(), other->api_version(), wanted.api_version()));
    line.item.type = *other;
    line.item.object["apiVersion"] = other->api_version();
    return;
  }
  if (target.kinds_to_come.contains({wanted.group, wanted.kind})) return;
  line.action = Action::blocked;
  line.reason = fmt::format("the target does not know the kind {} of {}", wanted.kind,
                            wanted.group.empty() ? "the core group" : wanted.group);
  line.fix = "Install what defines it on the target, or bring its definition along: --carry CustomResourceDefinition";
}

void resolve_node_ports(PlanItem& line, const TargetState& target, const PlanOptions& options,
                        std::vector<std::string>& notes) {
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
      notes.push_back(fmt::format("{}: node port {} is taken by Service {}; the target chooses another",
                                  reference.to_string(), number, other));
    }
  }
  if (!taken_by_other(json_integer(spec, {"healthCheckNodePort"})).empty()) spec.erase("healthCheckNodePort");
}

void note_hosts_taken(Plan& plan, const TargetState& target, const PlanOptions& options) {
  for (const PlanItem& line : plan.items) {
    if (line.item.type.kind != "Ingress") continue;
    const auto reference = line.item.reference();
    for (const Json& rule : json_at(line.item.object, {"spec", "rules"})) {
      const auto taken = target.hosts.find(json_string(rule, {"host"}));
      if (taken == target.hosts.end() || taken->second == options.target_namespace + "/" + reference.name) continue;
      plan.notes.push_back(fmt::format("{}: host {} is already served by Ingress {} on the target",
                                       reference.to_string(), taken->first, taken->second));
    }
  }
}

}  // namespace tranship::restore
