#pragma once
// Captured manifests as files of a snapshot. Layout and escapes: docs/format/restore-point.md.

#include <string>

#include "capture/capture.h"
#include "repo/write/virtual_directory.h"

namespace tranship::capture {

inline constexpr std::string_view kRestorePointFile = "restore-point.json";

// "resources/apps/Deployment/shop/web.json".
std::string resource_path(const kube::ObjectReference& object);
// "volumes/data" (a directory) or "volumes/data.raw" (a file, block volumes).
std::string volume_path(const std::string& claim, bool block);
// One path component from any name; unescape_component gives it back, unless it had to be shortened.
std::string escape_component(const std::string& name);
// Fault::corrupt for what escape_component never gives.
Result<std::string> unescape_component(const std::string& component);

// What capture knows of the restore point; volumes, finished_at and further warnings are the caller's to add.
app::RestorePoint describe(const Captured& captured);

// Adds every object and /restore-point.json. Movers' trees are put beside with add_node(volume_path(...)).
void write_captured(const Captured& captured, const app::RestorePoint& point, repo::VirtualDirectory& root);

}  // namespace tranship::capture
