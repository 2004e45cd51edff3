#pragma once
// Which namespaces a policy is about.

#include <map>
#include <string>
#include <vector>

#include "controller/api/types.h"
#include "kube/client.h"

namespace tranship::controller {

struct Namespace {
  std::string name;
  std::map<std::string, std::string> labels;
};

// Those of the cluster, without those that are being deleted.
Result<std::vector<Namespace>> list_namespaces(const Context& context, kube::Client& client);

// Which namespaces a policy of the system namespace is about, by name. Without names and selector all but Kubernetes'
// own (kube-...) and the system namespace. Pure.
std::vector<std::string> chosen_namespaces(const api::PolicyApplications& applications,
                                           const std::vector<Namespace>& namespaces,
                                           const std::string& system_namespace);

}  // namespace tranship::controller
