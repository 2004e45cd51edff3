// tranship repository check: is everything there, and (--read-data) is every byte what it should be?

#include "base/units.h"
#include "cli/commands.h"
#include "cli/display/progress.h"
#include "cli/options/repository.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "repo/check/check.h"

namespace tranship::cli {
namespace {

class RepositoryCheckCommand : public Command {
 public:
  std::string_view name() const override { return "repository check"; }
  CommandHelp help() const override {
    return {"repository.check.summary",
            "repository.check.description",
            {{"tranship repository check -r dir:/srv/backup", "repository.check.example.plain"},
             {"tranship repository check -r s3://backups/web --read-data --output json",
              "repository.check.example.read_data"}},
            repository_environment()};
  }

  void add_options(Options& options) override {
    repository_.add(options);
    options.flag("--read-data", read_data_, "repository.check.read_data");
    options.number("--threads", "COUNT", threads_, "option.threads");
  }

  Result<int> run(Session& session) override {
    repo::CheckOptions options;
    options.read_data = read_data_;
    options.threads = TRY(checked_threads(threads_));
    const auto opened = TRY(repository_.open(session));
    repo::Progress progress;
    const auto result = TRY([&]() -> Result<repo::CheckResult> {
      const ProgressDisplay display(session, progress);
      return repo::check(session.context(), *opened, options, progress);
    }());
    show(session, result, opened->store().describe());
    return result.whole() ? kExitSuccess : kExitPartial;
  }

 private:
  void show(Session& session, const repo::CheckResult& result, const std::string& where) const {
    std::size_t damaged = 0;
    Json findings = Json::array();
    for (const auto& finding : result.findings) {
      const bool damage = finding.kind == repo::CheckFinding::Kind::damage;
      damaged += damage;
      findings.push_back({{"kind", damage ? "damage" : "hint"}, {"text", finding.what}});
      if (session.json()) continue;
      const std::string label = session.text(damage ? "repository.check.damage" : "repository.check.hint");
      session.print(session.styled(damage ? Style::bad : Style::faint, label) + printable(finding.what));
    }
    if (session.json()) {
      return session.print_json({{"repository", where},
                                 {"whole", damaged == 0},
                                 {"readData", read_data_},
                                 {"snapshots", result.snapshots},
                                 {"packs", result.packs},
                                 {"blobs", result.blobs},
                                 {"bytesRead", result.bytes_read},
                                 {"findings", std::move(findings)}});
    }
    session.print(session.text("repository.check.counts", result.snapshots, result.packs, result.blobs,
                               format_bytes(result.bytes_read)));
    if (damaged > 0) {
      session.print(session.styled(Style::bad, session.text("repository.check.bad", where, damaged)));
    } else {
      session.print(session.styled(
          Style::good, session.text(read_data_ ? "repository.check.whole" : "repository.check.whole_unread", where)));
    }
  }

  RepositoryChoice repository_;
  bool read_data_ = false;
  std::int64_t threads_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_repository_check_command() { return std::make_unique<RepositoryCheckCommand>(); }

}  // namespace tranship::cli
