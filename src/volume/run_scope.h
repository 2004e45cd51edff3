#pragma once
// What marks temporary objects as one run's, from their creation on; and the run's sign of life: a
// Secret without data whose heartbeat annotation is renewed while the run lives, so that others can
// tell leftovers from work.

#include <memory>
#include <string>

#include "kube/client.h"

namespace tranship::volume {

// metadata with the run's labels: everything temporary begins with it. `role`: "mover", "task",
// "clone", "snapshot", "run".
Json temporary_metadata(const std::string& name_space, const std::string& name, const std::string& run,
                        const std::string& role);
// "tranship-<kind>-<subject>-<run>", at most 63 characters: what is too long is cut and told apart
// by a digest.
std::string temporary_name(const std::string& kind, const std::string& subject, const std::string& run);
// The label selector of everything temporary, or of one run's.
std::string temporary_selector(const std::string& run = {});

// Heartbeats come every kHeartbeatPeriod; a run is dead when none was seen for kHeartbeatPatience.
inline constexpr std::chrono::seconds kHeartbeatPeriod{4};
inline constexpr std::chrono::seconds kHeartbeatPatience{12};

// Lives as long as the run works in a namespace. Thread-safe.
class RunScope {
 public:
  // Makes the sign of life. The heartbeat stops with the object; the Secret stays for
  // clean_up_run().
  static Result<std::unique_ptr<RunScope>> begin(const Context& context, kube::Client& client,
                                                 const std::string& name_space, const std::string& run);
  virtual ~RunScope() = default;
};

}  // namespace tranship::volume
