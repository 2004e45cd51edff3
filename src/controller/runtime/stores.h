#pragma once
// What the controller knows of the cluster: a cache of every kind of tranship.io, kept up to date by watches.
// Thread-safe.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/api/types.h"
#include "controller/runtime/work_queue.h"
#include "kube/watch.h"

namespace tranship::controller {

class Stores {
 public:
  // Of one namespace, or of all (empty). `changed` is called on the informers' threads, after the change is in the
  // cache.
  using OnChange = std::function<void(const kube::ResourceType&, const Json& object)>;
  Stores(const Context& context, kube::Client& client, const std::string& name_space, const OnChange& changed);

  // Waits until all of them were listed once.
  Result<void> wait_synced(const Context& context);
  // Of the first watch that ended for good: rights taken away, a kind that is gone.
  std::optional<Error> failure() const;

  std::optional<Json> get(const kube::ResourceType& type, const Key& key) const;
  std::vector<Json> list(const kube::ResourceType& type) const;

  // Nothing when there is no such object; an error when it is not what its kind says (controller/api/object.h).
  template <class T>
  Result<std::optional<T>> get(const Key& key) const {
    const auto object = get(T::type(), key);
    if (!object) return std::nullopt;
    return TRY(api::from_json<T>(*object));
  }

 private:
  std::map<std::string, std::unique_ptr<kube::Informer>> informers_;  // by kind
};

}  // namespace tranship::controller
