// tranship location add: a location for the controller of a cluster, tried by it.

#include <fmt/format.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/options/controller.h"
#include "cli/options/store.h"
#include "cli/password.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "controller/setup/follow.h"
#include "controller/setup/setup.h"

namespace tranship::cli {
namespace {

namespace setup = controller::setup;

class LocationAddCommand : public Command {
 public:
  std::string_view name() const override { return "location add"; }
  CommandHelp help() const override {
    return {"location.add.summary",
            "location.add.description",
            {{"tranship location add depot --context east --location s3://backups/team --endpoint https://s3.example",
              "location.add.example.s3"},
             {"tranship location add depot --context west --location s3://backups/team --read-only",
              "location.add.example.read_only"},
             {"tranship location add nas --context east --location 'nfs://nas.example/backups?uid=65532&gid=65532'",
              "location.add.example.nfs"}},
            {{"KUBECONFIG", "environment.kubeconfig"},
             {"TRANSHIP_PASSWORD", "environment.password"},
             {"AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE", "environment.aws"}}};
  }

  void add_options(Options& options) override {
    options.positional("NAME", name_, "location.add.name").required();
    controller_.add(options);
    options.value("--location,-l", "LOCATION", address_, "location.add.location")
        .environment("TRANSHIP_LOCATION")
        .required();
    add_store_options(options, location_);
    options.flag("--pod-identity", pod_identity_, "location.add.pod_identity");
    options.value("--password-file", "FILE", password_file_, "option.password_file").files();
    options.flag("--read-only", read_only_, "location.add.read_only");
    options.flag("--shared", shared_, "location.add.shared");
    options.number("--ready-timeout", "SECONDS", timeout_s_, "location.add.ready_timeout");
    options.flag("--keep", keep_, "location.add.keep");
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    if (timeout_s_ < 1 || timeout_s_ > 86'400) {
      return fail(Error(Fault::invalid, "--ready-timeout must be from 1 to 86400 seconds").with_code("usage"));
    }
    const auto wanted = TRY(this->wanted(session));
    const Cluster cluster = TRY(controller_.connect(context));
    auto made = setup::create(context, *cluster.client, wanted, dry_run_);
    if (!made) return fail(saying_what_is_there(std::move(made).error()));
    if (dry_run_) {
      tell(session, *made, "location.add.would");
      return kExitSuccess;
    }
    const auto checked = check(session, cluster, *made);
    if (checked) {
      tell(session, *checked, "location.add.done");
      return kExitSuccess;
    }
    if (keep_) return fail(checked.error());
    const auto removed = setup::remove(Context().with_timeout(std::chrono::seconds(20)), *cluster.client, wanted);
    if (!removed) session.warn(session.text("location.add.stays", name_, removed.error().text()));
    return fail(checked.error());
  }

 private:
  Result<setup::Setup> wanted(Session& session) {
    const Context& context = session.context();
    const bool s3 = address_.starts_with("s3:");
    if (pod_identity_) location_.credentials = store::S3Credentials{};
    const auto location = TRY(store::parse_location(context, address_, location_));
    setup::LocationSetup made{
        .name = name_, .name_space = controller_.name_space, .spec = setup::spec_of(location), .credentials = {},
        .passphrase = {}};
    if (made.spec.empty()) {
      return fail(Error(Fault::invalid, "a cluster does not reach a directory of this machine")
                      .with_code("usage")
                      .with_fix("Give s3://bucket/prefix or nfs://server/path"));
    }
    // Otherwise they are this process's own numbers, of which the controller knows nothing.
    for (const char* id : {"uid", "gid"}) {
      if (!s3 && address_.find(std::string(id) + "=") == std::string::npos) made.spec["nfs"].erase(id);
    }
    if (s3 && !pod_identity_) made.credentials = credentials(session, location);
    made.spec["access"] = read_only_ ? "ReadOnly" : "ReadWrite";
    if (shared_) made.spec["shared"] = true;
    // Who only reads has transfer tokens, which bring keys of their own.
    if (!read_only_ || password_given(password_file_)) {
      made.passphrase = TRY(read_password(context, password_file_,
                                          {.question = session.text("location.add.passphrase", name_),
                                           .again = session.text("location.add.passphrase.again"),
                                           .confirm = true}));
    }
    return setup::location_setup(std::move(made));
  }

  static Json credentials(Session& session, const store::Location& location) {
    const auto& keys = location.credentials;
    Json values{{"accessKeyId", keys.access_key_id},
                {"secretAccessKey", std::string(keys.secret_access_key.reveal())}};
    if (keys.session_token.empty()) return values;
    session.warn(session.text("location.add.temporary"));
    values["sessionToken"] = std::string(keys.session_token.reveal());
    return values;
  }

  Error saying_what_is_there(Error error) const {
    if (error.code() != "kube.AlreadyExists") return error;
    return std::move(error).with_fix(fmt::format(
        "Choose another name, or remove it with its Secrets: kubectl delete location.tranship.io/{0} secret/{0}-keys "
        "secret/{0}-passphrase -n {1}",
        name_, controller_.name_space));
  }

  Result<Json> check(Session& session, const Cluster& cluster, const Json& made) const {
    session.note(session.text("location.add.checking", name_));
    const setup::Follower follower{.changed = {},
                                   .silent = [&session] { session.warn(session.text("action.silent")); }};
    const Context limit = session.context().with_timeout(std::chrono::seconds(timeout_s_));
    auto checked = setup::follow_location(limit, *cluster.client, made, follower);
    if (!checked && checked.error().fault() == Fault::cancelled && !session.context().stopped()) {
      return fail(Error(Fault::retryable, fmt::format("the controller did not look at location {} in {} s", name_,
                                                      timeout_s_))
                      .with_code("controller.silent")
                      .with_fix("Does it run? kubectl get pods -A -l app.kubernetes.io/component=controller"));
    }
    if (!checked) return checked;
    const auto location = TRY(controller::api::from_json<controller::api::Location>(*checked));
    if (location.status.error) return fail(setup::error_of(*location.status.error).in("location " + name_));
    return checked;
  }

  void tell(Session& session, const Json& location, std::string_view key) const {
    std::string message, address = json_string(location, {"status", "address"});
    for (const Json& condition : json_at(location, {"status", "conditions"})) {
      if (json_string(condition, {"type"}) == "Ready") message = json_string(condition, {"message"});
    }
    if (session.json()) {
      session.print_json({{"name", name_},
                          {"namespace", controller_.name_space},
                          {"address", address},
                          {"message", message},
                          {"applications", json_integer(location, {"status", "applications"})},
                          {"dryRun", dry_run_}});
      return;
    }
    session.print(session.text(key, name_, controller_.name_space));
    if (!message.empty()) session.print(fmt::format("{}: {}", printable(address), printable(message)));
  }

  std::string name_, address_, password_file_;
  ControllerChoice controller_;
  store::LocationOptions location_;
  std::int64_t timeout_s_ = 120;
  bool pod_identity_ = false, read_only_ = false, shared_ = false, keep_ = false, dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_location_add_command() { return std::make_unique<LocationAddCommand>(); }

}  // namespace tranship::cli
