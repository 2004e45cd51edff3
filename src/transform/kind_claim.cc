#include "base/units.h"
#include "transform/kinds.h"

namespace tranship::transform {
namespace {

constexpr std::string_view kOldClassAnnotation = "volume.beta.kubernetes.io/storage-class";

// A volume may be larger than its claim asked for (made by hand, or rounded up); its data may need that room.
void raise_request(const Json& captured, Json& spec, const KindContext& context) {
  const std::string capacity = json_string(captured, {"status", "capacity", "storage"});
  const std::string request = json_string(spec, {"resources", "requests", "storage"});
  const auto has = parse_quantity(capacity);
  const auto asks = parse_quantity(request);
  if (!has || !asks || *has <= *asks) return;
  spec["resources"]["requests"]["storage"] = capacity;
  const auto limit = parse_quantity(json_string(spec, {"resources", "limits", "storage"}));
  if (limit && *limit < *has) spec["resources"]["limits"]["storage"] = capacity;
  context.note("claim-request-raised", "/spec/resources/requests/storage",
               "asks for " + capacity + " instead of " + request + ": as large as the volume it had");
}

}  // namespace

// The binding to the source's volume, and where that volume's first content came from, mean nothing
// elsewhere.
void change_claim(const Json& captured, Json& object, const KindContext& context) {
  if (!json_at(object, {"spec"}).is_object()) return;
  Json& spec = object["spec"];
  for (const char* field : {"volumeName", "dataSource", "dataSourceRef"}) spec.erase(field);
  if (json_at(object, {"metadata", "annotations", kOldClassAnnotation}).is_string()) {
    // Superseded by the field since 1.6; both together must not disagree.
    const std::string old_class = json_string(object, {"metadata", "annotations", kOldClassAnnotation});
    if (json_at(spec, {"storageClassName"}).is_null()) spec["storageClassName"] = old_class;
    json_erase(object, {"metadata", "annotations", kOldClassAnnotation});
    if (object["metadata"]["annotations"].empty()) object["metadata"].erase("annotations");
  }
  const Json& storage_class = json_at(spec, {"storageClassName"});
  if (storage_class.is_string() && storage_class.get_ref<const std::string&>().empty()) {
    const auto mapped = context.options.storage_classes.find("");
    if (mapped != context.options.storage_classes.end()) {
      spec["storageClassName"] = mapped->second;
      spec.erase("selector");
      context.note("storage-class-mapped", "/spec/storageClassName",
                   "no storage class becomes " + mapped->second);
    } else {
      context.note(
          "static-claim", "/spec/storageClassName",
          "the claim asks for a volume made by hand; without one on the target it stays pending. Map the "
          "empty class to one of the target's to get a new volume");
    }
  } else {
    spec.erase("selector");  // a provisioner refuses claims with a selector
    map_storage_class(spec, "/spec", context);
  }
  raise_request(captured, spec, context);
}

}  // namespace tranship::transform
