#include "volume/standstill.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tranship::volume {
namespace {

// Not the manager of what a restore applies: these fields are not the restore point's.
constexpr std::string_view kManager = "tranship-standstill";

bool by_flag(const Workload& workload) {
  return workload.type.group == "batch";
}

std::string remembered_of(const Workload& workload) {
  return json_string(json_at(workload.object, {"metadata", "annotations"}), {kStoppedAnnotation});
}

bool stands(const Workload& workload) {
  return by_flag(workload) ? json_bool(workload.object, {"spec", "suspend"})
                           : json_integer(workload.object, {"spec", "replicas"}, 1) == 0;
}

std::string deletion_when_scaled(const Json& object) {
  return json_string(object, {"spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"});
}

Result<void> patch_workload(const Context& context, kube::Client& client, const Workload& workload, const Json& patch,
                            std::string_view doing) {
  if (patch.is_null()) return {};
  auto patched = client.patch(context, workload.type, json_string(workload.object, {"metadata", "namespace"}),
                              workload.name(), kube::PatchKind::merge, patch, {.field_manager = std::string(kManager)});
  if (patched || patched.error().fault() == Fault::not_found) return {};
  return fail(std::move(patched).error().in(fmt::format("{} {}", doing, workload.key())));
}

}  // namespace

Json stop_patch(const Workload& workload) {
  const bool known = !remembered_of(workload).empty();
  if (known && stands(workload)) return nullptr;
  Json patch, remembered;
  if (by_flag(workload)) {
    remembered["suspend"] = json_bool(workload.object, {"spec", "suspend"});
    patch["spec"]["suspend"] = true;
  } else {
    remembered["replicas"] = json_integer(workload.object, {"spec", "replicas"}, 1);
    patch["spec"]["replicas"] = 0;
  }
  if (deletion_when_scaled(workload.object) == "Delete") {
    remembered["whenScaled"] = "Delete";
    patch["spec"]["persistentVolumeClaimRetentionPolicy"]["whenScaled"] = "Retain";
  }
  if (!known) patch["metadata"]["annotations"][std::string(kStoppedAnnotation)] = to_text(remembered);
  return patch;
}

Json start_patch(const Workload& workload, const Json* wanted) {
  const std::string text = remembered_of(workload);
  if (text.empty()) return nullptr;
  const auto parsed = parse_json(text);
  const Json remembered = parsed && parsed->is_object() ? *parsed : Json::object();
  Json patch = {{"metadata", {{"annotations", {{std::string(kStoppedAnnotation), nullptr}}}}}};
  if (by_flag(workload)) {
    patch["spec"]["suspend"] =
        wanted != nullptr ? json_bool(*wanted, {"spec", "suspend"}) : json_bool(remembered, {"suspend"});
  } else {
    patch["spec"]["replicas"] =
        wanted != nullptr ? json_integer(*wanted, {"spec", "replicas"}, 1) : json_integer(remembered, {"replicas"}, 1);
  }
  if (json_string(remembered, {"whenScaled"}) == "Delete") {
    patch["spec"]["persistentVolumeClaimRetentionPolicy"]["whenScaled"] = "Delete";
  }
  return patch;
}

Result<void> stop_workloads(const Context& context, kube::Client& client, const std::vector<Workload>& workloads) {
  for (const Workload& workload : workloads) {
    TRY(patch_workload(context, client, workload, stop_patch(workload), "stopping"));
  }
  return {};
}

Result<void> wait_unused(const Context& context, kube::Client& client, const std::string& name_space,
                         const std::set<std::string>& claims, std::chrono::seconds patience,
                         const std::function<void(const std::string&)>& on_detail) {
  const auto until = Context::Clock::now() + patience;
  std::string told;
  for (std::chrono::milliseconds wait(200);; wait = std::min(wait * 3 / 2, std::chrono::milliseconds(2000))) {
    const auto pods = client.list_all(context, kube::types::pod(), name_space);
    if (!pods && pods.error().fault() != Fault::retryable) return fail(pods.error());
    if (pods) {
      const auto left = pods_using(*pods, claims);
      if (left.empty()) return {};
      const std::string text = fmt::format("{}", fmt::join(left, ", "));
      if (text != told) on_detail(told = text);
      if (Context::Clock::now() > until) {
        return fail(Error(Fault::conflict, fmt::format("the claims are still used in {} by {}", name_space, text))
                        .with_code("volume.in-use")
                        .with_fix("Stop what brings these pods back (an operator), or delete them, and try again"));
      }
    }
    TRY(context.sleep(wait));
  }
}

Result<void> start_workloads(const Context& context, kube::Client& client, const std::string& name_space,
                             const std::map<std::string, Json>& wanted) {
  for (const Workload& workload : TRY(list_workloads(context, client, name_space))) {
    const auto found = wanted.find(workload.key());
    const Json patch = start_patch(workload, found == wanted.end() ? nullptr : &found->second);
    TRY(patch_workload(context, client, workload, patch, "starting"));
  }
  return {};
}

}  // namespace tranship::volume
