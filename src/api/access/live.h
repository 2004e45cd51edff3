#pragma once
// What one caller may see of one cluster, live: watches with the caller's own rights, and the streams of server-sent
// events that they feed. A stream begins with everything there is and goes on with what changes.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/context.h"
#include "kube/client.h"
#include "net/http_server.h"

namespace tranship::api {

// Whose eyes a view sees with.
struct LiveClients {
  std::shared_ptr<kube::Client> caller;
  // Reads the shared Locations of the system namespace for callers who see Locations of their own namespace: those
  // may name them. What is told of one is where it is and how it is, not which Secrets open it.
  std::shared_ptr<kube::Client> shared;
};

// One watch of everything in a namespace, or in all. Thread-safe.
class LiveView {
 public:
  // `name_space` empty: all.
  LiveView(const Context& context, LiveClients clients, const std::string& name_space,
           const std::string& system_namespace);
  ~LiveView();  // ends its watches; streams are let go
  // Events are "reset" (all of a kind), "changed", "removed" and "denied" (a kind that may not be listed, or is not
  // there; asked for again every quarter of a minute).
  void add(const std::shared_ptr<net::ServerStream>& stream);
  std::size_t streams() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// The views of one caller, made when they are asked for and ended some time after their last stream. Thread-safe.
class LiveViews {
 public:
  LiveViews(const Context& context, LiveClients clients, std::string system_namespace)
      : context_(context), clients_(std::move(clients)), system_namespace_(std::move(system_namespace)) {}

  void add(const std::string& name_space, const std::shared_ptr<net::ServerStream>& stream);
  // Ends views that no stream looks at. True when none is left.
  bool tidy();

 private:
  const Context context_;
  const LiveClients clients_;
  const std::string system_namespace_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<LiveView>> views_;  // by namespace
};

}  // namespace tranship::api
