#pragma once
// Makes captured manifests fit for another place: what the source's server or controllers filled in goes,
// references to the namespace follow a rename, storage classes are mapped. Pure: asks no server, changes
// nothing by guess; what it cannot decide is a note. Facts per kind: src/transform/README.md.

#include <map>
#include <string>
#include <vector>

#include "kube/resource.h"

namespace tranship::transform {

struct PrepareOptions {
  std::string source_namespace;
  std::string target_namespace;                        // empty: the source's
  std::map<std::string, std::string> storage_classes;  // old -> new; classes not named stay
  // Kinds as captured (RestorePoint::types): tells which custom kinds keep status in the object itself.
  std::vector<kube::ResourceType> types;
  bool keep_automatic_node_ports = false;  // also those the source's server chose
  bool drop_node_ports = false;            // also those the manifest's author chose
  // Those of operators; Kubernetes sets its own again. An operator that is not there would block deletion for ever.
  bool keep_finalizers = false;
  bool keep_finished_jobs = false;         // a Job that ran would run again
};

// Something a person should know; nothing was changed because of it unless the text says so. Never holds
// values of Secrets.
struct Note {
  std::string code;              // stable: "namespace-reference", "node-port-dropped" ...; list in README.md
  kube::ObjectReference object;  // as captured
  std::string path;              // JSON pointer inside the object; empty: the whole object
  std::string text;
};

struct PreparedObject {
  Json object;  // ready for apply: apiVersion, kind, metadata, the rest; no uid, no owners, no status
  kube::ObjectReference source;  // as captured
  std::string source_uid;        // owner references of others point at it
  Json owners = Json::array();   // metadata.ownerReferences as captured
  Json status;                   // of custom kinds with a status subresource; null otherwise
};

struct SkippedObject {
  kube::ObjectReference object;
  std::string code;    // "recorded-only", "finished-job", "made-by-server"
  std::string reason;  // for people
};

struct Preparation {
  std::vector<PreparedObject> objects;  // in the order given
  std::vector<SkippedObject> skipped;
  std::vector<Note> notes;
};

// Fault::invalid names the object that has no apiVersion, kind or name.
Result<Preparation> prepare_for_target(const std::vector<Json>& objects, const PrepareOptions& options);

// "view" -> "view-shop-replica": for a cluster-scoped object whose name the target uses with other content.
// References to it (role references of bindings among `objects`) follow.
void rename_cluster_object(std::vector<PreparedObject>& objects, const kube::ObjectReference& source,
                           const std::string& new_name);

}  // namespace tranship::transform
