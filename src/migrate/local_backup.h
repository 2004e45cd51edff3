#pragma once
// Making a local restore point: snapshots that stay, and manifests beside them. No data leaves the cluster.

#include "migrate/local_point.h"
#include "migrate/reporter.h"

namespace tranship::migrate {

struct LocalBackupRequest {
  kube::Client& client;
  const kube::Discovery& discovery;
  app::Application application;
  std::string key;  // local_point_key()
  std::string run;
  capture::CaptureOptions capture = {};
};

struct LocalBackup {
  std::string id;
  app::RestorePoint point;
};

// All or nothing: afterwards everything is kept, or nothing is left, also when stopped. What an earlier run of the same
// key made is removed first. Fault::invalid, code "local.no-snapshots", names the claims whose driver takes none.
Result<LocalBackup> back_up_locally(const Context& context, const LocalBackupRequest& request, Reporter& reporter);

}  // namespace tranship::migrate
