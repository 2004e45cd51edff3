#include "capture/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "app/references.h"
#include "base/parallel.h"
#include "capture/write.h"
#include "repo/read/load_tree.h"

namespace tranship::capture {
namespace {

// Requests in flight to the store: manifests are many small blobs.
constexpr int kReadsMax = 16;
constexpr std::size_t kManifestBytesMax = 64u << 20;

struct ManifestFile {
  std::string path;
  repo::Node node;
};

// Files below `tree`, `levels` directories deep: resources/GROUP/KIND/NAMESPACE/NAME.json.
Result<void> collect_files(const Context& context, repo::Repository& repository, const Id& tree,
                           const std::string& path, int levels, std::vector<ManifestFile>& files) {
  for (auto& node : TRY_IN("reading " + path, repo::load_tree(context, repository, tree))) {
    const std::string at = path + "/" + node.name;
    if (levels > 0 && node.type == repo::NodeType::directory) {
      TRY(collect_files(context, repository, node.subtree, at, levels - 1, files));
    } else if (levels == 0 && node.type == repo::NodeType::file && node.name.ends_with(".json")) {
      files.push_back({at, std::move(node)});
    } else {
      return fail(Fault::corrupt, at + " is not where a manifest can be");
    }
  }
  return {};
}

Result<Json> read_manifest(const Context& context, repo::Repository& repository, const ManifestFile& file) {
  const auto text =
      TRY_IN("reading " + file.path, repo::load_file(context, repository, file.node, kManifestBytesMax));
  Json object = TRY_IN("reading " + file.path, parse_json(text));
  if (!object.is_object()) return fail(Fault::corrupt, file.path + " holds no object");
  // The object says what it is; the path must say the same, else somebody moved or changed it.
  if (resource_path(kube::ObjectReference::of(object)) != file.path) {
    return fail(Fault::corrupt,
                file.path + " holds another object: " + kube::ObjectReference::of(object).to_string());
  }
  return object;
}

Result<std::map<std::string, repo::Node>> find_volumes(const Context& context, repo::Repository& repository,
                                                       const Id& root, const app::RestorePoint& point) {
  std::map<std::string, repo::Node> volumes;
  for (const auto& volume : point.volumes) {
    const std::string path = volume_path(volume.claim, volume.block);
    auto node = TRY_IN("volume " + volume.claim, repo::find_node(context, repository, root, path));
    const auto wanted = volume.block ? repo::NodeType::file : repo::NodeType::directory;
    if (node.type != wanted) {
      return fail(Fault::corrupt, path + " is not a " + (volume.block ? "file" : "directory"));
    }
    volumes.emplace(volume.claim, std::move(node));
  }
  return volumes;
}

Error foreign(const app::RestorePoint& point, const Json& object) {
  return Error(Fault::corrupt, fmt::format("it is of namespace {} and holds {}", point.name_space,
                                           kube::ObjectReference::of(object).to_string()))
      .with_code("restore-point.foreign")
      .with_fix("Tranship never writes such a restore point: somebody else made or changed it. Take another one");
}

// The Namespace goes first, the rest by group, kind and name. Whatever lies outside of the namespace is closure, and
// written only when it is asked for: not because a restore point, which may be of anybody's making, says so.
Result<void> sort_objects(std::vector<Json> objects, StoredRestorePoint& stored) {
  std::ranges::sort(objects, {}, [](const Json& object) { return app::ObjectKey::of(object); });
  auto& captured = stored.captured;
  for (auto& object : objects) {
    const auto key = app::ObjectKey::of(object);
    const bool is_namespace = key.group.empty() && key.kind == "Namespace";
    const std::string& of = stored.point.name_space;
    const bool accepted = is_namespace ? key.name_space.empty() && key.name == of
                                       : key.name_space.empty() || key.name_space == of;
    if (!accepted) return fail(foreign(stored.point, object));
    if (is_namespace) {
      captured.application.namespace_object = object;
      captured.objects.insert(captured.objects.begin(), std::move(object));
    } else if (key.name_space.empty()) {
      captured.closure.push_back(std::move(object));
    } else {
      captured.objects.push_back(std::move(object));
    }
  }
  return {};
}

void copy_description(StoredRestorePoint& stored) {
  const auto& point = stored.point;
  auto& captured = stored.captured;
  captured.application.name = point.application;
  captured.application.name_space = point.name_space;
  captured.application.selector = point.selector;
  captured.cluster = point.cluster;
  captured.cluster_id = point.cluster_id;
  captured.kubernetes_version = point.kubernetes_version;
  captured.types = point.types;
  captured.images = point.images;
  captured.warnings = point.warnings;
  captured.started_at = point.started_at;
}

}  // namespace

Result<app::RestorePoint> read_restore_point(const Context& context, repo::Repository& repository,
                                             const repo::Snapshot& snapshot) {
  const std::string doing = "restore point " + snapshot.id.brief();
  const auto node = repo::find_node(context, repository, snapshot.tree, kRestorePointFile);
  if (!node && node.error().fault() == Fault::not_found) {
    return fail(
        Error(Fault::not_found,
              "snapshot " + snapshot.id.brief() + " is not a restore point of an application")
            .with_fix("It was written by restic or by tranship repository backup; read it with tranship "
                      "repository restore")
            .with_code("restore-point.none"));
  }
  if (!node) return fail(Error(node.error()).in(doing));
  const auto text = TRY_IN(doing, repo::load_file(context, repository, *node, kManifestBytesMax));
  return TRY_IN(doing, app::restore_point_from_json(TRY_IN(doing, parse_json(text))));
}

Result<StoredRestorePoint> read_captured(const Context& context, repo::Repository& repository,
                                         const repo::Snapshot& snapshot) {
  auto point = TRY(read_restore_point(context, repository, snapshot));
  const std::string doing = "restore point " + snapshot.id.brief();
  const auto resources = TRY_IN(doing, repo::find_node(context, repository, snapshot.tree, "resources"));
  std::vector<ManifestFile> files;
  TRY_IN(doing, collect_files(context, repository, resources.subtree, "resources", 3, files));
  std::vector<Json> objects(files.size());
  TRY_IN(doing, try_parallel_for(context, files.size(), kReadsMax, [&](std::size_t index) -> Result<void> {
           objects[index] = TRY(read_manifest(context, repository, files[index]));
           return {};
         }));
  auto stored = TRY_IN(doing, put_together(std::move(point), std::move(objects)));
  stored.volumes = TRY_IN(doing, find_volumes(context, repository, snapshot.tree, stored.point));
  return stored;
}

Result<StoredRestorePoint> put_together(app::RestorePoint point, std::vector<Json> objects) {
  StoredRestorePoint stored;
  stored.point = std::move(point);
  copy_description(stored);
  TRY(sort_objects(std::move(objects), stored));
  return stored;
}

}  // namespace tranship::capture
