#include "transform/prepare.h"

#include <set>

#include "app/references.h"
#include "transform/kinds.h"
#include "transform/rename.h"

namespace tranship::transform {
namespace {

const kube::ResourceType* find_type(const std::vector<kube::ResourceType>& types,
                                    const kube::GroupVersionKind& type) {
  for (const auto& known : types) {
    if (known.group == type.group && known.kind == type.kind) return &known;
  }
  return nullptr;
}

// Custom kinds: where the server takes status by its subresource only, it goes aside; else it is part of the
// object. An unknown kind is taken to have the subresource, as nearly all do.
void split_status(PreparedObject& prepared, const PrepareOptions& options) {
  const auto& type = prepared.source.type;
  if (!prepared.object.contains("status")) return;
  if (is_builtin_group(type.group)) {
    prepared.object.erase("status");
    return;
  }
  const auto* known = find_type(options.types, type);
  if (known != nullptr && !known->has_subresource("status")) return;
  prepared.status = std::move(prepared.object["status"]);
  prepared.object.erase("status");
}

std::set<std::string> names_of(const std::vector<Json>& objects, std::string_view kind) {
  std::set<std::string> names;
  for (const auto& object : objects) {
    if (json_string(object, {"kind"}) == kind) names.insert(json_string(object, {"metadata", "name"}));
  }
  return names;
}

// Fields of custom kinds that hold a mapped class's name: a person decides.
void report_storage_classes(const Json& value, const std::string& path, const KindContext& context) {
  if (!value.is_structured()) return;
  for (const auto& [key, member] : value.items()) {
    const std::string at = path + "/" + key;
    if ((key == "storageClassName" || key == "storageClass") && member.is_string()) {
      const auto mapped = context.options.storage_classes.find(member.get<std::string>());
      if (mapped == context.options.storage_classes.end() || mapped->first.empty()) continue;
      context.note("storage-class-reference", at,
                   "names storage class " + mapped->first + "; it was not changed to " + mapped->second);
    } else {
      report_storage_classes(member, at, context);
    }
  }
}

Result<void> check_object(const Json& object) {
  if (!json_string(object, {"apiVersion"}).empty() && !json_string(object, {"kind"}).empty() &&
      !json_string(object, {"metadata", "name"}).empty()) {
    return {};
  }
  const auto reference = kube::ObjectReference::of(object);
  return fail(
      Error(Fault::invalid, "an object has no apiVersion, kind or metadata.name: " + reference.to_string())
          .with_code("transform.object"));
}

}  // namespace

Result<Preparation> prepare_for_target(const std::vector<Json>& objects, const PrepareOptions& options) {
  Preparation result;
  const std::string& from = options.source_namespace;
  const std::string to = options.target_namespace.empty() ? from : options.target_namespace;
  const bool renames = !from.empty() && from != to;
  const auto services = names_of(objects, "Service");
  for (const auto& captured : objects) {
    TRY(check_object(captured));
    if (auto skipped = reason_to_skip(captured, options)) {
      result.skipped.push_back(*std::move(skipped));
      continue;
    }
    PreparedObject prepared;
    prepared.source = kube::ObjectReference::of(captured);
    const KindContext context{
        options, [&](std::string code, std::string path, std::string text) {
          result.notes.push_back({std::move(code), prepared.source, std::move(path), std::move(text)});
        }};
    prepared.source_uid = json_string(captured, {"metadata", "uid"});
    if (const Json& owners = json_at(captured, {"metadata", "ownerReferences"}); owners.is_array())
      prepared.owners = owners;
    prepared.object = captured;
    clean_metadata(prepared.object, context);
    split_status(prepared, options);
    apply_kind_rule(captured, prepared.object, context);
    if (!is_builtin_group(prepared.source.type.group)) {
      report_storage_classes(json_at(prepared.object, {"spec"}), "/spec", context);
    }
    if (renames) {
      follow_namespace(prepared.object, from, to);
      report_namespace_references(prepared.object, from, services, context);
    }
    result.objects.push_back(std::move(prepared));
  }
  return result;
}

void rename_cluster_object(std::vector<PreparedObject>& objects, const kube::ObjectReference& source,
                           const std::string& new_name) {
  const app::ObjectKey key{source.type.group, source.type.kind, "", source.name};
  for (auto& prepared : objects) {
    for (const auto& reference : app::references_of(prepared.object)) {
      if (reference.kind == app::ReferenceKind::name && reference.to == key) {
        prepared.object[Json::json_pointer(reference.path)] = new_name;
      }
    }
    if (app::ObjectKey::of(prepared.object) == key) prepared.object["metadata"]["name"] = new_name;
  }
}

}  // namespace tranship::transform
