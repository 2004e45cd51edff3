// tranship token create|inspect|list|revoke|target: what lets another cluster find and open an exported application.

#include "cli/options/token.h"
#include "base/file.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/options/application.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "migrate/backup.h"
#include "migrate/token_keys.h"

namespace tranship::cli {
namespace {

std::string day_of(const std::string& time) {
  return time.empty() ? "" : time.substr(0, 16) + "Z";
}

class TokenCreateCommand : public Command {
 public:
  std::string_view name() const override { return "token create"; }
  CommandHelp help() const override {
    return {"token.create.summary",
            "token.create.description",
            {{"tranship token create minio --location s3://backups/team --expires 30d", "token.create.example.plain"},
             {"tranship token create minio --location s3://backups/team --for transhiptarget1_AAAAIM3v...",
              "token.create.example.sealed"}},
            {{"TRANSHIP_PASSWORD", "environment.password"}}};
  }
  void add_options(Options& options) override {
    options.positional("APPLICATION", application_, "token.application").required();
    location_.add(options, false);
    options.value("--expires", "DURATION", expires_, "token.create.expires");
    options.value("--note", "TEXT", note_, "token.create.note");
    options.value("--for", "TARGET", target_, "token.create.for");
    options.flag("--with-credentials", with_credentials_, "token.create.with_credentials");
    options.value("--write-to", "FILE", file_, "token.create.write_to").files();
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    migrate::TokenRequest request{.application = application_, .note = note_, .with_credentials = with_credentials_};
    if (!expires_.empty()) request.lifetime = TRY_IN("--expires", parse_duration(expires_));
    std::optional<crypto::BoxPublicKey> target;
    if (!target_.empty()) target = TRY_IN("--for", migrate::parse_target(target_));
    const auto chosen = TRY(location_.open(context));
    auto repository = TRY(migrate::open_application(context, chosen.location, application_, chosen.passphrase));
    const auto points = TRY(migrate::list_restore_points(context, *repository.repository));
    if (!points.empty()) request.cluster = points.front().second.cluster;
    if (dry_run_) return show_dry_run(session, points.size());
    const auto token = TRY(migrate::create_token(context, repository, chosen.location, request));
    const bool large_ca = chosen.location.ca_pem.size() > migrate::kTokenCaBytesMax &&
                          !chosen.location.endpoint.starts_with("http://");
    return show(session, token, TRY(migrate::token_text(token, target)), large_ca);
  }

 private:
  int show_dry_run(Session& session, std::size_t points) const {
    if (session.json()) {
      session.print_json({{"application", application_}, {"restorePoints", points}, {"dryRun", true}});
    } else {
      session.print(session.text("token.create.would", application_, points));
    }
    return kExitSuccess;
  }

  Result<int> show(Session& session, const migrate::TransferToken& token, const Secret& text, bool large_ca) const {
    if (!file_.empty()) TRY_IN("--write-to", write_file(file_, std::string(text.reveal()) + "\n", 0600));
    if (session.json()) {
      Json document = {{"application", token.application},
                       {"key", token.key},
                       {"created", token.created},
                       {"expires", token.expires.empty() ? Json(nullptr) : Json(token.expires)}};
      if (file_.empty()) document["token"] = std::string(text.reveal());
      session.print_json(document);
      return kExitSuccess;
    }
    if (file_.empty()) session.print(text.reveal());
    session.note(session.text("token.create.done", token.key.substr(0, 8), token.application));
    if (!token.expires.empty()) session.note(session.text("token.create.ends", token.expires));
    if (token.location.kind == store::Location::Kind::directory) session.note(session.text("token.create.directory"));
    if (token.location.kind == store::Location::Kind::nfs) {
      session.note(session.text("token.create.nfs", token.location.nfs.uid));
    }
    if (large_ca) session.note(session.text("token.create.no_ca"));
    if (!token.has_credentials() && token.location.kind == store::Location::Kind::s3) {
      session.note(session.text("token.create.no_credentials"));
    }
    return kExitSuccess;
  }

  std::string application_, expires_, note_, target_, file_;
  LocationChoice location_;
  bool with_credentials_ = false, dry_run_ = false;
};

class TokenInspectCommand : public Command {
 public:
  std::string_view name() const override { return "token inspect"; }
  CommandHelp help() const override {
    return {"token.inspect.summary",
            "token.inspect.description",
            {{"tranship token inspect --token-file minio.token", "token.inspect.example"}},
            {{"TRANSHIP_TOKEN", "environment.token"}}};
  }
  void add_options(Options& options) override {
    location_.add_for_reading(options);
    options.flag("--offline", offline_, "token.inspect.offline");
  }

  Result<int> run(Session& session) override {
    const auto text = TRY(read_token(location_.token_file));
    if (!text) {
      return fail(Error(Fault::invalid, "there is no transfer token to look at")
                      .with_code("usage")
                      .with_fix("Give --token-file FILE (- reads standard input) or TRANSHIP_TOKEN"));
    }
    const auto own = TRY(own_target_keys(false));
    const auto token = TRY(migrate::parse_token(*text, own ? &*own : nullptr));
    Json document = {{"application", token.application},
                     {"cluster", token.cluster},
                     {"created", token.created},
                     {"expires", token.expires.empty() ? Json(nullptr) : Json(token.expires)},
                     {"location", token.location.address()},
                     {"endpoint", token.location.endpoint},
                     {"hasCredentials", token.has_credentials()},
                     {"key", token.key}};
    if (!session.json()) print_content(session, token);
    // Reached or not, what the token says was shown: most questions end there.
    TRY(migrate::check_not_expired(token, std::chrono::system_clock::now()));
    if (!offline_) TRY(look(session, document));
    if (session.json()) session.print_json(document);
    return kExitSuccess;
  }

