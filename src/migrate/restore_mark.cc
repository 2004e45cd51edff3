#include "migrate/restore_mark.h"

namespace tranship::migrate {

Json to_json(const RestoreMark& mark) {
  return {{"restorePoint", mark.restore_point}, {"application", mark.application},   {"cluster", mark.cluster_id},
          {"complete", mark.complete},          {"completedAt", mark.completed_at}, {"choices", mark.choices}};
}

RestoreMark mark_from_json(const Json& value) {
  return {json_string(value, {"restorePoint"}), json_string(value, {"application"}), json_string(value, {"cluster"}),
          json_bool(value, {"complete"}),       json_string(value, {"completedAt"}), json_at(value, {"choices"})};
}

Result<std::optional<RestoreMark>> read_mark(const Context& context, kube::Client& client,
                                             const std::string& name_space) {
  auto found = client.get(context, kube::types::name_space(), "", name_space);
  if (!found) {
    if (found.error().fault() == Fault::not_found) return std::optional<RestoreMark>();
    return fail(std::move(found).error());
  }
  const auto value = parse_json(json_string(*found, {"metadata", "annotations", kRestoreAnnotation}));
  if (!value || !value->is_object()) return std::optional<RestoreMark>();
  return std::optional(mark_from_json(*value));
}

Result<void> write_mark(const Context& context, kube::Client& client, const std::string& name_space,
                        const RestoreMark& mark) {
  const std::string value = to_text(to_json(mark));
  // A merge patch under its own manager: applying the Namespace's manifest again must not take the mark away.
  auto patched = client.patch(context, kube::types::name_space(), "", name_space, kube::PatchKind::merge,
                              {{"metadata", {{"annotations", {{std::string(kRestoreAnnotation), value}}}}}},
                              {.field_manager = "tranship-mark"});
  if (!patched) return fail(std::move(patched).error().in("marking namespace " + name_space));
  return {};
}

}  // namespace tranship::migrate
