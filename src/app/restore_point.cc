#include "app/restore_point.h"

#include <array>
#include <optional>
#include <utility>

namespace tranship::app {
namespace {

constexpr int kVersion = 1;

constexpr std::array<std::pair<Consistency, std::string_view>, 5> kConsistencyNames = {{
    {Consistency::group_snapshot, "group-snapshot"},
    {Consistency::volume_snapshot, "volume-snapshot"},
    {Consistency::quiesced, "quiesced"},
    {Consistency::unmounted, "unmounted"},
    {Consistency::live, "live"},
}};

// Parsed numbers are unsigned, those built in memory may be signed.
bool is_whole(const Json& value) {
  return value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
}

// Reads members of one JSON object: a missing (or null) member leaves the value as it is, one of another type
// is the error that error() gives. Only the first error is kept.
class Fields {
 public:
  Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) expected("", "an object", object);
  }

  void read(const char* key, std::string& value) {
    if (const Json* member = find(key, &Json::is_string, "a string")) value = member->get<std::string>();
  }
  void read(const char* key, bool& value) {
    if (const Json* member = find(key, &Json::is_boolean, "true or false")) value = member->get<bool>();
  }
  void read(const char* key, std::uint64_t& value) {
    const Json* member = find(key, &Json::is_number, "a whole number");
    if (member == nullptr) return;
    if (!is_whole(*member)) return expected(place(key), "a whole number", *member);
    value = member->get<std::uint64_t>();
  }
  void read(const char* key, std::vector<std::string>& values) {
    each(key, [&](const Json& item, const std::string& where) {
      if (!item.is_string()) return expected(where, "a string", item);
      values.push_back(item.get<std::string>());
    });
  }
  void required(const char* key, std::string& value) {
    read(key, value);
    if (value.empty()) keep(Error(Fault::corrupt, place(key) + " is missing or empty"));
  }
  template <class Visit>  // visit(item, where)
  void each(const char* key, Visit visit) {
    const Json* member = find(key, &Json::is_array, "a list");
    if (member == nullptr) return;
    for (std::size_t i = 0; i < member->size(); ++i) {
      visit((*member)[i], place(key) + "[" + std::to_string(i) + "]");
    }
  }
  template <class Visit>  // visit(fields of an object)
  void each_object(const char* key, Visit visit) {
    each(key, [&](const Json& item, const std::string& where) {
      Fields fields(item, where);
      if (item.is_object()) visit(fields);
      if (fields.error_) keep(*std::move(fields.error_));
    });
  }
  void object(const char* key, auto visit) {
    const Json* member = find(key, &Json::is_object, "an object");
    if (member == nullptr) return;
    Fields fields(*member, place(key));
    visit(fields);
    if (fields.error_) keep(*std::move(fields.error_));
  }

  void keep(Error error) {
    if (!error_) error_ = std::move(error);
  }
  std::string place(std::string_view key) const {
    return where_.empty() ? std::string(key) : where_ + "." + std::string(key);
  }
  std::optional<Error>& error() { return error_; }

 private:
  const Json* find(const char* key, bool (Json::*is)() const noexcept, const char* wanted) {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(key);
    if (found == object_.end() || found->is_null()) return nullptr;
    if (((*found).*is)()) return &*found;
    expected(place(key), wanted, *found);
    return nullptr;
  }
  void expected(const std::string& where, const char* wanted, const Json& found) {
    const std::string& at = where.empty() ? where_ : where;
    keep(Error(Fault::corrupt,
               (at.empty() ? "it" : at) + " must be " + wanted + ", not " + found.type_name()));
  }

  const Json& object_;
  std::string where_;
  std::optional<Error> error_;
};

Json volume_json(const VolumeRecord& volume) {
  return {{"claim", volume.claim},
          {"mode", volume.block ? "Block" : "Filesystem"},
          {"storageClass", volume.storage_class},
          {"provisioner", volume.provisioner},
          {"capacity", volume.capacity},
          {"accessModes", volume.access_modes},
          {"consistency", consistency_name(volume.consistency)},
          {"takenAt", volume.taken_at},
          {"files", volume.files},
          {"bytes", volume.bytes},
          {"warnings", volume.warnings}};
}

Json type_json(const kube::ResourceType& type) {
  return {{"group", type.group},       {"version", type.version},          {"kind", type.kind},
          {"plural", type.plural},     {"namespaced", type.namespaced},    {"verbs", type.verbs},
          {"versions", type.versions}, {"subresources", type.subresources}};
}

