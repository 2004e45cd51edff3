#include "controller/runtime/status.h"

#include <algorithm>

namespace tranship::controller {
namespace {

constexpr std::size_t kMessageBytesMax = 4'000;

std::string bounded(std::string text) {
  if (text.size() <= kMessageBytesMax) return text;
  std::size_t end = kMessageBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  return text.substr(0, end) + " ...";
}

}  // namespace

Json merge_difference(const Json& before, const Json& after) {
  if (before == after) return nullptr;
  if (!before.is_object() || !after.is_object()) return after;
  Json patch = Json::object();
  for (const auto& [name, value] : before.items()) {
    if (!after.contains(name)) patch[name] = nullptr;
  }
  for (const auto& [name, value] : after.items()) {
    const auto known = before.find(name);
    if (known == before.end()) {
      patch[name] = value;
    } else if (*known != value) {
      patch[name] = merge_difference(*known, value);
    }
  }
  return patch;
}

Result<bool> write_status(const Context& context, kube::Client& client, const kube::ResourceType& type,
                          const api::Metadata& metadata, const Json& before, const Json& after,
                          Precondition precondition) {
  const Json difference = merge_difference(before, after);
  if (difference.is_null()) return false;
  Json patch = {{"metadata", {{"uid", metadata.uid}}}, {"status", difference}};
  if (precondition == Precondition::same_version) patch["metadata"]["resourceVersion"] = metadata.resource_version;
  kube::WriteOptions options;
  options.subresource = "status";
  TRY(client.patch(context, type, metadata.name_space, metadata.name, kube::PatchKind::merge, patch, options));
  return true;
}

bool set_condition(std::vector<api::Condition>& conditions, const std::string& type, const std::string& status,
                   const std::string& reason, const std::string& message, std::int64_t generation, api::Time now) {
  auto found = std::ranges::find(conditions, type, &api::Condition::type);
  const bool changed = found == conditions.end() || found->status != status;
  if (found == conditions.end()) found = conditions.insert(found, {.type = type});
  found->status = status;
  found->reason = reason;
  found->message = bounded(message);
  found->observed_generation = generation;
  if (changed) found->last_transition_time = now;
  return changed;
}

const api::Condition* find_condition(const std::vector<api::Condition>& conditions, std::string_view type) {
  const auto found = std::ranges::find(conditions, type, &api::Condition::type);
  return found == conditions.end() ? nullptr : &*found;
}

api::Trouble trouble_of(const Error& error, std::string_view code) {
  api::Trouble trouble;
  trouble.code = error.code().empty() ? std::string(code) : error.code();
  trouble.message = bounded(error.what());
  if (!error.fix().empty()) trouble.fix = bounded(error.fix());
  return trouble;
}

std::string reason_of(std::string_view code) {
  std::string reason;
  bool upper = true;
  for (const char c : code.substr(code.rfind('.') + 1)) {
    if (c == '_' || c == '-') {
      upper = true;
      continue;
    }
    reason += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return reason.empty() ? "Failed" : reason;
}

}  // namespace tranship::controller
