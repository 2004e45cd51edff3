#include "restore/write.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kube/watch.h"
#include "restore/order.h"
#include "restore/put.h"
#include "restore/refusal.h"

namespace tranship::restore {
namespace {

using namespace std::chrono_literals;

// The pods of a workload, and what an operator made for a custom resource, end before their owner does. Other kinds own
// nothing, and Foreground would have them wait for a garbage collector all the same.
std::string propagation_for(const kube::ResourceType& type) {
  const Level level = level_of(type);
  return level == Level::workloads || level == Level::custom ? "Foreground" : "Background";
}

std::string condition_message(const Json& definition, std::string_view type) {
  for (const Json& condition : json_at(definition, {"status", "conditions"})) {
    if (json_string(condition, {"type"}) == type && json_string(condition, {"status"}) == "False") {
      return json_string(condition, {"message"});
    }
  }
  return {};
}

// An established definition is served some moments later: only then the answer to its path is another one than 404.
bool is_served(const Context& context, kube::Client& client, const Json& definition) {
  for (const Json& version : json_at(definition, {"spec", "versions"})) {
    if (!json_bool(version, {"served"})) continue;
    const std::string path =
        fmt::format("/apis/{}/{}/{}?limit=1", json_string(definition, {"spec", "group"}),
                    json_string(version, {"name"}), json_string(definition, {"spec", "names", "plural"}));
    const auto answer = client.request(context, "GET", path);
    if (!answer && answer.error().fault() == Fault::not_found) return false;
  }
  return true;
}

}  // namespace

Result<std::vector<std::string>> Writer::write(const PlanItem& line) const {
  std::vector<std::string> missing, notes;
  Json object = line.item.object;
  const Json owners = TRY(uids_.owner_references(line.item, missing));
  if (!owners.empty()) object["metadata"]["ownerReferences"] = owners;
  const Json written = TRY(send(line, object, notes));
  uids_.add(line.item.source_uid, json_string(written, {"metadata", "uid"}));
  TRY(send_status(line, written));
  if (line.item.type.kind == "CustomResourceDefinition") TRY(wait_established(line));
  if (level_of(line.item.type) == Level::custom || line.converted) {
    if (const auto dropped = dropped_fields(line.item.object, written); !dropped.empty()) {
      notes.push_back(fmt::format("the target's schema of {} does not know and dropped: {}",
                                  line.item.type.api_version(), fmt::join(dropped, ", ")));
    }
  }
  for (std::string& note : notes) note = line.item.reference().to_string() + ": " + note;
  notes.insert(notes.end(), missing.begin(), missing.end());
  return notes;
}

Result<Json> Writer::send(const PlanItem& line, const Json& object, std::vector<std::string>& notes) const {
  auto sent = put(context_, client_, line.item.type, object, {.exists = line.action == Action::update});
  if (sent) {
    notes = std::move(sent->notes);
    return std::move(sent->answer);
  }
  const bool replace = options_.replace && line.action == Action::update && is_invalid(sent.error()) &&
                       line.item.type.kind != "PersistentVolumeClaim";
  if (!replace) return fail(std::move(sent).error());
  return make_again(line, object, notes);
}

Result<Json> Writer::make_again(const PlanItem& line, const Json& object, std::vector<std::string>& notes) const {
  const auto& type = line.item.type;
  const auto reference = line.item.reference();
  // The object the plan has seen, and no other. An earlier try may have deleted it already.
  auto removed = client_.remove(context_, type, reference.name_space, reference.name,
                                {.propagation = propagation_for(type), .uid_precondition = line.live_uid});
  if (!removed && removed.error().fault() != Fault::not_found) return fail(std::move(removed).error());
  auto gone = kube::wait_for(context_.with_timeout(60s), client_, type, reference.name_space, reference.name,
                             [](const Json& live) { return live.is_null(); });
  if (!gone) {
    return fail(
        std::move(gone).error().in("waiting until the object to be replaced is gone (a finalizer may hold it)"));
  }
  auto made = TRY(put(context_, client_, type, object, {}));
  notes = std::move(made.notes);
  return std::move(made.answer);
}

// On an object that lives already, its operator knows better than the source did.
Result<void> Writer::send_status(const PlanItem& line, const Json& written) const {
  if (line.item.status.is_null() || !line.item.type.has_subresource("status")) return {};
  if (line.action == Action::update && !json_at(written, {"status"}).empty()) return {};
  const auto reference = kube::ObjectReference::of(written);
  auto patched = client_.patch(context_, line.item.type, reference.name_space, reference.name, kube::PatchKind::merge,
                               {{"status", line.item.status}}, {.subresource = "status"});
  if (!patched) return fail(std::move(patched).error().in("restoring the status"));
  return {};
}

Result<void> Writer::wait_established(const PlanItem& line) const {
  Json last;
  const auto established = [&](const Json& definition) {
    last = definition;
    for (const Json& condition : json_at(definition, {"status", "conditions"})) {
      if (json_string(condition, {"type"}) == "Established") return json_string(condition, {"status"}) == "True";
    }
    return false;
  };
  const Context patience = context_.with_timeout(30s);
  auto waited = kube::wait_for(patience, client_, line.item.type, "", line.item.reference().name, established);
  while (waited && !is_served(patience, client_, *waited)) {
    if (auto slept = patience.sleep(50ms); !slept) waited = fail(std::move(slept).error());
  }
  if (waited) return {};
  TRY(context_.check());
  std::string why = condition_message(last, "NamesAccepted");
  if (why.empty()) why = waited.error().what();
  return fail(Error(Fault::conflict, "the definition is written, but the target does not serve it: " + why)
                  .with_code("restore.definition")
                  .with_fix("Look at its conditions (kubectl describe crd " + line.item.reference().name +
                            "): another definition may have its names"));
}

}  // namespace tranship::restore
