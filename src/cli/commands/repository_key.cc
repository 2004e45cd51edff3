// tranship repository key list|add|remove: the passwords that open a repository.

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/display/key_view.h"
#include "cli/options/repository.h"
#include "cli/password.h"
#include "cli/session.h"
#include "repo/host.h"
#include "repo/lock.h"

namespace tranship::cli {
namespace {

class KeyListCommand : public Command {
 public:
  std::string_view name() const override { return "repository key list"; }
  CommandHelp help() const override {
    return {"repository.key.list.summary",
            "repository.key.list.description",
            {{"tranship repository key list -r dir:/srv/backup", "repository.key.list.example"}},
            repository_environment()};
  }
  void add_options(Options& options) override { repository_.add(options); }
  Result<int> run(Session& session) override {
    const auto opened = TRY(repository_.open(session));
    show_keys(session, TRY(opened->list_keys(session.context())));
    return kExitSuccess;
  }

 private:
  RepositoryChoice repository_;
};

class KeyAddCommand : public Command {
 public:
  std::string_view name() const override { return "repository key add"; }
  CommandHelp help() const override {
    auto environment = repository_environment();
    environment.push_back({"TRANSHIP_NEW_PASSWORD", "environment.new_password"});
    return {"repository.key.add.summary",
            "repository.key.add.description",
            {{"tranship repository key add -r dir:/srv/backup --new-password-file colleague",
              "repository.key.add.example"}},
            std::move(environment)};
  }
  void add_options(Options& options) override {
    repository_.add(options);
    options.value("--new-password-file", "FILE", new_password_file_, "repository.key.add.new_password_file").files();
    options.value("--user", "NAME", user_, "repository.key.add.user");
    options.value("--host", "HOST", host_, "repository.key.add.host");
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto opened = TRY(repository_.open(session, dry_run_));
    const PasswordSource source{.variable = "TRANSHIP_NEW_PASSWORD",
                                .option = "--new-password-file",
                                .question = session.text("password.new", opened->store().describe()),
                                .again = session.text("password.again"),
                                .confirm = true};
    const Secret password = TRY(read_password(context, new_password_file_, source));
    const auto lock = TRY(repo::RepositoryLock::acquire(context, *opened));
    const Id id = TRY(opened->add_key(lock->guard(context), password,
                                      {.user = user_.empty() ? repo::local_user_name() : user_,
                                       .host = host_.empty() ? repo::local_host_name() : host_,
                                       .expires = {}}));
    TRY(lock->release(context));
    if (session.json()) {
      session.print_json({{"key", dry_run_ ? Json(nullptr) : Json(id.hex())}, {"dryRun", dry_run_}});
    } else {
      session.print(dry_run_ ? session.text("repository.key.add.would")
                             : session.text("repository.key.add.done", id.brief()));
    }
    return kExitSuccess;
  }

 private:
  RepositoryChoice repository_;
  std::string new_password_file_, user_, host_;
  bool dry_run_ = false;
};

class KeyRemoveCommand : public Command {
 public:
  std::string_view name() const override { return "repository key remove"; }
  CommandHelp help() const override {
    return {"repository.key.remove.summary",
            "repository.key.remove.description",
            {{"tranship repository key remove 1a2b3c4d -r dir:/srv/backup", "repository.key.remove.example"}},
            repository_environment()};
  }
  void add_options(Options& options) override {
    options.positional("KEY", key_, "repository.key.remove.key").required();
    repository_.add(options);
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto opened = TRY(repository_.open(session, dry_run_));
    // Exclusive, as restic does: nobody may just be opening the repository for writing with this key.
    const auto lock = TRY(repo::RepositoryLock::acquire(context, *opened, {.exclusive = true}));
    const Id id = TRY(find(context, *opened));
    TRY(opened->remove_key(lock->guard(context), id));
    TRY(lock->release(context));
    if (session.json()) {
      session.print_json({{"key", id.hex()}, {"dryRun", dry_run_}});
    } else {
      session.print(session.text(dry_run_ ? "repository.key.remove.would" : "repository.key.remove.done", id.brief()));
    }
    return kExitSuccess;
  }

 private:
  // By its id or the beginning of one.
  Result<Id> find(const Context& context, repo::Repository& repository) const {
    const auto keys = TRY(repository.list_keys(context));
    std::vector<Id> found;
    std::string there;
    for (const auto& key : keys) {
      there += (there.empty() ? "" : ", ") + key.id.brief();
      if (!key_.empty() && key.id.hex().starts_with(key_)) found.push_back(key.id);
    }
    if (found.size() == 1) return found[0];
    const std::string what = found.empty() ? "there is no key '{}' at {}" : "several keys begin with '{}' at {}";
    return fail(Error(found.empty() ? Fault::not_found : Fault::invalid,
                      fmt::format(fmt::runtime(what), key_, repository.store().describe()))
                    .with_code("repository.key_id")
                    .with_fix("The keys are: " + there));
  }

  RepositoryChoice repository_;
  std::string key_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_repository_key_list_command() { return std::make_unique<KeyListCommand>(); }
std::unique_ptr<Command> make_repository_key_add_command() { return std::make_unique<KeyAddCommand>(); }
std::unique_ptr<Command> make_repository_key_remove_command() { return std::make_unique<KeyRemoveCommand>(); }

}  // namespace tranship::cli
