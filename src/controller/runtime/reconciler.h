#pragma once
// What brings about what the objects of one kind ask for. Level-based: a reconciler is told which object to look at,
// never what happened to it; it looks at the store, acts, and says when it wants to look again. So it does not matter
// how many events there were, or whether the controller was away while they came.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "controller/runtime/clock.h"
#include "controller/runtime/stores.h"
#include "kube/client.h"
#include "kube/event.h"
#include "observe/metrics.h"
#include "volume/mover_pod.h"

namespace tranship::controller {

class ActionRunner;

struct Settings {
  std::string system_namespace = "tranship";
  std::string only_namespace;    // empty: objects of all namespaces are looked after
  volume::MoverSettings movers;  // `run` is chosen anew for each action
  std::size_t actions_at_once = 4;
};

// What reconcilers work with. Outlives all of them.
struct Services {
  kube::Client& client;
  kube::EventRecorder& events;
  observe::Metrics& metrics;
  const Stores& stores;
  ActionRunner& runner;
  const Settings& settings;
  Clock clock;
  // Has a key of a kind looked at (again). From any thread.
  std::function<void(const kube::ResourceType&, const Key&)> enqueue;
};

struct Next {
  std::optional<std::chrono::milliseconds> again;  // nothing: when something changes
};

// Objects of another kind that matter: when one changes, the keys of this kind that it concerns are looked at. Of kinds
// outside of tranship.io nothing is cached: `keys` gets the object once.
struct Dependency {
  const kube::ResourceType& type;
  std::string field_selector;  // of what is watched, for kinds outside of tranship.io
  std::function<std::vector<Key>(const Json& object)> keys;
};

class Reconciler {
 public:
  virtual ~Reconciler() = default;
  virtual const kube::ResourceType& type() const = 0;
  // Of different keys on several threads at once, of one key never. An error has the key looked at again after its
  // back-off; that the object's own status tells what is wrong with it is no error.
  virtual Result<Next> reconcile(const Context& context, const Key& key) = 0;
  virtual std::vector<Dependency> dependencies() { return {}; }
  virtual std::size_t workers() const { return 2; }
};

using ReconcilerFactory = std::function<std::unique_ptr<Reconciler>(const Services&)>;

}  // namespace tranship::controller
