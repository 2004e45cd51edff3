#pragma once
// Watching what the controller makes of a wish, until it has ended. Each function waits; cancelled with its context,
// which ends the waiting and not the work.

#include <functional>
#include <string>
#include <vector>

#include "controller/api/types.h"
#include "kube/client.h"

namespace tranship::controller::setup {

// Called on the thread that waits.
struct Follower {
  std::function<void(const Json& action)> changed;  // an action, as it is now
  std::function<void()> silent;                     // half a minute went by and nothing took the wish up
};

// Until the action has ended; as it is then. Fault::not_found, code "action.gone", when somebody removed it.
Result<Json> follow_action(const Context& context, kube::Client& client, const kube::ResourceType& type,
                           const std::string& name_space, const std::string& name, const Follower& follower);

// Asks for one run of a policy and returns the value of the annotation that says so.
Result<std::string> ask_for_run(const Context& context, kube::Client& client, const std::string& name_space,
                                const std::string& policy, bool dry_run);
std::string new_run();  // such a value

// Until every action of the run has ended, the restore of what it imported among them; as they are then, in the order
// in which they began. Fault::permanent with the status's own code when the policy cannot run; conflict, code
// "policy.paused".
Result<std::vector<Json>> follow_run(const Context& context, kube::Client& client, const std::string& name_space,
                                     const std::string& policy, const std::string& run, const Follower& follower);

// Until the controller has checked this generation of a Location; as it is then.
Result<Json> follow_location(const Context& context, kube::Client& client, const Json& location,
                             const Follower& follower);

// An error as a status tells it: the fault follows from the code.
Error error_of(const api::Trouble& trouble);
// Why an action that ended is not a success; nothing when it is one.
std::optional<Error> failure_of(const Json& action);

}  // namespace tranship::controller::setup
