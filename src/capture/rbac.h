#pragma once
// The least rights for capture, backup and restore: as a ClusterRole to hand to an administrator, and as a
// check of what the caller lacks before anything starts.

#include <set>
#include <string>
#include <vector>

#include "kube/client.h"
#include "kube/discovery.h"

namespace tranship::capture {

struct Right {
  std::string verb;
  std::string group;
  std::string resource;     // plural
  std::string subresource;  // empty: the object itself
  std::string name_space;   // empty: cluster scoped, or all namespaces
  auto operator<=>(const Right&) const = default;
  // "list secrets in namespace shop", "create pods/exec in namespace shop", "list
  // clusterroles.rbac.authorization.k8s.io"
  std::string to_string() const;
};

// Reading the manifests of a namespace and its closure.
std::vector<Right> capture_rights(const kube::Discovery& discovery, const std::string& name_space);
// Beside those: snapshots, clones, mover pods, quiesce.
std::vector<Right> backup_rights(const kube::Discovery& discovery, const std::string& name_space);
// Writing every kind of `types` into a namespace, with volumes and their movers. Roles need escalate and
// bind, else the API server refuses a Role that grants what the caller does not have.
std::vector<Right> restore_rights(const std::vector<kube::ResourceType>& types,
                                  const std::string& name_space);

// What of the captured kinds a restore writes: those inside of namespaces, and outside those that it was asked to carry
// (kinds, or "*": all but PersistentVolumes, which provisioners make).
std::vector<kube::ResourceType> written_types(const std::vector<kube::ResourceType>& captured,
                                              const std::set<std::string>& carry);

// One ClusterRole with the rights, rules joined per group and verbs; namespaces are left to the binding.
Json cluster_role(const std::string& name, const std::vector<Right>& rights);

// Those of `rights` the caller does not have: one SelfSubjectRulesReview, then a SelfSubjectAccessReview for
// each right that it did not show. At most `requests_max` requests in flight.
Result<std::vector<Right>> missing_rights(const Context& context, kube::Client& client,
                                          const std::vector<Right>& rights, int requests_max = 8);

// Fault::auth, code "capture.rights": one paragraph that lists them, kinds joined per verb, and the fix.
Error missing_rights_error(const std::vector<Right>& missing, const std::string& cluster);

}  // namespace tranship::capture
