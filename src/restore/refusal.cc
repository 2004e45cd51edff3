#include "restore/refusal.h"

#include <fmt/format.h>

#include <array>
#include <initializer_list>
#include <string_view>

namespace tranship::restore {
namespace {

bool says(const Error& refusal, std::initializer_list<std::string_view> words) {
  for (const auto word : words) {
    if (refusal.what().find(word) == std::string::npos) return false;
  }
  return true;
}

struct Advice {
  std::string_view words;
  std::string_view fix;
};

constexpr std::array kAdvice = {
    Advice{"violates PodSecurity",
           "Let the namespace admit these pods (kubectl label --overwrite namespace NAME "
           "pod-security.kubernetes.io/enforce=LEVEL), or restore into another one: --namespace NAME"},
    Advice{"exceeded quota",
           "Raise the namespace's ResourceQuota, or restore into another namespace: --namespace NAME"},
    Advice{"failed quota",
           "The namespace's ResourceQuota wants requests and limits of every container: add a LimitRange with "
           "defaults, or restore into another namespace: --namespace NAME"},
    Advice{"usage per", "Widen the namespace's LimitRange, or restore into another namespace: --namespace NAME"},
    Advice{"no PriorityClass", "Bring it along: --carry PriorityClass; or make a class of that name on the target"},
    Advice{"RuntimeClass", "Bring it along: --carry RuntimeClass; or make a class of that name on the target"},
    Advice{"admission webhook", "Ask who runs that webhook on the target, or change the object so that it is admitted"},
    Advice{"ValidatingAdmissionPolicy",
           "Ask who set that policy on the target, or change the object so that it is admitted"},
};

}  // namespace

bool passes(const Error& refusal) {
  if (is_invalid(refusal)) return false;
  if (refusal.fault() == Fault::retryable || refusal.fault() == Fault::not_found) return true;
  // Someone else (a controller of the target) made it between the server's look and its write.
  if (refusal.code() == "kube.AlreadyExists") return true;
  if (refusal.fault() != Fault::auth) return false;
  return says(refusal, {"serviceaccount", "not found"}) || says(refusal, {"no PriorityClass with name"}) ||
         says(refusal, {"RuntimeClass", "not found"}) || says(refusal, {"status unknown for quota"}) ||
         says(refusal, {"not yet ready to handle request"});
}

// A list with two items of one key is answered with 500 and no reason, although trying again never helps.
bool is_invalid(const Error& refusal) {
  return refusal.fault() == Fault::invalid || says(refusal, {"failed to create typed patch object"});
}

std::string fix_for(const Error& refusal) {
  if (!refusal.fix().empty()) return refusal.fix();
  for (const Advice& advice : kAdvice) {
    if (says(refusal, {advice.words})) return std::string(advice.fix);
  }
  return {};
}

std::string drop_refused_node_ports(Json& service, const Error& refusal) {
  const bool taken = says(refusal, {"provided port is already allocated"});
  if (!taken && !says(refusal, {"provided port is not in the valid range"})) return {};
  if (json_string(service, {"kind"}) != "Service" || !json_at(service, {"spec"}).is_object()) return {};
  Json& spec = service["spec"];
  std::string numbers;
  const auto drop = [&](Json& holder, const char* field) {
    const auto number = json_integer(holder, {field});
    if (number == 0 || !says(refusal, {fmt::format("Invalid value: {}: provided port", number)})) return;
    holder.erase(field);
    numbers += (numbers.empty() ? "" : ", ") + std::to_string(number);
  };
  if (json_at(spec, {"ports"}).is_array()) {
    for (Json& port : spec["ports"]) drop(port, "nodePort");
  }
  drop(spec, "healthCheckNodePort");
  if (numbers.empty()) return {};
  return fmt::format("node port {} {}; the target chooses another", numbers,
                     taken ? "is taken on the target" : "is outside the target's range");
}

}  // namespace tranship::restore
