#pragma once
// What the controller does, shown as what this program does itself: steps, volumes with rate and time left, and the
// outcome in a line.

#include <optional>
#include <string>

#include "cli/display/migration.h"
#include "cli/session.h"
#include "controller/setup/follow.h"

namespace tranship::cli {

// One action after the other. Not thread-safe.
class ActionDisplay {
 public:
  explicit ActionDisplay(Session& session) : session_(session) {}

  // Calls this display, which must outlive it.
  controller::setup::Follower follower();
  void show(const Json& action);
  void done();  // takes its lines away

 private:
  Session& session_;
  std::optional<MigrationDisplay> lines_;
  std::string action_, step_, waiting_;
};

// Its outcome in one line.
std::string action_text(const Session& session, const Json& action);
// To standard output, when it succeeded.
void print_action(Session& session, const Json& action);
// An action that ended, for --output json.
Json action_json(const Json& action);
// Tells the warnings and errors of actions that ended; 0, or the exit code of the first that failed.
int conclude(Session& session, const std::vector<Json>& actions);

// Waiting that Ctrl-C ended: the work goes on in the cluster, and the error says how to see it.
template <class T>
Result<T> saying_that_it_goes_on(Result<T> outcome, const std::string& what) {
  if (outcome || outcome.error().fault() != Fault::cancelled) return outcome;
  return fail(std::move(outcome).error().with_fix("It goes on in the cluster: kubectl get " + what + " --watch"));
}

}  // namespace tranship::cli
