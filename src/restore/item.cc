#include "restore/item.h"

namespace tranship::restore {

std::vector<Item> to_items(std::vector<transform::PreparedObject> prepared,
                           const std::vector<kube::ResourceType>& types) {
  std::vector<Item> items;
  items.reserve(prepared.size());
  for (transform::PreparedObject& each : prepared) {
    Item item;
    const auto wanted = kube::GroupVersionKind::of(each.object);
    for (const kube::ResourceType& type : types) {
      if (type.group == wanted.group && type.kind == wanted.kind) item.type = type;
    }
    for (const Json& owner : each.owners) {
      item.owners.push_back({kube::ObjectReference::of({{"apiVersion", json_at(owner, {"apiVersion"})},
                                                        {"kind", json_at(owner, {"kind"})},
                                                        {"metadata", {{"name", json_at(owner, {"name"})}}}}),
                             json_string(owner, {"uid"}), json_bool(owner, {"controller"}),
                             json_bool(owner, {"blockOwnerDeletion"})});
    }
    item.object = std::move(each.object);
    item.status = std::move(each.status);
    item.source_uid = std::move(each.source_uid);
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace tranship::restore
