#include "transform/explicit_field.h"

#include <algorithm>

namespace tranship::transform {
namespace {

// Null when there is none or it does not parse.
Json last_applied(const Json& object) {
  const Json& text =
      json_at(object, {"metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"});
  if (!text.is_string()) return {};
  auto parsed = parse_json(text.get_ref<const std::string&>());
  return parsed ? *std::move(parsed) : Json();
}

bool nobody_knows(const Json& object, const Json& applied) {
  return applied.is_null() && json_at(object, {"metadata", "managedFields"}).is_null();
}

// holds(fields of spec) for any manager that does not write a subresource such as status.
template <class Holds>
bool any_manager(const Json& object, const Holds& holds) {
  const Json& managers = json_at(object, {"metadata", "managedFields"});
  return managers.is_array() && std::ranges::any_of(managers, [&](const Json& manager) {
           return json_string(manager, {"subresource"}).empty() &&
                  holds(json_at(manager, {"fieldsV1", "f:spec"}));
         });
}

bool same_port(const Json& left, const Json& right) {
  return json_integer(left, {"port"}) == json_integer(right, {"port"}) &&
         json_string(left, {"protocol"}, "TCP") == json_string(right, {"protocol"}, "TCP");
}

}  // namespace

bool is_explicit(const Json& object, std::string_view spec_field) {
  const Json applied = last_applied(object);
  if (nobody_knows(object, applied) || !json_at(applied, {"spec", spec_field}).is_null()) return true;
  const std::string key = "f:" + std::string(spec_field);
  return any_manager(object, [&](const Json& fields) { return !json_at(fields, {key}).is_null(); });
}

bool is_explicit_node_port(const Json& service, const Json& port) {
  const Json applied = last_applied(service);
  if (nobody_knows(service, applied)) return true;
  for (const auto& other : json_at(applied, {"spec", "ports"})) {
    if (same_port(port, other) && json_integer(other, {"nodePort"}) != 0) return true;
  }
  // Items of the list are keyed by port and protocol: k:{"port":80,"protocol":"TCP"}.
  return any_manager(service, [&](const Json& fields) {
    for (const auto& [key, owned] : json_at(fields, {"f:ports"}).items()) {
      if (!key.starts_with("k:") || json_at(owned, {"f:nodePort"}).is_null()) continue;
      const auto parsed = parse_json(std::string_view(key).substr(2));
      if (parsed && same_port(port, *parsed)) return true;
    }
    return false;
  });
}

}  // namespace tranship::transform
