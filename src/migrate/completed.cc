#include "migrate/completed.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "capture/read.h"
#include "transform/diff.h"

namespace tranship::migrate {
namespace {

// By what stays the same when a kind is served in another version.
std::map<std::string, const Json*> by_name(const std::vector<Json>& objects) {
  std::map<std::string, const Json*> named;
  for (const Json& object : objects) {
    const auto kind = kube::GroupVersionKind::of(object);
    const std::string group = kind.group.empty() ? "" : "." + kind.group;
    named[kind.kind + group + "/" + json_string(object, {"metadata", "name"})] = &object;
  }
  return named;
}

std::string joined(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "" : ", ") + path;
  return text;
}

}  // namespace

bool is_completed(const RestoreMark& mark, const capture::Captured& source, const RestoreChoices& choices,
                  const RestorePlan& plan) {
  const bool same_source = mark.application == source.application.name && mark.cluster_id == source.cluster_id;
  if (!mark.complete || !same_source || mark.choices != to_json(choices) || plan.volumes.empty()) return false;
  return std::all_of(plan.volumes.begin(), plan.volumes.end(),
                     [&](const VolumePlan& line) { return line.holds == mark.restore_point; });
}

std::vector<std::string> changed_objects(const std::vector<Json>& then, const std::vector<Json>& now) {
  std::vector<std::string> changed;
  const auto before = by_name(then), after = by_name(now);
  for (const auto& [name, object] : after) {
    const auto found = before.find(name);
    if (found == before.end()) {
      changed.push_back(name + ": new");
    } else if (const auto paths = transform::differing_paths(*found->second, *object); !paths.empty()) {
      changed.push_back(name + ": " + joined(paths));
    }
  }
  for (const auto& [name, object] : before) {
    if (!after.contains(name)) changed.push_back(name + ": gone");
  }
  return changed;
}

Result<CompletedMigration> describe_completed(const Context& context, const RestoreMark& mark,
                                              const capture::Captured& source, repo::Repository* repository) {
  CompletedMigration completed{mark, {}, std::nullopt};
  if (repository == nullptr) return completed;
  const auto snapshot = find_restore_point(context, *repository, mark.restore_point);
  if (!snapshot) {
    if (snapshot.error().fault() == Fault::not_found) return completed;
    return fail(snapshot.error());
  }
  TRY(repository->load_index(context));
  const auto stored = TRY(capture::read_captured(context, *repository, *snapshot));
  completed.taken_at = snapshot->time;
  completed.changed = changed_objects(stored.captured.objects, source.objects);
  return completed;
}

}  // namespace tranship::migrate
