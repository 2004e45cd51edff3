// tranship policy run|pause|resume: what a policy does by itself, at once or not for a while.

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/display/action.h"
#include "cli/options/controller.h"
#include "cli/session.h"

namespace tranship::cli {
namespace {

namespace setup = controller::setup;

class PolicyRunCommand : public Command {
 public:
  std::string_view name() const override { return "policy run"; }
  CommandHelp help() const override {
    return {"policy.run.summary",
            "policy.run.description",
            {{"tranship policy run nightly --context east", "policy.run.example"}},
            {{"KUBECONFIG", "environment.kubeconfig"}}};
  }
  void add_options(Options& options) override {
    options.positional("NAME", name_, "policy.name").required();
    controller_.add(options);
    options.flag("--no-wait", no_wait_, "option.no_wait");
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const Cluster cluster = TRY(controller_.connect(context));
    const std::string run =
        TRY(setup::ask_for_run(context, *cluster.client, controller_.name_space, name_, dry_run_));
    std::vector<Json> ended;
    if (!dry_run_ && !no_wait_) {
      ActionDisplay display(session);
      ended = TRY(saying_that_it_goes_on(
          setup::follow_run(context, *cluster.client, controller_.name_space, name_, run, display.follower()),
          fmt::format("policy.tranship.io {} -n {}", name_, controller_.name_space)));
    }
    if (session.json()) {
      Json list = Json::array();
      for (const Json& action : ended) list.push_back(action_json(action));
      session.print_json({{"policy", name_},
                          {"namespace", controller_.name_space},
                          {"actions", std::move(list)},
                          {"dryRun", dry_run_}});
    } else {
      for (const Json& action : ended) print_action(session, action);
      if (ended.empty()) {
        session.print(session.text(dry_run_   ? "policy.run.would"
                                   : no_wait_ ? "policy.run.begun"
                                              : "policy.run.nothing",
                                   name_));
      }
    }
    return conclude(session, ended);
  }

 private:
  std::string name_;
  ControllerChoice controller_;
  bool no_wait_ = false, dry_run_ = false;
};

class PolicyPauseCommand : public Command {
 public:
  explicit PolicyPauseCommand(bool pause) : pause_(pause) {}
  std::string_view name() const override { return pause_ ? "policy pause" : "policy resume"; }
  CommandHelp help() const override {
    if (pause_) {
      return {"policy.pause.summary", "policy.pause.description",
              {{"tranship policy pause nightly --context east", "policy.pause.example"}},
              {{"KUBECONFIG", "environment.kubeconfig"}}};
    }
    return {"policy.resume.summary", "policy.resume.description",
            {{"tranship policy resume nightly --context east", "policy.resume.example"}},
            {{"KUBECONFIG", "environment.kubeconfig"}}};
  }
  void add_options(Options& options) override {
    options.positional("NAME", name_, "policy.name").required();
    controller_.add(options);
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const Cluster cluster = TRY(controller_.connect(context));
    const Json patch{{"spec", {{"paused", pause_}}}};
    TRY(cluster.client->patch(context, controller::api::Policy::type(), controller_.name_space, name_,
                              kube::PatchKind::merge, patch, {.dry_run = dry_run_}));
    if (session.json()) {
      session.print_json({{"policy", name_},
                          {"namespace", controller_.name_space},
                          {"paused", pause_},
                          {"dryRun", dry_run_}});
    } else if (dry_run_) {
      session.print(session.text(pause_ ? "policy.pause.would" : "policy.resume.would", name_));
    } else {
      session.print(session.text(pause_ ? "policy.pause.done" : "policy.resume.done", name_));
    }
    return kExitSuccess;
  }

 private:
  const bool pause_;
  std::string name_;
  ControllerChoice controller_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_policy_run_command() { return std::make_unique<PolicyRunCommand>(); }
std::unique_ptr<Command> make_policy_pause_command() { return std::make_unique<PolicyPauseCommand>(true); }
std::unique_ptr<Command> make_policy_resume_command() { return std::make_unique<PolicyPauseCommand>(false); }

}  // namespace tranship::cli
