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

// One watch of everything in a namespace, or in all. Thread-safe.
class LiveView {
 public:
  // `name_space` empty: all.
  LiveView(const Context& context, std::shared_ptr<kube::Client> client, const std::string& name_space,
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
  LiveViews(const Context& context, std::shared_ptr<kube::Client> client, std::string system_namespace)
      : context_(context), client_(std::move(client)), system_namespace_(std::move(system_namespace)) {}

  void add(const std::string& name_space, const std::shared_ptr<net::ServerStream>& stream);
  // Ends views that no stream looks at. True when none is left.
  bool tidy();

 private:
  const Context context_;
  const std::shared_ptr<kube::Client> client_;
  const std::string system_namespace_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<LiveView>> views_;  // by namespace
};

}  // namespace tranship::api
