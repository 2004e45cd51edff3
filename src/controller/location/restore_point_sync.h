#pragma once
// RestorePoint objects of what a location holds, so that a fresh installation that is given a location and its
// passphrase sees everything again: there is nothing else to lose.

#include <map>
#include <mutex>
#include <set>

#include "controller/location/locations.h"
#include "controller/runtime/reconciler.h"

namespace tranship::controller {

// Remembers what it saw, so that an unchanged repository costs one listing. Thread-safe.
class RestorePointSync {
 public:
  explicit RestorePointSync(const Services& services) : services_(services) {}

  // Makes, mends and removes the views of a location with a passphrase. Of a location of the system namespace those of
  // every application: in the application's namespace when it is of this cluster and still there, else in the system
  // namespace. Of another namespace's those of that namespace of this cluster alone. Goes on past a repository that
  // cannot be read; the first such error is the answer.
  Result<void> sync(const Context& context, const api::Location& location, const LocationAccess& access);
  // The location is gone: so are its views.
  Result<void> forget(const Context& context, const Key& location);

 private:
  struct Here {
    std::string cluster_id;
    std::set<std::string> namespaces;
  };
  Result<Here> look_around(const Context& context) const;
  Result<void> sync_application(const Context& context, const api::Location& location, const LocationAccess& access,
                                const std::string& application, const std::string& folder, const Here& here);
  std::string namespace_of(const api::RestorePoint& view, const std::string& cluster_id, const api::Location& location,
                           const Here& here) const;
  Result<void> remove_gone(const Context& context, const api::Location& location, const std::string& application,
                           const std::set<Key>& there) const;

  const Services services_;
  std::mutex mutex_;
  std::map<std::pair<Key, std::string>, std::string> seen_;  // by location and application: what the listing was
};

}  // namespace tranship::controller
