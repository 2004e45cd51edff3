#include "controller/actions/plan_status.h"

#include <algorithm>
#include <array>

#include "restore/plan.h"

namespace tranship::controller {
namespace {

using restore::Action;

constexpr std::size_t kObjectsMax = 500;
constexpr std::size_t kLinesMax = 256;  // of each of the other lists; as in deploy/api/types.yaml
// Objects of the API server may have 1.5 MB: the plan shares them with the rest of the status.
constexpr std::size_t kObjectBytesMax = std::size_t{384} << 10;
constexpr std::size_t kTextBytesMax = 1024;

// Shortened where a character ends.
std::string bounded(std::string text) {
  if (text.size() <= kTextBytesMax) return text;
  std::size_t end = kTextBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text + "...";
}

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return bounded(text);
}

int urgency(const std::string& action) {
  static constexpr std::array<std::string_view, 6> kOrder = {"blocked", "conflict", "update",
                                                             "create",  "skip",     "unchanged"};
  return static_cast<int>(std::ranges::find(kOrder, action) - kOrder.begin());
}

std::size_t bytes_of(const api::PlanObject& object) {
  std::size_t bytes = object.object.size() + object.reason.value_or("").size() + object.fix.value_or("").size() + 100;
  for (const std::string& change : object.changes) bytes += change.size() + 4;
  return bytes;
}

api::PlanObject object_of(const restore::PlanItem& line) {
  api::PlanObject object{.object = line.item.reference().to_string(),
                         .action = std::string(restore::action_name(line.action)),
                         .reason = unless_empty(line.reason),
                         .fix = unless_empty(line.fix)};
  for (const restore::Change& change : line.changes) object.changes.push_back(bounded(change.to_string()));
  return object;
}

// What becomes of a claim is what becomes of its data.
void tell_volume(api::PlanObject& object, const migrate::VolumePlan& volume) {
  object.action = volume.action == "continue" ? "update" : volume.action;
  if (!volume.reason.empty()) object.reason = bounded(volume.reason);
  object.fix = unless_empty(volume.fix);
}

std::vector<api::PlanObject> objects_of(const migrate::RestorePlan& plan) {
  std::vector<api::PlanObject> objects;
  for (const auto& line : plan.objects.items) objects.push_back(object_of(line));
  for (const auto& volume : plan.volumes) {
    const std::string name = "PersistentVolumeClaim " + plan.target_namespace + "/" + volume.claim;
    auto found = std::ranges::find(objects, name, &api::PlanObject::object);
    if (found == objects.end()) found = objects.insert(found, {.object = name});
    if (found->action != "blocked") tell_volume(*found, volume);
  }
  for (const auto& blocker : plan.blockers) {
    objects.push_back({.object = blocker.object,
                       .action = "blocked",
                       .reason = unless_empty(blocker.reason),
                       .fix = unless_empty(blocker.fix)});
  }
  std::ranges::stable_sort(objects, {}, [](const api::PlanObject& each) { return urgency(each.action); });
  return objects;
}

}  // namespace

api::PlanSummary summary_of(const migrate::RestorePlan& plan) {
  api::PlanSummary summary;
  std::size_t bytes = 0;
  std::int64_t left_out = 0;
  for (api::PlanObject& object : objects_of(plan)) {
    ++summary.summary[object.action];
    if (object.action == "blocked" && summary.blockers.size() < kLinesMax) {
      summary.blockers.push_back({object.object, object.reason.value_or(""), object.fix});
    }
    bytes += bytes_of(object);
    if (left_out > 0 || summary.objects.size() == kObjectsMax || bytes > kObjectBytesMax) {
      ++left_out;
    } else {
      summary.objects.push_back(std::move(object));
    }
  }
  if (left_out > 0) summary.objects_left_out = left_out;
  for (const auto& need : plan.objects.needs) {
    if (summary.needs.size() == kLinesMax) break;
    summary.needs.push_back({need.object.to_string(), need.object.type.kind, need.carried});
  }
  for (const auto* notes : {&plan.notes, &plan.objects.notes}) {
    for (const auto& note : *notes) {
      if (summary.notes.size() < kLinesMax) summary.notes.push_back(bounded(note));
    }
  }
  return summary;
}

}  // namespace tranship::controller