 private:
  static void print_content(Session& session, const migrate::TransferToken& token) {
    const auto line = [&](std::string_view key, const std::string& value) {
      if (!value.empty()) session.print(session.text(key) + ": " + printable(value));
    };
    line("token.field.application", token.application);
    line("token.field.cluster", token.cluster);
    line("token.field.location", token.location.address());
    line("token.field.endpoint", token.location.endpoint);
    line("token.field.created", token.created);
    line("token.field.expires", token.expires.empty() ? session.text("token.never") : token.expires);
    line("token.field.credentials", session.text(token.has_credentials() ? "token.inside" : "token.not_inside"));
  }

  Result<void> look(Session& session, Json& document) const {
    const Context& context = session.context();
    const auto chosen = TRY(location_.open(context));
    const auto repository = TRY(chosen.application(context, ""));
    const auto points = TRY(migrate::list_restore_points(context, *repository.repository));
    document["restorePoints"] = points.size();
    document["newest"] = points.empty() ? Json(nullptr) : Json(points.front().second.finished_at);
    if (session.json()) return {};
    session.print(points.empty()
                      ? session.text("token.inspect.no_points")
                      : session.text("token.inspect.points", points.size(), points.front().second.finished_at));
    return {};
  }

  LocationChoice location_;
  bool offline_ = false;
};

class TokenListCommand : public Command {
 public:
  std::string_view name() const override { return "token list"; }
  CommandHelp help() const override {
    return {"token.list.summary",
            "token.list.description",
            {{"tranship token list minio --location s3://backups/team", "token.list.example"}},
            {{"TRANSHIP_PASSWORD", "environment.password"}}};
  }
  void add_options(Options& options) override {
    options.positional("APPLICATION", application_, "token.application").required();
    location_.add(options, false);
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto chosen = TRY(location_.open(context));
    auto repository = TRY(migrate::open_application(context, chosen.location, application_, chosen.passphrase));
    Json list = Json::array();
    for (const auto& token : TRY(migrate::list_tokens(context, repository))) {
      list.push_back({{"key", token.key.hex()},
                      {"note", token.note},
                      {"created", token.created},
                      {"expires", token.expires.empty() ? Json(nullptr) : Json(token.expires)},
                      {"expired", token.expired}});
      if (session.json()) continue;
      const std::string end = token.expires.empty() ? session.text("token.never") : day_of(token.expires);
      session.print(token.key.brief() + "  " + day_of(token.created) + "  " + pad(end, 17) + "  " +
                    (token.expired ? session.styled(Style::warning, session.text("token.ended")) + "  " : "") +
                    printable(token.note));
    }
    if (session.json()) session.print_json({{"tokens", list}});
    if (!session.json() && list.empty()) session.print(session.text("token.list.none", application_));
    return kExitSuccess;
  }

 private:
  std::string application_;
  LocationChoice location_;
};

class TokenRevokeCommand : public Command {
 public:
  std::string_view name() const override { return "token revoke"; }
  CommandHelp help() const override {
    return {"token.revoke.summary",
            "token.revoke.description",
            {{"tranship token revoke minio 4f2a91c0 --location s3://backups/team", "token.revoke.example"}},
            {{"TRANSHIP_PASSWORD", "environment.password"}}};
  }
  void add_options(Options& options) override {
    options.positional("APPLICATION", application_, "token.application").required();
    options.positional("TOKEN", token_, "token.revoke.token").required();
    location_.add(options, false);
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto chosen = TRY(location_.open(context));
    auto repository = TRY(migrate::open_application(context, chosen.location, application_, chosen.passphrase));
    const Id key = dry_run_ ? TRY(migrate::find_token(context, repository, token_))
                            : TRY(migrate::revoke_token(context, repository, token_));
    if (session.json()) {
      session.print_json({{"key", key.hex()}, {"dryRun", dry_run_}});
    } else {
      session.print(session.text(dry_run_ ? "token.revoke.would" : "token.revoke.done", key.brief()));
    }
    return kExitSuccess;
  }

 private:
  std::string application_, token_;
  LocationChoice location_;
  bool dry_run_ = false;
};

class TokenTargetCommand : public Command {
 public:
  std::string_view name() const override { return "token target"; }
  CommandHelp help() const override {
    return {
        "token.target.summary", "token.target.description", {{"tranship token target", "token.target.example"}}, {}};
  }
  void add_options(Options&) override {}

  Result<int> run(Session& session) override {
    const auto keys = TRY(own_target_keys(true));
    const std::string text = migrate::target_text(keys->public_key);
    if (session.json()) {
      session.print_json({{"target", text}, {"name", migrate::target_name(keys->public_key)}});
    } else {
      session.print(text);
    }
    return kExitSuccess;
  }
};

}  // namespace

std::unique_ptr<Command> make_token_create_command() {
  return std::make_unique<TokenCreateCommand>();
}
std::unique_ptr<Command> make_token_inspect_command() {
  return std::make_unique<TokenInspectCommand>();
}
std::unique_ptr<Command> make_token_list_command() {
  return std::make_unique<TokenListCommand>();
}
std::unique_ptr<Command> make_token_revoke_command() {
  return std::make_unique<TokenRevokeCommand>();
}
std::unique_ptr<Command> make_token_target_command() {
  return std::make_unique<TokenTargetCommand>();
}

}  // namespace tranship::cli
