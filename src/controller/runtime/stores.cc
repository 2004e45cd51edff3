#include "controller/runtime/stores.h"

namespace tranship::controller {

Stores::Stores(const Context& context, kube::Client& client, const std::string& name_space, const OnChange& changed) {
  for (const auto* type : api::all_types()) {
    auto informer = std::make_unique<kube::Informer>(context, client, *type, name_space);
    // What came before this is in the cache, and everything in the cache is looked at when it is complete.
    informer->on_change([changed, type](const kube::WatchEvent& event) { changed(*type, event.object); });
    informers_.emplace(type->kind, std::move(informer));
  }
}

Result<void> Stores::wait_synced(const Context& context) {
  for (const auto& [kind, informer] : informers_) TRY_IN("watching " + kind, informer->wait_synced(context));
  return {};
}

std::optional<Error> Stores::failure() const {
  for (const auto& [kind, informer] : informers_) {
    if (auto error = informer->failure()) return std::move(*error).in("watching " + kind);
  }
  return std::nullopt;
}

std::optional<Json> Stores::get(const kube::ResourceType& type, const Key& key) const {
  return informers_.at(type.kind)->get(key.name_space, key.name);
}

std::vector<Json> Stores::list(const kube::ResourceType& type) const {
  return informers_.at(type.kind)->list();
}

}  // namespace tranship::controller
