// tranship export: an application into a location, by the controller where it runs.

#include <fmt/format.h>

#include "base/file.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/display/action.h"
#include "cli/options/controller.h"
#include "cli/session.h"
#include "controller/setup/setup.h"
#include "migrate/migration.h"

namespace tranship::cli {
namespace {

namespace api = controller::api;
namespace setup = controller::setup;

// "shop-20260131-120000": told apart by people, and sorted by time.
std::string dated(const std::string& application) {
  std::string time = format_time(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  std::erase_if(time, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
  time.replace(time.find('T'), 1, "-");
  return application + "-" + time;
}

class ExportCommand : public Command {
 public:
  std::string_view name() const override { return "export"; }
  CommandHelp help() const override {
    return {"export.summary",
            "export.description",
            {{"tranship export shop --context east --to depot > shop.token", "export.example.plain"},
             {"tranship export shop --context east --to depot --token-file shop.token --token-expires 7d",
              "export.example.file"},
             {"tranship export shop --context east --to depot --no-token --no-wait", "export.example.no_wait"}},
            {{"KUBECONFIG", "environment.kubeconfig"}}};
  }

  void add_options(Options& options) override {
    options.positional("APPLICATION", application_, "export.application").required();
    controller_.add(options);
    options.value("--to", "LOCATION", location_, "export.to").required();
    options.value("--selector", "SELECTOR", selector_, "option.selector");
    options.value("--name", "NAME", name_, "export.name");
    options.flag("--no-token", no_token_, "export.no_token");
    options.value("--token-expires", "DURATION", expires_, "export.token_expires");
    options.value("--token-file", "FILE", token_file_, "export.token_file").files();
    options.flag("--no-wait", no_wait_, "option.no_wait");
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    if (no_token_ && (!expires_.empty() || !token_file_.empty())) {
      return fail(Error(Fault::invalid, "--no-token leaves nothing that could expire or be written to a file")
                      .with_code("usage"));
    }
    if (no_wait_ && !token_file_.empty()) {
      return fail(Error(Fault::invalid, "--token-file needs the token, which is made at the export's end")
                      .with_code("usage")
                      .with_fix("Leave --no-wait away"));
    }
    Json spec = TRY(this->spec());
    const Cluster cluster = TRY(controller_.connect(context));
    const auto application = TRY(app::find_application(context, *cluster.client, {application_, selector_, {}}));
    if (name_.empty()) name_ = dated(application.name);
    const setup::Setup wanted{api::Export::type(), object(std::move(spec)), {}};
    TRY(setup::create(context, *cluster.client, wanted, dry_run_));
    if (dry_run_ || no_wait_) return tell_begun(session);

    ActionDisplay display(session);
    const auto ended = TRY(saying_that_it_goes_on(
        setup::follow_action(context, *cluster.client, api::Export::type(), controller_.name_space, name_,
                             display.follower()),
        fmt::format("export.tranship.io {} -n {}", name_, controller_.name_space)));
    display.done();
    return show(session, cluster, ended);
  }

 private:
  Result<Json> spec() const {
    Json spec{{"application", {{"namespace", application_}}}, {"location", {{"name", location_}}}};
    if (!selector_.empty()) spec["application"]["selector"] = selector_;
    spec["token"] = {{"create", !no_token_}};
    if (!expires_.empty()) {
      spec["token"]["expiresAfter"] = api::format_duration_text(TRY_IN("--token-expires", parse_duration(expires_)));
    }
    return spec;
  }

  Json object(Json spec) const {
    return {{"apiVersion", api::Export::type().api_version()},
            {"kind", "Export"},
            {"metadata", {{"name", name_}, {"namespace", controller_.name_space}}},
            {"spec", std::move(spec)}};
  }

  Result<int> tell_begun(Session& session) const {
    if (session.json()) {
      session.print_json({{"name", name_}, {"namespace", controller_.name_space}, {"dryRun", dry_run_}});
    } else {
      session.print(session.text(dry_run_ ? "export.would" : "export.begun", name_, controller_.name_space));
    }
    return kExitSuccess;
  }

  Result<int> show(Session& session, const Cluster& cluster, const Json& ended) const {
    const bool whole = !setup::failure_of(ended);
    Json document = action_json(ended);
    std::optional<Secret> token;
    if (whole && !no_token_) {
      token = TRY(setup::exported_token(session.context(), *cluster.client, ended));
      if (!token_file_.empty()) {
        TRY_IN("--token-file", write_file(token_file_, std::string(token->reveal()) + "\n", 0600));
      } else {
        document["token"] = std::string(token->reveal());
      }
    }
    if (session.json()) {
      session.print_json(document);
    } else if (token && token_file_.empty()) {
      // Standard output is the token's alone: it goes into a file, or to whoever takes it over.
      session.note(action_text(session, ended));
      session.print(token->reveal());
      session.note(session.text("export.token", json_string(ended, {"status", "tokenSecret", "name"}),
                                controller_.name_space));
    } else {
      print_action(session, ended);
      if (token) session.print(session.text("export.token.file", token_file_));
    }
    return conclude(session, {ended});
  }

  std::string application_, location_, selector_, name_, expires_, token_file_;
  ControllerChoice controller_;
  bool no_token_ = false, no_wait_ = false, dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_export_command() { return std::make_unique<ExportCommand>(); }

}  // namespace tranship::cli
