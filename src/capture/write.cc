#include "capture/write.h"

namespace tranship::capture {
namespace {

// Indented: `restic dump` of a manifest is meant for people's eyes too.
std::string file_text(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

app::RestorePoint describe(const Captured& captured) {
  app::RestorePoint point;
  point.application = captured.application.name;
  point.name_space = captured.application.name_space;
  point.selector = captured.application.selector;
  point.cluster = captured.cluster;
  point.cluster_id = captured.cluster_id;
  point.kubernetes_version = captured.kubernetes_version;
  point.started_at = captured.started_at;
  point.images = captured.images;
  point.types = captured.types;
  point.warnings = captured.warnings;
  for (const auto& object : captured.closure) point.closure.push_back(kube::ObjectReference::of(object));
  return point;
}

void write_captured(const Captured& captured, const app::RestorePoint& point, repo::VirtualDirectory& root) {
  root.add_file(kRestorePointFile, file_text(app::to_json(point)));
  for (const auto* list : {&captured.objects, &captured.closure}) {
    for (const auto& object : *list) {
      root.add_file(resource_path(kube::ObjectReference::of(object)), file_text(object));
    }
  }
}

}  // namespace tranship::capture
