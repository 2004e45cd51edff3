#pragma once
// Watching a collection. The protocol is an explicit state machine: listed at a resourceVersion,
// watched with bookmarks, listed again on 410; a cut connection goes on from the last
// resourceVersion seen.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "kube/client.h"

namespace tranship::kube {

enum class WatchEventType { begin_list, added, modified, deleted, end_list };

struct WatchEvent {
  WatchEventType type;
  Json object;  // null for begin_list and end_list
};

struct WatchOptions {
  std::string label_selector;
  std::string field_selector;
  // The server is asked to end each watch after so long (it goes on by itself); nothing at all for
  // half a minute longer means that the connection is dead.
  std::chrono::seconds server_timeout{240};
};

// Blocks: lists, then watches, until `on_event` returns false (then success), the context stops
// (cancelled) or an error that trying again cannot mend (auth, not_found). Objects between
// begin_list and end_list replace what the consumer had: anything not among them is gone. Cut
// connections, 410, 429 and 5xx are handled inside.
Result<void> watch(const Context& context, Client& client, const ResourceType& type,
                   const std::string& name_space, const WatchOptions& options,
                   const std::function<bool(const WatchEvent&)>& on_event);

// Watches until `done(object)` holds for the named object (null when it does not exist) and returns
// it. Fault::cancelled at the context's deadline.
Result<Json> wait_for(const Context& context, Client& client, const ResourceType& type,
                      const std::string& name_space, const std::string& name,
                      const std::function<bool(const Json&)>& done);

// A cache of a collection kept up to date by a thread of its own. Thread-safe.
class Informer {
 public:
  Informer(const Context& context, Client& client, ResourceType type, std::string name_space,
           WatchOptions options = {});
  ~Informer();  // stops and joins
  // Waits for the first complete list.
  Result<void> wait_synced(const Context& context);
  std::optional<Json> get(const std::string& name_space, const std::string& name) const;
  std::vector<Json> list() const;
  // The error that ended the informer's watch for good (rights gone, kind gone); empty while it
  // works.
  std::optional<Error> failure() const;
  // Called on the informer's thread after each change to the cache; `deleted` also for what a new
  // list no longer holds. Give it before the first change matters: earlier ones are not repeated.
  void on_change(std::function<void(const WatchEvent&)> callback);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tranship::kube
