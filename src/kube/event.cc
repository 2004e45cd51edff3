#include "kube/event.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <random>

namespace tranship::kube {
namespace {

constexpr std::chrono::minutes kSameFor{10};
constexpr int kDifferentPerObjectMax = 25;
constexpr std::size_t kMessageBytesMax = 1024;  // the API server refuses longer ones

std::string event_time(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

// "name.1a2b3c4d5e6f7a8b": unique enough; the API server says when it is not.
std::string event_name(const std::string& object_name) {
  static thread_local std::mt19937_64 random(std::random_device{}());
  return fmt::format("{}.{:016x}", object_name.substr(0, 200), random());
}

// Cut at a whole UTF-8 character.
std::string shortened(std::string text) {
  if (text.size() <= kMessageBytesMax) return text;
  std::size_t end = kMessageBytesMax - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

EventRecorder::EventRecorder(Client& client, std::string component, WallClock clock)
    : client_(client), component_(std::move(component)), clock_(std::move(clock)) {}

void EventRecorder::forget_old(std::chrono::system_clock::time_point now) {
  for (auto it = known_.begin(); it != known_.end();) {
    if (now - it->second.last < kSameFor) {
      ++it;
      continue;
    }
    const std::string object = it->first.substr(0, it->first.find('\n'));
    if (--per_object_[object] <= 0) per_object_.erase(object);
    it = known_.erase(it);
  }
}

Json EventRecorder::new_event(const EventRecord& record, const std::string& name_space,
                              const std::string& name,
                              std::chrono::system_clock::time_point now) const {
  const Json& object = record.object;
  Json about = {{"apiVersion", json_string(object, {"apiVersion"})},
                {"kind", json_string(object, {"kind"})},
                {"name", json_string(object, {"metadata", "name"})}};
  for (const char* field : {"namespace", "uid", "resourceVersion"})
    if (const std::string value = json_string(object, {"metadata", field}); !value.empty())
      about[field] = value;
  return {{"apiVersion", "v1"},
          {"kind", "Event"},
          {"metadata", {{"name", name}, {"namespace", name_space}}},
          {"involvedObject", about},
          {"type", record.warning ? "Warning" : "Normal"},
          {"reason", record.reason},
          {"message", shortened(record.message)},
          {"source", {{"component", component_}}},
          {"reportingComponent", component_},
          {"firstTimestamp", event_time(now)},
          {"lastTimestamp", event_time(now)},
          {"count", 1}};
}

Result<void> EventRecorder::record(const Context& context, const EventRecord& record) {
  const ObjectReference about = ObjectReference::of(record.object);
  const std::string name_space = about.name_space.empty() ? "default" : about.name_space;
  const std::string object_key =
      about.to_string() + " " + json_string(record.object, {"metadata", "uid"});
  const std::string key = fmt::format("{}\n{}\n{}\n{}", object_key, record.warning, record.reason,
                                      shortened(record.message));
  const auto now = clock_();
  // Held during the request: a repeat must not overtake the creation it adds to.
  std::lock_guard lock(mutex_);
  forget_old(now);
  if (const auto found = known_.find(key); found != known_.end()) {
    const Json patch = {{"count", found->second.count + 1}, {"lastTimestamp", event_time(now)}};
    auto patched = client_.patch(context, types::event(), name_space, found->second.name,
                                 PatchKind::merge, patch);
    if (patched) {
      ++found->second.count;
      found->second.last = now;
      return {};
    }
    // The API server forgets events after an hour or so: then it is made anew.
    if (patched.error().fault() != Fault::not_found)
      return std::unexpected(std::move(patched).error());
    known_.erase(found);
    --per_object_[object_key];
  }
  if (per_object_[object_key] >= kDifferentPerObjectMax) return {};
  const std::string name = event_name(about.name);
  TRY(client_.create(context, types::event(), new_event(record, name_space, name, now)));
  known_[key] = {name, 1, now};
  ++per_object_[object_key];
  return {};
}

}  // namespace tranship::kube
