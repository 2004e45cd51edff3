// What is in a restore point: manifests, and the files of its volumes.

#include <fmt/format.h>

#include <algorithm>

#include "api/access/site.h"
#include "api/operations/opened_points.h"
#include "api/operations/operations.h"
#include "api/operations/tar_stream.h"
#include "api/operations/typed_location.h"
#include "api/routing/schema.h"
#include "base/units.h"
#include "base/yaml.h"
#include "capture/read.h"
#include "controller/actions/repository_access.h"
#include "migrate/backup.h"
#include "repo/read/load_tree.h"

namespace tranship::api {
namespace {

namespace kinds = controller::api;
constexpr std::size_t kEntriesMax = 5000;
constexpr std::size_t kManifestBytesMax = 8u << 20;

class Content {
 public:
  explicit Content(const Site& site) : site_(site) {}

  Result<std::shared_ptr<OpenedPoint>> open(Call& call) {
    const std::string& where = call.path.at("namespace");
    const auto object =
        TRY(call.caller.client->get(call.context, kinds::RestorePoint::type(), where, call.path.at("name")));
    const auto view = TRY(kinds::from_json<kinds::RestorePoint>(object));
    const std::string key = fmt::format("{}|{}|{}|{}", site_.own_client ? "" : call.caller.user, view.metadata.uid,
                                        view.metadata.resource_version, view.spec.id);
    return opened_.get(key, [&] { return open(call, view); });
  }

 private:
  Result<OpenedPoint> open(Call& call, const kinds::RestorePoint& view) {
    kube::Client& client = site_.client_for(call.caller);
    const controller::RepositoryDoor door(client, site_.system_namespace, locations_of(call, client));
    OpenedPoint point;
    const auto location = TRY(controller::location_of(door, view));
    point.opened = TRY(controller::open_restore_point(call.context, door, view, location));
    repo::Repository& repository = *point.opened.repository;
    point.snapshot = TRY(migrate::find_restore_point(call.context, repository, view.spec.id));
    TRY(repository.load_index(call.context));
    point.point = TRY(capture::read_restore_point(call.context, repository, point.snapshot));
    TRY(controller::check_source(call.context, door, view.metadata.name_space, view, point.point));
    return point;
  }

  const Site& site_;
  OpenedPoints opened_;
};

// Their length tells whether a value is there and the same, and no more.
Json without_secrets(Json object) {
  if (json_string(object, {"kind"}) != "Secret") return object;
  for (const char* part : {"data", "stringData"}) {
    if (!object.contains(part) || !object[part].is_object()) continue;
    for (auto& [name, value] : object[part].items()) {
      value = fmt::format("({} bytes)", value.is_string() ? value.get_ref<const std::string&>().size() : 0);
    }
  }
  json_erase(object, {"metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"});
  return object;
}

std::string joined(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "/" + name;
}

// Every manifest below a folder of /resources: group / kind / namespace / name.json.
Result<void> list_manifests(Call& call, repo::Repository& repository, const Id& tree, const std::string& path,
                            std::size_t depth, Json& items) {
  for (const repo::Node& node : TRY(repo::load_tree(call.context, repository, tree))) {
    const std::string here = joined(path, node.name);
    if (node.type == repo::NodeType::directory && depth < 4) {
      TRY(list_manifests(call, repository, node.subtree, here, depth + 1, items));
    } else if (node.type == repo::NodeType::file && items.size() < 10 * kEntriesMax) {
      items.push_back({{"path", here}, {"bytes", node.size}});
    }
  }
  return {};
}

void name_parts(Json& item) {
  const std::string path = item["path"];
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= path.size();) {
    const auto end = std::min(path.find('/', from), path.size());
    parts.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  const auto part = [&](std::size_t index) { return index < parts.size() ? parts[index] : std::string(); };
  std::string name = part(4);
  if (name.ends_with(".json")) name.resize(name.size() - 5);
  item["group"] = part(1) == "core" ? "" : part(1);
  item["kind"] = part(2);
  item["namespace"] = part(3) == "_cluster" ? "" : part(3);
  item["name"] = name;
}

Result<net::ServerResponse> manifests(Call& call, Content& content) {
  const auto point = TRY(content.open(call));
  repo::Repository& repository = *point->opened.repository;
  const auto root = TRY(repo::find_node(call.context, repository, point->snapshot.tree, "resources"));
  Json items = Json::array();
  TRY(list_manifests(call, repository, root.subtree, "resources", 1, items));
  for (Json& item : items) name_parts(item);
  return answer_json({{"items", items}});
}

Result<net::ServerResponse> manifest(Call& call, Content& content) {
  const auto point = TRY(content.open(call));
  repo::Repository& repository = *point->opened.repository;
  const std::string path = call.in_query("path");
  if (!path.starts_with("resources/")) {
    return fail(Error(Fault::invalid, "the path is that of no manifest").with_code("api.invalid"));
  }
  const auto node = TRY(repo::find_node(call.context, repository, point->snapshot.tree, path));
  const auto text = TRY(repo::load_file(call.context, repository, node, kManifestBytesMax));
  const Json shown = without_secrets(TRY(parse_json(text)));
  return net::ServerResponse{.content_type = "text/yaml; charset=utf-8", .body = to_yaml(shown)};
}

// Where a volume's path is in the snapshot. Claims' names and paths are pieces of one, never of two.
Result<repo::Node> find_in_volume(Call& call, OpenedPoint& point) {
  const std::string volume = call.in_query("volume");
  std::string path = call.in_query("path");
  while (path.ends_with('/')) path.pop_back();
  while (path.starts_with('/')) path.erase(0, 1);
  if (volume.empty() || volume.find('/') != std::string::npos) {
    return fail(Error(Fault::invalid, "the parameter volume names no claim").with_code("api.invalid"));
  }
  repo::Repository& repository = *point.opened.repository;
  const std::string root = "volumes/" + volume;
  auto found = repo::find_node(call.context, repository, point.snapshot.tree, joined(root, path));
  if (!found && found.error().fault() == Fault::not_found && path.empty()) {
    return repo::find_node(call.context, repository, point.snapshot.tree, root + ".raw");
  }
  return found;
}

const char* type_name(repo::NodeType type) {
  switch (type) {
    case repo::NodeType::file:
      return "file";
    case repo::NodeType::directory:
      return "directory";
    case repo::NodeType::symlink:
      return "link";
    default:
      return "other";
  }
}

Json entry(const repo::Node& node) {
  Json value{
      {"name", node.name},
      {"type", type_name(node.type)},
      {"bytes", node.size},
      {"mode", fmt::format("{:04o}", node.mode)},
      {"modifiedAt", format_time(std::chrono::system_clock::time_point(std::chrono::nanoseconds(node.mtime_ns)))}};
  if (node.type == repo::NodeType::symlink) value["target"] = node.link_target;
  return value;
}

Result<net::ServerResponse> files(Call& call, Content& content) {
  const auto point = TRY(content.open(call));
  const auto node = TRY(find_in_volume(call, *point));
  Json entries = Json::array();
  bool truncated = false;
  if (node.type == repo::NodeType::directory) {
    for (const auto& each : TRY(repo::load_tree(call.context, *point->opened.repository, node.subtree))) {
      truncated = entries.size() == kEntriesMax;
      if (truncated) break;
      entries.push_back(entry(each));
    }
  } else {
    entries.push_back(entry(node));
  }
  return answer_json({{"entries", entries}, {"truncated", truncated}});
}

// A header's value holds no bytes that end it.
std::string plain_name(std::string name) {
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || static_cast<unsigned char>(c) > 0x7e) c = '_';
  }
  return name;
}

