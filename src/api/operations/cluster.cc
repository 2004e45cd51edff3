// What forms offer and what an application's page and a running action show beside the live objects.

#include <fmt/format.h>

#include <algorithm>

#include "api/access/application_view.h"
#include "api/access/site.h"
#include "api/operations/operations.h"
#include "api/routing/schema.h"
#include "controller/actions/address.h"
#include "controller/api/types.h"
#include "kube/exec.h"
#include "volume/mover_pod.h"

namespace tranship::api {
namespace {

constexpr const char* kDefaultClass = "storageclass.kubernetes.io/is-default-class";
constexpr int kLogLinesMax = 1000;

Json cluster_schema() {
  using schema::text, schema::boolean, schema::list, schema::object;
  const Json storage_class = object({{"name", text()}, {"provisioner", text()}, {"default", boolean()}});
  return schema::named("ClusterFacts", object({{"storageClasses", list(storage_class)}, {"namespaces", list(text())}}));
}

Json application_schema() {
  using schema::text, schema::integer, schema::boolean, schema::list, schema::object;
  return schema::named(
      "ApplicationDetail",
      object({{"address", text()},
              {"workloads", list(object({{"kind", text()},
                                         {"name", text()},
                                         {"ready", integer()},
                                         {"desired", integer()},
                                         {"images", list(text())}}))},
              {"volumes", list(object({{"name", text()},
                                       {"capacity", text()},
                                       {"storageClass", text()},
                                       {"phase", text()},
                                       {"accessModes", list(text())},
                                       {"mode", text()}}))},
              {"services", list(object({{"name", text()}, {"type", text()}, {"ports", list(text())}}))},
              {"pods", list(object({{"name", text()}, {"phase", text()}, {"ready", boolean()}, {"node", text()}}))}}));
}

// What the caller may not list is not offered: a name can be typed all the same.
std::vector<Json> listed(Call& call, const kube::ResourceType& type, const std::string& where = {}) {
  return call.caller.client->list_all(call.context, type, where).value_or(std::vector<Json>());
}

Result<net::ServerResponse> cluster(Call& call) {
  Json classes = Json::array(), namespaces = Json::array();
  for (const Json& each : listed(call, kube::types::storage_class())) {
    classes.push_back({{"name", json_string(each, {"metadata", "name"})},
                       {"provisioner", json_string(each, {"provisioner"})},
                       {"default", json_string(each, {"metadata", "annotations", kDefaultClass}) == "true"}});
  }
  for (const Json& each : listed(call, kube::types::name_space())) {
    namespaces.push_back(json_string(each, {"metadata", "name"}));
  }
  return answer_json({{"storageClasses", classes}, {"namespaces", namespaces}});
}

const Json& list_at(const Json& value, std::initializer_list<std::string_view> path) {
  static const Json kNone = Json::array();
  const Json& found = json_at(value, path);
  return found.is_array() ? found : kNone;
}

Json workload(const Json& object, const std::string& kind) {
  Json made = workload_summary(object, kind);
  made["images"] = Json::array();
  for (const Json& container : list_at(object, {"spec", "template", "spec", "containers"})) {
    made["images"].push_back(json_string(container, {"image"}));
  }
  return made;
}

Json volume(const Json& claim) {
  Json made = claim_summary(claim);
  made["accessModes"] = list_at(claim, {"spec", "accessModes"});
  made["mode"] = json_string(claim, {"spec", "volumeMode"}, "Filesystem");
  return made;
}

Json service(const Json& object) {
  Json ports = Json::array();
  for (const Json& port : list_at(object, {"spec", "ports"})) {
    const auto node = json_integer(port, {"nodePort"});
    ports.push_back(node == 0 ? fmt::format("{}", json_integer(port, {"port"}))
                              : fmt::format("{}:{}", json_integer(port, {"port"}), node));
  }
  return {{"name", json_string(object, {"metadata", "name"})},
          {"type", json_string(object, {"spec", "type"}, "ClusterIP")},
          {"ports", ports}};
}

Json pod(const Json& object) {
  const Json& containers = list_at(object, {"status", "containerStatuses"});
  const bool ready = !containers.empty() &&
                     std::ranges::all_of(containers, [](const Json& each) { return json_bool(each, {"ready"}); });
  return {{"name", json_string(object, {"metadata", "name"})},
          {"phase", json_string(object, {"status", "phase"})},
          {"ready", ready},
          {"node", json_string(object, {"spec", "nodeName"})}};
}

Result<net::ServerResponse> application(Call& call) {
  namespace types = kube::types;
  const std::string& where = call.path.at("namespace");
  Json workloads = Json::array(), volumes = Json::array(), services = Json::array(), pods = Json::array();
  for (const auto* type : {&types::deployment(), &types::stateful_set(), &types::daemon_set()}) {
    for (const Json& each : listed(call, *type, where)) workloads.push_back(workload(each, type->kind));
  }
  for (const Json& each : listed(call, types::persistent_volume_claim(), where)) volumes.push_back(volume(each));
  for (const Json& each : listed(call, types::service(), where)) services.push_back(service(each));
  for (const Json& each : listed(call, types::pod(), where)) pods.push_back(pod(each));
  return answer_json({{"address", controller::find_address(call.context, *call.caller.client, where)},
                      {"workloads", workloads},
                      {"volumes", volumes},
                      {"services", services},
                      {"pods", pods}});
}

// Where an action's movers are: in the application's namespace, or in the one it is restored to.
std::string namespace_of_movers(const Json& action) {
  for (const Json* place :
       {&json_at(action, {"spec", "application", "namespace"}), &json_at(action, {"status", "targetNamespace"}),
        &json_at(action, {"spec", "targetNamespace"}), &json_at(action, {"spec", "restorePoint", "namespace"})}) {
    if (place->is_string() && !place->get_ref<const std::string&>().empty()) return *place;
  }
  return json_string(action, {"metadata", "namespace"});
}

// The logs of the movers that are there, with the caller's own rights on pods and their logs.
Result<net::ServerResponse> mover_log(Call& call, const kube::ResourceType& type) {
  kube::Client& client = *call.caller.client;
  const auto action = TRY(client.get(call.context, type, call.path.at("namespace"), call.path.at("name")));
  Json lines = Json::array();
  const std::string run = json_string(action, {"status", "run"});
  if (run.empty()) return answer_json({{"lines", lines}});
  const std::string where = namespace_of_movers(action);
  const kube::ListOptions movers{.label_selector =
                                     fmt::format("{}={},{}=mover", volume::kRunLabel, run, volume::kRoleLabel)};
  for (const Json& each : TRY(client.list_all(call.context, kube::types::pod(), where, movers))) {
    const std::string name = json_string(each, {"metadata", "name"});
    const kube::LogOptions options{.tail_lines = kLogLinesMax, .timestamps = true};
    const auto read = kube::read_log(call.context, client, where, name, options, [&](std::string_view line) {
      lines.push_back(name + " " + std::string(line));
      return lines.size() < 4 * static_cast<std::size_t>(kLogLinesMax);
    });
    // One that has not begun yet has no log.
    if (!read && read.error().fault() == Fault::auth) return fail(read.error());
  }
  return answer_json({{"lines", lines}});
}

}  // namespace

std::vector<Operation> cluster_operations(const Site&) {
  std::vector<Operation> all;
  all.push_back({.method = "GET",
                 .path = "/cluster",
                 .name = "getCluster",
                 .summary = "What forms offer: StorageClasses and namespaces.",
                 .answer = cluster_schema(),
                 .run = cluster});
  all.push_back({.method = "GET",
                 .path = "/applications/{namespace}",
                 .name = "getApplication",
                 .summary = "What an application consists of.",
                 .answer = application_schema(),
                 .run = application});
  namespace kinds = controller::api;
  for (const auto* type :
       {&kinds::Backup::type(), &kinds::Export::type(), &kinds::Import::type(), &kinds::Restore::type()}) {
    all.push_back({.method = "GET",
                   .path = "/namespaces/{namespace}/" + type->plural + "/{name}/log",
                   .name = "get" + type->kind + "Log",
                   .summary = "What the movers of a running action write.",
                   .answer = schema::named("MoverLog", schema::object({{"lines", schema::list(schema::text())}})),
                   .run = [type](Call& call) { return mover_log(call, *type); }});
  }
  return all;
}

}  // namespace tranship::api
