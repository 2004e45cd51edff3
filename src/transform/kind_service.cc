#include "transform/explicit_field.h"
#include "transform/kinds.h"

namespace tranship::transform {
namespace {

void change_ports(const Json& captured, Json& spec, const KindContext& context) {
  if (!json_at(spec, {"ports"}).is_array()) return;
  Json& ports = spec["ports"];
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (json_at(ports[i], {"nodePort"}).is_null()) continue;
    const bool chosen = is_explicit_node_port(captured, ports[i]);
    const bool keep = chosen ? !context.options.drop_node_ports : context.options.keep_automatic_node_ports;
    if (keep) continue;
    const std::string number = std::to_string(json_integer(ports[i], {"nodePort"}));
    ports[i].erase("nodePort");
    context.note(chosen ? "node-port-dropped" : "node-port-automatic",
                 "/spec/ports/" + std::to_string(i) + "/nodePort",
                 "node port " + number + " is left to the target to choose");
  }
}

}  // namespace

// Addresses are the source's own. Node ports stay only when a person chose them: managedFields and the
// last-applied configuration tell.
void change_service(const Json& captured, Json& object, const KindContext& context) {
  if (!json_at(object, {"spec"}).is_object()) return;
  Json& spec = object["spec"];
  if (json_string(spec, {"clusterIP"}) != "None") spec.erase("clusterIP");
  spec.erase("clusterIPs");
  // A server with other address families refuses the source's default.
  for (const char* field : {"ipFamilies", "ipFamilyPolicy", "loadBalancerClass"}) {
    if (!is_explicit(captured, field)) spec.erase(field);
  }
  change_ports(captured, spec, context);
  const bool health_chosen = is_explicit(captured, "healthCheckNodePort");
  if (health_chosen ? context.options.drop_node_ports : !context.options.keep_automatic_node_ports) {
    spec.erase("healthCheckNodePort");
  }
  for (const char* field : {"loadBalancerIP", "externalIPs"}) {
    if (json_at(spec, {field}).empty()) continue;
    context.note("source-address", std::string("/spec/") + field,
                 "the address is kept as written; it may belong to the source's network");
  }
}

}  // namespace tranship::transform