Result<net::ServerResponse> download(Call& call, Content& content, const Context& context) {
  auto point = TRY(content.open(call));
  auto node = TRY(find_in_volume(call, *point));
  const bool folder = node.type == repo::NodeType::directory;
  if (!folder && node.type != repo::NodeType::file) {
    return fail(Error(Fault::invalid, "only files and folders can be downloaded").with_code("api.invalid"));
  }
  std::string name =
      call.in_query("path").find_first_not_of('/') == std::string::npos ? call.in_query("volume") : node.name;
  name = plain_name(name) + (folder ? ".tar" : "");
  net::ServerResponse response{.content_type = "application/octet-stream"};
  response.headers = {{"Content-Disposition", fmt::format("attachment; filename=\"{}\"", name)}};
  response.stream = [context, point = std::move(point), node = std::move(node),
                     folder](const std::shared_ptr<net::ServerStream>& stream) {
    const auto sent = folder ? send_tar(context, *point->opened.repository, node, *stream)
                             : send_file(context, *point->opened.repository, node, *stream);
    // Without its end the client sees that it was cut off.
    if (sent)
      stream->finish();
    else
      stream->abort();
  };
  return response;
}

Json manifests_schema() {
  using schema::text, schema::integer, schema::list, schema::object;
  const Json manifest = object({{"path", text()},
                                {"group", text()},
                                {"kind", text()},
                                {"namespace", text()},
                                {"name", text()},
                                {"bytes", integer()}});
  return object({{"items", list(schema::named("Manifest", manifest))}});
}

Json files_schema() {
  using schema::text, schema::one_of, schema::integer, schema::boolean, schema::time, schema::list, schema::object;
  const Json entry = object({{"name", text()},
                             {"type", one_of({"file", "directory", "link", "other"})},
                             {"bytes", integer()},
                             {"mode", text()},
                             {"modifiedAt", time()},
                             {"target?", text()}});
  return schema::named("Folder",
                       object({{"entries", list(schema::named("FileEntry", entry))}, {"truncated", boolean()}}));
}

}  // namespace

std::vector<Operation> content_operations(const Site& site) {
  const std::string root = "/namespaces/{namespace}/restorepoints/{name}";
  const std::vector<Right> rights = {{"get", "restorepoints", "content"}};
  const Parameter volume{"volume", schema::text(253), true}, path{"path", schema::text(), false};
  const auto content = std::make_shared<Content>(site);
  using Run = Result<net::ServerResponse> (*)(Call&, Content&);
  const auto with = [&](Run run) { return [run, content](Call& call) { return run(call, *content); }; };
  std::vector<Operation> all;
  all.push_back({.method = "GET",
                 .path = root + "/manifests",
                 .name = "listManifests",
                 .summary = "The manifests in a restore point.",
                 .answer = manifests_schema(),
                 .rights = rights,
                 .run = with(manifests)});
  all.push_back({.method = "GET",
                 .path = root + "/manifest",
                 .name = "getManifest",
                 .summary = "One manifest as YAML; of Secrets the values' lengths only.",
                 .query = {{"path", schema::text(), true}},
                 .content_type = "text/yaml",
                 .rights = rights,
                 .run = with(manifest)});
  all.push_back({.method = "GET",
                 .path = root + "/files",
                 .name = "listFiles",
                 .summary = "A folder of a volume.",
                 .query = {volume, path},
                 .answer = files_schema(),
                 .rights = rights,
                 .run = with(files)});
  all.push_back({.method = "GET",
                 .path = root + "/download",
                 .name = "download",
                 .summary = "A file of a volume, or a folder as a tar archive.",
                 .query = {volume, path},
                 .content_type = "application/octet-stream",
                 .rights = rights,
                 .run = [content, &site](Call& call) { return download(call, *content, site.context); }});
  return all;
}

}  // namespace tranship::api
