#pragma once
// Applications as the pages list them, made of what watches tell about namespaces and what is in them. Keeps no more of
// an object than that takes. Not thread-safe.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "kube/watch.h"

namespace tranship::api {

// Of a Deployment, StatefulSet or DaemonSet: kind, name, pods that are ready and that are desired.
Json workload_summary(const Json& object, const std::string& kind);
// Of a PersistentVolumeClaim: name, storageClass, capacity (what is asked for while it is unbound), phase.
Json claim_summary(const Json& object);

class ApplicationView {
 public:
  // What has to be watched for it.
  static std::vector<kube::ResourceType> sources();

  // `only`: of this namespace alone, which cannot be watched itself; empty: of all namespaces.
  ApplicationView(std::string only, std::string system_namespace);

  // An object of one of the sources that is there or (`gone`) is not any more. Adds the namespaces whose application
  // looks different now to `changed`.
  void take(const kube::ResourceType& type, const Json& object, bool gone, std::set<std::string>& changed);
  // All objects of one of the sources.
  void replace(const kube::ResourceType& type, const std::vector<Json>& objects, std::set<std::string>& changed);

  // Null when there is no such namespace.
  Json application(const std::string& name_space) const;
  std::vector<Json> all() const;

 private:
  using Summaries = std::map<std::string, Json>;  // by name
  static Json summary(const kube::ResourceType& type, const Json& object);
  std::vector<Json> of_kind(const std::string& kind, const std::string& name_space) const;

  const std::string only_, system_namespace_;
  // Kind, namespace (empty for those without), name.
  std::map<std::string, std::map<std::string, Summaries>> kept_;
};

}  // namespace tranship::api
