#include "controller/actions/address.h"

#include <fmt/format.h>

namespace tranship::controller {
namespace {

// The members of a list; of anything else none.
const Json& list_at(const Json& value, std::initializer_list<std::string_view> path) {
  static const Json kNone = Json::array();
  const Json& found = json_at(value, path);
  return found.is_array() ? found : kNone;
}

std::string of_ingresses(const std::vector<Json>& ingresses) {
  for (const Json& ingress : ingresses) {
    for (const Json& rule : list_at(ingress, {"spec", "rules"})) {
      const std::string host = json_string(rule, {"host"});
      if (host.empty()) continue;
      const bool tls = !list_at(ingress, {"spec", "tls"}).empty();
      return (tls ? "https://" : "http://") + host;
    }
  }
  return {};
}

std::int64_t first_port(const Json& service, const char* field) {
  for (const Json& port : list_at(service, {"spec", "ports"})) {
    if (const auto number = json_integer(port, {field}); number > 0) return number;
  }
  return 0;
}

std::string of_load_balancers(const std::vector<Json>& services) {
  for (const Json& service : services) {
    for (const Json& each : list_at(service, {"status", "loadBalancer", "ingress"})) {
      const std::string ip = json_string(each, {"ip"});
      const std::string host = ip.empty() ? json_string(each, {"hostname"}) : ip;
      if (!host.empty()) return fmt::format("{}:{}", host, first_port(service, "port"));
    }
  }
  return {};
}

std::string of_node_ports(const std::vector<Json>& services, const std::vector<Json>& nodes) {
  std::string address;
  for (const Json& node : nodes) {
    for (const Json& each : list_at(node, {"status", "addresses"})) {
      const std::string type = json_string(each, {"type"});
      if (type == "ExternalIP" || (type == "InternalIP" && address.empty())) address = json_string(each, {"address"});
    }
  }
  for (const Json& service : services) {
    const auto port = first_port(service, "nodePort");
    if (port > 0 && !address.empty()) return fmt::format("{}:{}", address, port);
  }
  return {};
}

std::string inside(const std::vector<Json>& services) {
  for (const Json& service : services) {
    if (json_string(service, {"spec", "clusterIP"}) == "None") continue;
    return fmt::format("{}.{}.svc:{}", json_string(service, {"metadata", "name"}),
                       json_string(service, {"metadata", "namespace"}), first_port(service, "port"));
  }
  return {};
}

}  // namespace

std::string address_among(const std::vector<Json>& ingresses, const std::vector<Json>& services,
                          const std::vector<Json>& nodes) {
  for (const std::string& found :
       {of_ingresses(ingresses), of_load_balancers(services), of_node_ports(services, nodes)}) {
    if (!found.empty()) return found;
  }
  return inside(services);
}

std::string find_address(const Context& context, kube::Client& client, const std::string& name_space) {
  const auto list = [&](const kube::ResourceType& type, const std::string& where) {
    return client.list_all(context, type, where).value_or(std::vector<Json>());
  };
  return address_among(list(kube::types::ingress(), name_space), list(kube::types::service(), name_space),
                       list(kube::types::node(), ""));
}

}  // namespace tranship::controller
