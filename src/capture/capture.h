#pragma once
// Takes an application's manifests out of a cluster: every namespaced kind that can be listed and created, by
// its preferred version, minus what a controller makes again; and the closure outside the namespace that it
// needs.
//
// Which instant: lists of different kinds are not of one moment, so after the first pass a second one
// compares every captured object's resourceVersion (metadata only) and what changed is listed again until a
// pass finds nothing new (at most `passes_max`). Then all objects are as they were together at any instant
// between the last two passes: settled_at. When the application changes faster than that, `settled` is false
// and a warning names what still changed. Changes of status alone do not count.

#include <string>
#include <vector>

#include "app/application.h"
#include "app/restore_point.h"
#include "kube/client.h"
#include "kube/discovery.h"

namespace tranship::capture {

struct CaptureOptions {
  int lists_max = 8;    // requests in flight
  int page_size = 500;  // objects per page
  int passes_max = 4;   // comparing passes after the first
  bool closure = true;
  bool leases = false;  // also Leases that a running process holds (leader election)
  // Kinds or objects the caller may not read become warnings instead of the error that lists all missing
  // rights.
  bool allow_missing_rights = false;
  std::vector<std::string> exclude_kinds;  // "secrets", "certificates.cert-manager.io"
};

struct Captured {
  app::Application application;
  std::string cluster;                    // the context's name
  std::string cluster_id;                 // uid of kube-system; empty when it may not be read
  std::string kubernetes_version;         // "v1.34.4"
  std::vector<Json> objects;              // the Namespace first, then by group, kind and name
  std::vector<Json> closure;              // cluster-scoped objects it needs, in the same order
  std::vector<kube::ResourceType> types;  // of every kind in objects and closure
  std::vector<std::string> images;
  std::vector<std::string> warnings;
  std::string started_at, settled_at;  // RFC 3339
  bool settled = false;
};

// Faults: auth with code "capture.rights" lists every missing verb and kind at once; conflict when the
// namespace is being deleted; others as the client gives them, with the kind.
// Fault::not_found (code "application.empty") when a selector chooses nothing.
Result<Captured> capture_manifests(const Context& context, kube::Client& client,
                                   const kube::Discovery& discovery, const app::Application& application,
                                   const CaptureOptions& options = {});

// True for kinds that capture lists: namespaced, with list and create, and neither events nor views of other
// kinds.
bool is_captured_kind(const kube::ResourceType& type);

}  // namespace tranship::capture