void read_volume(Fields& fields, VolumeRecord& volume) {
  fields.required("claim", volume.claim);
  std::string mode = "Filesystem";
  fields.read("mode", mode);
  volume.block = mode == "Block";
  if (mode != "Block" && mode != "Filesystem") {
    fields.keep(Error(Fault::corrupt, fields.place("mode") + " must be Filesystem or Block, not " + mode));
  }
  fields.read("storageClass", volume.storage_class);
  fields.read("provisioner", volume.provisioner);
  fields.read("capacity", volume.capacity);
  fields.read("accessModes", volume.access_modes);
  std::string consistency;
  fields.required("consistency", consistency);
  if (auto parsed = parse_consistency(consistency)) {
    volume.consistency = *parsed;
  } else {
    fields.keep(std::move(parsed).error().in(fields.place("consistency")));
  }
  fields.read("takenAt", volume.taken_at);
  fields.read("files", volume.files);
  fields.read("bytes", volume.bytes);
  fields.read("warnings", volume.warnings);
}

void read_type(Fields& fields, kube::ResourceType& type) {
  fields.read("group", type.group);
  fields.required("version", type.version);
  fields.required("kind", type.kind);
  fields.required("plural", type.plural);
  fields.read("namespaced", type.namespaced);
  fields.read("verbs", type.verbs);
  fields.read("versions", type.versions);
  fields.read("subresources", type.subresources);
}

void read_reference(Fields& fields, kube::ObjectReference& reference) {
  fields.read("group", reference.type.group);
  fields.required("version", reference.type.version);
  fields.required("kind", reference.type.kind);
  fields.read("namespace", reference.name_space);
  fields.required("name", reference.name);
}

Result<void> check_version(const Json& value) {
  const Json& version = json_at(value, {"version"});
  if (!is_whole(version) || version == 0) {
    return fail(Error(Fault::corrupt, "version is not a whole number above 0")
                    .in("restore-point.json")
                    .with_code("restore-point.invalid"));
  }
  if (version.get<std::uint64_t>() > kVersion) {
    return fail(Error(Fault::invalid, "the restore point has schema version " + to_text(version) +
                                          ", this program reads up to " + std::to_string(kVersion))
                    .with_fix("Use a newer tranship to read it")
                    .with_code("restore-point.too-new"));
  }
  return {};
}

}  // namespace

std::string_view consistency_name(Consistency consistency) {
  for (const auto& [value, name] : kConsistencyNames) {
    if (value == consistency) return name;
  }
  return "live";
}

Result<Consistency> parse_consistency(std::string_view name) {
  for (const auto& [value, known] : kConsistencyNames) {
    if (known == name) return value;
  }
  return fail(Fault::corrupt, "unknown consistency '" + std::string(name) + "'");
}

Json to_json(const RestorePoint& point) {
  Json json = {
      {"version", point.version},
      {"application", point.application},
      {"namespace", point.name_space},
      {"selector", point.selector},
      {"cluster",
       {{"name", point.cluster}, {"id", point.cluster_id}, {"kubernetesVersion", point.kubernetes_version}}},
      {"startedAt", point.started_at},
      {"finishedAt", point.finished_at},
      {"images", point.images},
      {"warnings", point.warnings}};
  json["volumes"] = Json::array();
  for (const auto& volume : point.volumes) json["volumes"].push_back(volume_json(volume));
  json["types"] = Json::array();
  for (const auto& type : point.types) json["types"].push_back(type_json(type));
  json["closure"] = Json::array();
  for (const auto& reference : point.closure) {
    json["closure"].push_back({{"group", reference.type.group},
                               {"version", reference.type.version},
                               {"kind", reference.type.kind},
                               {"namespace", reference.name_space},
                               {"name", reference.name}});
  }
  return json;
}

Result<RestorePoint> restore_point_from_json(const Json& value) {
  RestorePoint point;
  if (!value.is_object()) return fail(Fault::corrupt, "restore-point.json is not a JSON object");
  TRY(check_version(value));
  point.version = value.at("version").get<int>();
  Fields fields(value, "");
  fields.required("application", point.application);
  fields.required("namespace", point.name_space);
  fields.read("selector", point.selector);
  fields.object("cluster", [&](Fields& cluster) {
    cluster.read("name", point.cluster);
    cluster.read("id", point.cluster_id);
    cluster.read("kubernetesVersion", point.kubernetes_version);
  });
  fields.read("startedAt", point.started_at);
  fields.read("finishedAt", point.finished_at);
  fields.each_object("volumes", [&](Fields& item) { read_volume(item, point.volumes.emplace_back()); });
  fields.read("images", point.images);
  fields.each_object("types", [&](Fields& item) { read_type(item, point.types.emplace_back()); });
  fields.each_object("closure", [&](Fields& item) { read_reference(item, point.closure.emplace_back()); });
  fields.read("warnings", point.warnings);
  if (fields.error()) {
    return fail((*std::move(fields.error())).in("restore-point.json").with_code("restore-point.invalid"));
  }
  return point;
}

}  // namespace tranship::app
