// From src/app up: movers' tasks and lines, what is read back from a restore point, locations' catalogs, manifests and
// the command line.

#include <filesystem>

#include "app/pod_spec.h"
#include "app/references.h"
#include "app/restore_point.h"
#include "base/file.h"
#include "base/yaml.h"
#include "capture/filter.h"
#include "capture/read.h"
#include "capture/write.h"
#include "cli/parse.h"
#include "kube/discovery.h"
#include "kube/discovery_parse.h"
#include "migrate/location_catalog.h"
#include "mover/task.h"
#include "repo/testing/memory_store.h"
#include "repo/write/writer.h"
#include "restore/convert.h"
#include "restore/node_fit.h"
#include "restore/order.h"
#include "restore/pod_reason.h"
#include "target.h"
#include "transform/diff.h"
#include "transform/prepare.h"
#include "volume/trouble.h"

namespace tranship::fuzz {
namespace {

void mover_task(ByteView input) {
  const auto value = parse_json(as_text(input));
  if (!value) return;
  const auto task = mover::task_from_json(*value);
  if (!accepted(task)) return;
  require(task->path.starts_with('/'), "a volume's path is absolute");
  require(task->compression_level >= 0 && task->threads >= 0 && task->threads <= 64, "numbers keep their limits");
  const std::string text = to_text(to_json(*task));
  const auto again = mover::task_from_json(*parse_json(text));
  require(again && to_text(to_json(*again)) == text, "a task written again is the same");
}

void mover_line(ByteView input) {
  const auto value = parse_json(as_text(input));
  if (!value) return;
  if (const auto line = mover::progress_from_json(*value); accepted(line)) {
    const std::string text = to_text(mover::to_json(*line));
    require(to_text(mover::to_json(*mover::progress_from_json(*parse_json(text)))) == text,
            "progress written again is the same");
  }
  if (const auto line = mover::result_from_json(*value); accepted(line)) {
    if (line->error) require_error(*line->error);
    const std::string text = to_text(mover::to_json(*line));
    const auto again = mover::result_from_json(*parse_json(text));
    require(again.has_value(), "a written result is a result");
    require(line->unreadable.size() > mover::kPathsMax || line->changed_while_read.size() > mover::kPathsMax ||
                line->failed.size() > mover::kPathsMax || to_text(to_json(*again)) == text,
            "a result written again is the same");
  }
}

void restore_point(ByteView input) {
  const auto value = parse_json(as_text(input));
  if (!value) return;
  const auto point = app::restore_point_from_json(*value);
  if (!accepted(point)) return;
  const std::string text = to_text(app::to_json(*point));
  const auto again = app::restore_point_from_json(*parse_json(text));
  require(again.has_value(), "a written restore point is one");
  require(to_text(app::to_json(*again)) == text, "a restore point written again is the same");
}

crypto::SealKey fixed_key() {
  crypto::SealKey key;
  key.encrypt.fill(1);
  key.mac_k.fill(2);
  key.mac_r.fill(3);
  return key;
}

// {"/path": content ...}: the files of a snapshot; a text is the file's bytes, anything else its JSON.
void stored_restore_point(ByteView input) {
  const auto files = parse_json(as_text(input));
  if (!files || !files->is_object() || files->size() > 8) return;
  repo::VirtualDirectory root;
  for (const auto& [path, content] : files->items()) {
    if (!path.starts_with("resources/") && !path.starts_with("volumes/") && path != "restore-point.json") return;
    if (!store::check_key(path)) return;
    root.add_file(path, content.is_string() ? content.get<std::string>() : to_text(content));
  }
  repo::MemoryStore store;
  const std::string config =
      R"({"version":2,"id":")" + std::string(64, 'a') + R"(","chunker_polynomial":"3da3358b4dc173"})";
  (void)store.put(Context(), "config", crypto::Sealer(fixed_key()).seal(as_bytes(config)), nullptr);
  const auto repository = repo::Repository::open(Context(), store, fixed_key());
  require(repository.has_value(), "the repository opens");
  repo::Snapshot snapshot;
  snapshot.time = "2026-11-24T03:14:00Z";
  {
    repo::Writer writer(**repository, {.pack_bytes = 1u << 20});
    const auto tree = root.save(Context(), writer, 0);
    if (!accepted(tree)) return;
    require(writer.flush(Context()).has_value(), "the store takes it");
    snapshot.tree = *tree;
  }
  if (!accepted(capture::read_restore_point(Context(), **repository, snapshot))) return;
  const auto stored = capture::read_captured(Context(), **repository, snapshot);
  if (!accepted(stored)) return;
  for (const auto* list : {&stored->captured.objects, &stored->captured.closure}) {
    for (const Json& object : *list) require(object.is_object(), "a manifest is an object");
  }
}

void captured_name(ByteView input) {
  const std::string name(as_text(input));
  const std::string component = capture::escape_component(name);
  require(!component.empty() && component.size() <= 250 && component != "." && component != "..",
          "it can be a file's name");
  require(component.find('/') == component.npos && component.find('\0') == component.npos, "it is one component");
  const auto back = capture::unescape_component(component);
  if (component.find('~') == component.npos) require(back && *back == name, "a name comes back as it was");
  (void)accepted(capture::unescape_component(name));
}

void location_catalog(ByteView input) {
  repo::MemoryStore store;
  (void)store.put(Context(), "applications/shop.json", input, nullptr);
  const auto entries = migrate::list_applications(Context(), store);
  if (!accepted(entries)) return;
  for (const auto& entry : *entries) {
    require(store::check_key(entry.folder).has_value(), "a repository's folder is inside the location");
    require(!entry.application.empty(), "an application has a name");
  }
}

const kube::Discovery& target_cluster() {
  static const kube::Discovery discovery = kube::Discovery::of(
      {{"", {{"v1", true, {{"pods", "Pod", true, {"list", "create"}, {}, {}}}}}},
       {"apps", {{"v1", true, {{"deployments", "Deployment", true, {"list", "create"}, {}, {}}}}}},
       {"batch", {{"v1", true, {{"cronjobs", "CronJob", true, {"list"}, {}, {}}}}}},
       {"networking.k8s.io", {{"v1", true, {{"ingresses", "Ingress", true, {"list", "create"}, {}, {}}}}}},
       {"autoscaling",
        {{"v2", true, {{"horizontalpodautoscalers", "HorizontalPodAutoscaler", true, {"list"}, {}, {}}}}}},
       {"policy", {{"v1", true, {{"poddisruptionbudgets", "PodDisruptionBudget", true, {"list"}, {}, {}}}}}},
       {"admissionregistration.k8s.io",
        {{"v1",
          true,
          {{"validatingwebhookconfigurations", "ValidatingWebhookConfiguration", false, {"list"}, {}, {}},
           {"mutatingwebhookconfigurations", "MutatingWebhookConfiguration", false, {"list"}, {}, {}}}}}}});
  return discovery;
}

// What happens to objects of a restore point on their way to another cluster, as far as it asks no server.
void restore_manifests(const std::vector<Json>& objects) {
  const app::Graph graph(objects);
  for (std::size_t i = 0; i < objects.size(); ++i) (void)graph.closure({i});
  (void)app::images_of(objects);
  transform::PrepareOptions options;
  options.source_namespace = "shop";
  options.target_namespace = "replica";
  options.storage_classes = {{"standard", "fast"}};
  auto prepared = transform::prepare_for_target(objects, options);
  if (!accepted(prepared)) return;
  for (auto& item : prepared->objects) {
    require(item.object.is_object(), "a prepared manifest is an object");
    (void)restore::convert(item.object, target_cluster());
    (void)transform::differing_paths(item.object, objects[0]);
    require(transform::fields_to_change(item.object, item.object).empty(), "nothing differs from itself");
  }
  (void)restore::waves(restore::to_items(std::move(prepared->objects), {}));
}

// A manifest, or a list of them, as a cluster or a restore point gives them.
void manifest(ByteView input) {
  const auto value = parse_json(as_text(input));
  if (!value) return;
  std::vector<Json> objects;
  for (const Json& item : value->is_array() ? *value : Json::array({*value})) {
    if (item.is_object() && objects.size() < 8) objects.push_back(item);
  }
  if (objects.empty()) return;
  const capture::CaptureOptions capturing;
  const std::vector<capture::KindList> lists = {{kube::types::pod(), objects}};
  (void)capture::choose_objects(lists, {"shop", "shop", "app=web", Json::object()}, capturing);
  for (const Json& object : objects) {
    (void)app::references_of(object);
    (void)capture::resource_path(kube::ObjectReference::of(object));
    (void)restore::why_no_node(json_at(object, {"spec"}), objects);
    (void)restore::reason_of_pod(object);
    (void)restore::reason_in_events(object, objects);
    (void)volume::trouble_of_pod(object);
    (void)volume::end_of_pod(object);
    (void)volume::ended_out_of_memory(object);
  }
  restore_manifests(objects);
}

// One argument a line.
void command_line(ByteView input) {
  auto catalog = cli::make_catalog();
  std::vector<std::string> arguments;
  std::string_view rest = as_text(input);
  while (!rest.empty() && arguments.size() < 64) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    arguments.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto language = cli::language_of(arguments);
  const auto line = cli::parse_line(catalog, arguments, language);
  if (accepted(line)) require(line->entry == nullptr || !line->words.empty(), "a command has a name");
}

repo::Node block_node() {
  repo::Node node{.name = "volume", .type = repo::NodeType::file, .mode = 0600};
  node.size = 100;
  node.content = {Id{}};
  node.content[0].bytes.fill(4);
  return node;
}

std::vector<std::string> task_seeds() {
  mover::Task task;
  task.id = "t1", task.path = "/volume", task.master_key = fixed_key();
  const std::string relayed = to_text(to_json(task));
  task.direction = mover::Direction::restore;
  task.block = true, task.path = "/dev/volume", task.node = block_node();
  task.location.emplace();
  task.location->kind = store::Location::Kind::s3;
  task.location->bucket = "backups", task.location->prefix = "team", task.location->endpoint = "https://play.example";
  return {relayed, to_text(to_json(task))};
}

std::vector<std::string> line_seeds() {
  mover::ResultLine result;
  result.node = block_node();
  result.files = 3, result.failed = {"a", "b"};
  mover::ResultLine failed;
  failed.error = Error(Fault::auth, "no").with_code("c").with_fix("f");
  return {to_text(to_json(result)), to_text(to_json(failed)),
          to_text(mover::to_json(mover::ProgressLine{1, 2, 3, 4, 5, true}))};
}

app::RestorePoint point_seed() {
  app::RestorePoint point;
  point.application = "shop", point.name_space = "shop", point.cluster = "east";
  point.kubernetes_version = "v1.34.4";
  point.started_at = point.finished_at = "2026-11-24T03:14:00Z";
  app::VolumeRecord volume;
  volume.claim = "data", volume.capacity = "5Gi", volume.access_modes = {"ReadWriteOnce"};
  point.volumes = {volume};
  point.images = {"docker.io/library/nginx:1"};
  point.types = {kube::types::pod()};
  point.closure = {{{"storage.k8s.io", "v1", "StorageClass"}, "", "standard"}};
  return point;
}

std::string stored_seed() {
  auto point = point_seed();
  point.volumes.clear();
  const Json pod = {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", {{"name", "web"}, {"namespace", "shop"}}}};
  return to_text({{"restore-point.json", app::to_json(point)}, {"resources/core/Pod/shop/web.json", pod}});
}

std::vector<std::string> manifest_seeds() {
  std::vector<std::string> seeds;
  const std::filesystem::path sources = TRANSHIP_SOURCES;
  const auto zoo = parse_yaml(read_file(sources / "capture/testdata/zoo.yaml").value_or(""));
  require(zoo.has_value(), "the zoo is YAML");
  for (const Json& object : *zoo) seeds.push_back(to_text(object));
  for (const char* name : {"access", "rename", "service", "volumes", "workloads"}) {
    const auto text = read_file(sources / "transform/testdata" / (std::string(name) + ".yaml"));
    const auto cases = parse_yaml_document(text.value_or(""));
    require(cases.has_value(), "the cases are YAML");
    for (const Json& item : *cases) seeds.push_back(to_text(json_at(item, {"captured"})));
  }
  return seeds;
}

}  // namespace

std::vector<Target> application_targets() {
  const auto manifest_words = words_of(
      "apiVersion kind metadata name namespace labels annotations ownerReferences spec status template "
      "containers volumes volumeClaimTemplates ports nodePort rules subjects webhooks versions schema "
      "selector matchLabels storageClassName resources requests finalizers metrics backend http paths Pod "
      "Service StatefulSet CustomResourceDefinition Ingress HorizontalPodAutoscaler autoscaling/v2beta1 "
      "extensions/v1beta1 conditions containerStatuses affinity");
  const auto mover_words = words_of(
      "node nodeTree error fault result progress location tree treeName parentTree parentNode path "
      "masterKey direction block name type content");
  const auto point_words = words_of(
      "version application volumes claim mode consistency types closure group kind warnings files bytes "
      "live name namespace restore-point.json resources/core/Pod/shop/web.json "
      "resources/core/%/_cluster/%.json volumes/data");
  const std::string catalog_entry =
      R"({"version":1,"application":"shop","repository":"repositories/shop","createdAt":"2026-11-24T03:14:00Z"})";
  return {
      {"mover_task", mover_task, task_seeds(), mover_words, true},
      {"mover_line", mover_line, line_seeds(), mover_words, true},
      {"restore_point", restore_point, {to_text(app::to_json(point_seed()))}, point_words, true},
      {"stored_point", stored_restore_point, {stored_seed()}, point_words, true, 128u << 20},
      {"captured_name",
       captured_name,
       {"web", "a/b%c", "..", std::string(300, 'x'), "%2f%"},
       {"%", "%zz", "~", ".", "/"}},
      {"location_catalog",
       location_catalog,
       {catalog_entry},
       {"version", "application", "repository", "createdAt", "../", "/", "repositories/"},
       true},
      {"manifest", manifest, manifest_seeds(), manifest_words, true},
      {"command_line",
       command_line,
       {"migrate\nshop\n--from\neast\n--to\nwest\n--dry-run", "backup\nshop\n--location=s3://a/b",
        "repository\nlist\n--help", "restore\nshop@latest\n--storage-class\na=b\n--output\njson"},
       {"--", "--output=", "--language=zh", "-", "=", "--x", "\n", "help", "--storage-class\n", "--help", "location",
        "check"}},
  };
}

}  // namespace tranship::fuzz
