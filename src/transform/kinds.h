#pragma once
// What each kind loses or changes on its way to another server, and which objects do not go at all. Used by
// prepare_for_target and by diff; the facts are listed per kind in README.md.

#include <functional>
#include <optional>

#include "transform/prepare.h"

namespace tranship::transform {

struct KindContext {
  const PrepareOptions& options;
  // Takes code, JSON pointer, text.
  std::function<void(std::string, std::string, std::string)> note;
};

// Keeps name, namespace, labels, annotations (and finalizers when asked); drops what the server fills in.
void clean_metadata(Json& object, const KindContext& context);

// Applies the rule of the object's kind to `object`; `captured` is the same object as it was, with
// managedFields and status.
void apply_kind_rule(const Json& captured, Json& object, const KindContext& context);

// Set when the object is not to be written on a target.
std::optional<SkippedObject> reason_to_skip(const Json& object, const PrepareOptions& options);

// Part of Kubernetes itself (or of its snapshot API), not a custom kind.
bool is_builtin_group(std::string_view group);

// Rules with a file of their own.
void change_service(const Json& captured, Json& object, const KindContext& context);
void change_pod(const Json& captured, Json& object, const KindContext& context);
void change_claim(const Json& captured, Json& object, const KindContext& context);

// options.storage_classes for one storageClassName member of `spec`; notes the change.
void map_storage_class(Json& spec, const std::string& path, const KindContext& context);

}  // namespace tranship::transform
