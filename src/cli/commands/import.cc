// tranship import: a policy that takes over what a transfer token opens, and restores it if asked to.

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/display/action.h"
#include "cli/options/controller.h"
#include "cli/options/token.h"
#include "cli/session.h"
#include "controller/actions/repository_access.h"
#include "controller/setup/setup.h"

namespace tranship::cli {
namespace {

namespace api = controller::api;
namespace setup = controller::setup;

class ImportCommand : public Command {
 public:
  std::string_view name() const override { return "import"; }
  CommandHelp help() const override {
    return {"import.summary",
            "import.description",
            {{"tranship import --context west --token-file shop.token --location depot --now", "import.example.plain"},
             {"tranship import --context west --token-file shop.token --location depot --every 15m --restore-into "
              "shop-standby --storage-class standard=fast",
              "import.example.standby"}},
            {{"KUBECONFIG", "environment.kubeconfig"}, {"TRANSHIP_TOKEN", "environment.token"}}};
  }

  void add_options(Options& options) override {
    controller_.add(options);
    options.value("--token-file", "FILE", token_file_, "import.token_file").files();
    options.value("--location", "NAME", location_, "import.location").required();
    options.value("--name", "NAME", name_, "import.name");
    options.value("--every", "SCHEDULE", every_, "import.every");
    options.value("--restore-into", "NAMESPACE", restore_into_, "import.restore_into");
    options.values("--storage-class", "SOURCE=TARGET", storage_classes_, "option.storage_class");
    options.values("--carry", "KIND", carry_, "option.carry");
    options.flag("--now", now_, "import.now");
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto text = TRY(read_token(token_file_));
    if (!text) {
      return fail(Error(Fault::invalid, "there is no transfer token to import with")
                      .with_code("usage")
                      .with_fix("Give --token-file FILE (- reads standard input) or TRANSHIP_TOKEN"));
    }
    Json schedule = TRY(parse_schedule(every_));
    Json restored = TRY(restore());
    setup::ImportSetup wanted{.name = {},
                              .name_space = controller_.name_space,
                              .location = location_,
                              .token = *text,
                              .schedule = std::move(schedule),
                              .restore = std::move(restored),
                              .run_now = now_ ? setup::new_run() : std::string()};
    const Cluster cluster = TRY(controller_.connect(context));
    wanted.name = name_ = TRY(policy_name(context, *cluster.client, *text));
    const std::string run = wanted.run_now;
    auto made = setup::create(context, *cluster.client, setup::import_setup(std::move(wanted)), dry_run_);
    if (!made) return fail(saying_what_is_there(std::move(made).error()));
    if (dry_run_ || !now_) return tell(session, {});
    ActionDisplay display(session);
    const auto ended = TRY(saying_that_it_goes_on(
        setup::follow_run(context, *cluster.client, controller_.name_space, name_, run, display.follower()),
        fmt::format("policy.tranship.io {} -n {}", name_, controller_.name_space)));
    display.done();
    return tell(session, ended);
  }

 private:
  Result<Json> restore() const {
    if (restore_into_.empty()) {
      if (storage_classes_.empty() && carry_.empty()) return Json();
      return fail(Error(Fault::invalid, "--storage-class and --carry are about a restore")
                      .with_code("usage")
                      .with_fix("Say where to: --restore-into NAMESPACE"));
    }
    Json restore{{"targetNamespace", restore_into_}};
    for (const auto& each : storage_classes_) {
      const auto [source, target] = TRY(parse_assignment("--storage-class", each));
      restore["storageClasses"][source] = target;
    }
    for (const auto& kind : carry_) restore["carry"].push_back(kind == "all" ? "*" : kind);
    return restore;
  }

  // Looked into here as far as this user may: what is no token is told before anything is written.
  Result<std::string> policy_name(const Context& context, kube::Client& client, const Secret& text) const {
    const controller::RepositoryDoor door(client, controller_.name_space, {});
    const auto keys = controller::target_keys(context, door);
    const auto token = migrate::parse_token(text, keys && *keys ? &**keys : nullptr);
    if (token) TRY(migrate::check_not_expired(*token, std::chrono::system_clock::now()));
    if (!name_.empty() && (token || token.error().code() == "token.sealed")) return name_;
    if (!token) return fail(token.error());
    return token->application;
  }

  Error saying_what_is_there(Error error) const {
    if (error.code() != "kube.AlreadyExists") return error;
    return std::move(error).with_fix(
        fmt::format("To run the policy that is there: tranship policy run {}; to make another one: --name", name_));
  }

  Result<int> tell(Session& session, const std::vector<Json>& actions) const {
    if (session.json()) {
      Json list = Json::array();
      for (const Json& action : actions) list.push_back(action_json(action));
      session.print_json({{"policy", name_},
                          {"namespace", controller_.name_space},
                          {"actions", std::move(list)},
                          {"dryRun", dry_run_}});
    } else {
      session.print(session.text(dry_run_ ? "import.would" : "import.made", name_, controller_.name_space, location_));
      for (const Json& action : actions) print_action(session, action);
      if (!dry_run_ && every_.empty()) session.note(session.text("import.by_hand", name_));
    }
    return conclude(session, actions);
  }

  std::string token_file_, location_, name_, every_, restore_into_;
  std::vector<std::string> storage_classes_, carry_;
  ControllerChoice controller_;
  bool now_ = false, dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_import_command() { return std::make_unique<ImportCommand>(); }

}  // namespace tranship::cli
