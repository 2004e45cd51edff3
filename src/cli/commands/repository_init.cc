// tranship repository init: a new, empty repository.

#include "cli/commands.h"
#include "cli/options/repository.h"
#include "cli/password.h"
#include "cli/session.h"

namespace tranship::cli {
namespace {

class RepositoryInitCommand : public Command {
 public:
  std::string_view name() const override { return "repository init"; }
  CommandHelp help() const override {
    return {"repository.init.summary",
            "repository.init.description",
            {{"tranship repository init -r dir:/srv/backup", "repository.init.example.directory"},
             {"tranship repository init -r s3://backups/web --endpoint https://s3.example --password-file secret",
              "repository.init.example.s3"}},
            repository_environment()};
  }

  void add_options(Options& options) override {
    repository_.add(options);
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto location = TRY(store::parse_location(context, repository_.address, repository_.location));
    const auto store = store::open_store(context, location, !dry_run_);
    if (!store && dry_run_ && store.error().fault() == Fault::not_found) {
      return show(session, location.address(), "");  // the folder would be made too
    }
    if (!store) return fail(store.error());
    PasswordSource source;
    source.question = session.text("password.new", (*store)->describe());
    source.again = session.text("password.again");
    source.confirm = true;
    const Secret password = TRY(read_password(context, repository_.password_file, source));
    store::DryRunStore nothing_written(**store);
    store::Store& used = dry_run_ ? static_cast<store::Store&>(nothing_written) : **store;
    const auto made = TRY(repo::Repository::init(context, used, password));
    return show(session, (*store)->describe(), made->config().id);
  }

 private:
  int show(Session& session, const std::string& where, const std::string& id) const {
    if (session.json()) {
      session.print_json({{"repository", where}, {"id", dry_run_ ? Json(nullptr) : Json(id)}, {"dryRun", dry_run_}});
    } else if (dry_run_) {
      session.print(session.text("repository.init.would", where));
    } else {
      session.print(session.text("repository.init.done", id.substr(0, 10), where));
      session.note(session.text("repository.init.keep_password"));
    }
    return kExitSuccess;
  }

  RepositoryChoice repository_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_repository_init_command() { return std::make_unique<RepositoryInitCommand>(); }

}  // namespace tranship::cli
