// tranship repository forget: snapshots by their ids, or those that rules keep no longer.

#include <algorithm>
#include <map>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/display/prune_view.h"
#include "cli/options/prune.h"
#include "cli/options/repository.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "policy/retention.h"
#include "repo/lock.h"

namespace tranship::cli {
namespace {

class RepositoryForgetCommand : public Command {
 public:
  std::string_view name() const override { return "repository forget"; }
  CommandHelp help() const override {
    return {"repository.forget.summary",
            "repository.forget.description",
            {{"tranship repository forget -r dir:/srv/backup --keep-daily 7 --keep-monthly 12 --prune",
              "repository.forget.example.rules"},
             {"tranship repository forget 1a2b3c4d 5e6f7a8b -r dir:/srv/backup", "repository.forget.example.ids"}},
            repository_environment()};
  }

  void add_options(Options& options) override {
    options.positionals("SNAPSHOT", names_, "repository.forget.snapshots");
    repository_.add(options);
    filter_.add_filters(options);
    options.number("--keep-latest", "COUNT", latest_, "repository.forget.keep_latest");
    options.number("--keep-hourly", "COUNT", hourly_, "repository.forget.keep_hourly");
    options.number("--keep-daily", "COUNT", daily_, "repository.forget.keep_daily");
    options.number("--keep-weekly", "COUNT", weekly_, "repository.forget.keep_weekly");
    options.number("--keep-monthly", "COUNT", monthly_, "repository.forget.keep_monthly");
    options.number("--keep-yearly", "COUNT", yearly_, "repository.forget.keep_yearly");
    options.value("--max-age", "DURATION", max_age_, "repository.forget.max_age");
    options.flag("--prune", with_prune_, "repository.forget.prune");
    prune_.add(options);
    options.flag("--dry-run", dry_run_, "option.dry_run");
  }

  Result<int> run(Session& session) override {
    const Context& context = session.context();
    const auto retention = TRY(checked_retention());
    const auto prune_options = TRY(prune_.checked(dry_run_));
    const auto opened = TRY(repository_.open(session, dry_run_));
    const auto lock = TRY(repo::RepositoryLock::acquire(context, *opened));
    const Context guarded = lock->guard(context);
    auto [gone, kept] = TRY(names_.empty() ? by_rules(guarded, *opened, retention) : by_name(guarded, *opened));
    for (const auto& snapshot : gone) TRY(opened->remove_snapshot(guarded, snapshot.id));
    TRY(lock->release(context));
    std::optional<repo::PruneResult> pruned;
    // A dry run's prune would still count what it has not forgotten.
    if (with_prune_ && !dry_run_) pruned = TRY(prune_with_progress(session, *opened, prune_options));
    show(session, gone, kept, pruned, opened->store().describe());
    return kExitSuccess;
  }

 private:
  struct Choice {
    std::vector<repo::Snapshot> gone;
    std::size_t kept = 0;
  };

  Result<policy::Retention> checked_retention() const {
    policy::Retention retention;
    constexpr std::int64_t kCountMax = 1'000'000;
    for (const auto& [count, target] : {std::pair{latest_, &retention.latest}, {hourly_, &retention.hourly},
                                        {daily_, &retention.daily}, {weekly_, &retention.weekly},
                                        {monthly_, &retention.monthly}, {yearly_, &retention.yearly}}) {
      if (count < 0 || count > kCountMax) {
        return fail(Error(Fault::invalid, "--keep-... takes 0 to 1000000").with_code("usage"));
      }
      *target = static_cast<int>(count);
    }
    if (!max_age_.empty()) retention.max_age = TRY_IN("--max-age", parse_duration(max_age_));
    if (names_.empty() != retention.empty()) return retention;
    return fail(Error(Fault::invalid, names_.empty() ? "nothing says which snapshots to forget"
                                                     : "either SNAPSHOT or --keep-... and --max-age, not both")
                    .with_code("usage")
                    .with_fix("tranship repository forget --keep-daily 7"));
  }

  Result<Choice> by_name(const Context& context, repo::Repository& repository) const {
    Choice choice;
    for (const std::string& name : names_) {
      auto snapshot = TRY(repository.find_snapshot(context, name));
      const auto same = [&](const repo::Snapshot& other) { return other.id == snapshot.id; };
      if (std::ranges::none_of(choice.gone, same)) choice.gone.push_back(std::move(snapshot));
    }
    choice.kept = TRY(repository.list_files(context, "snapshots")).size() - choice.gone.size();
    return choice;
  }

  // Each host and its paths by themselves, as restic does it.
  Result<Choice> by_rules(const Context& context, repo::Repository& repository,
                          const policy::Retention& retention) const {
    std::map<std::string, std::vector<repo::Snapshot>> groups;
    for (auto& snapshot : TRY(repository.list_snapshots(context))) {
      if (!filter_.matches(snapshot)) continue;
      std::string group = snapshot.hostname;
      for (const std::string& path : snapshot.paths) group += '\0' + path;
      groups[group].push_back(std::move(snapshot));
    }
    Choice choice;
    for (auto& [group, snapshots] : groups) {
      std::vector<policy::Time> times;
      for (const auto& snapshot : snapshots) {
        times.push_back(TRY_IN("snapshot " + snapshot.id.brief(), parse_time(snapshot.time)));
      }
      const auto keep = policy::kept(times, retention, std::chrono::system_clock::now(), "");
      for (std::size_t at = 0; at < snapshots.size(); ++at) {
        if (keep[at]) {
          ++choice.kept;
        } else {
          choice.gone.push_back(std::move(snapshots[at]));
        }
      }
    }
    return choice;
  }

  void show(Session& session, const std::vector<repo::Snapshot>& gone, std::size_t kept,
            const std::optional<repo::PruneResult>& pruned, const std::string& where) const {
    Json ids = Json::array();
    for (const auto& snapshot : gone) {
      ids.push_back(snapshot.id.hex());
      if (session.json()) continue;
      session.print(session.text(dry_run_ ? "repository.forget.would" : "repository.forget.forgotten") +
                    snapshot.id.brief() + "  " + snapshot.time.substr(0, 19) + "  " + printable(snapshot.hostname));
    }
    if (session.json()) {
      return session.print_json({{"repository", where},
                                 {"forgotten", std::move(ids)},
                                 {"kept", kept},
                                 {"dryRun", dry_run_},
                                 {"prune", pruned ? prune_json(*pruned) : Json(nullptr)}});
    }
    session.print(session.text(dry_run_ ? "repository.forget.counts_would" : "repository.forget.counts", gone.size(),
                               kept));
    if (pruned) print_prune(session, *pruned);
  }

  RepositoryChoice repository_;
  SnapshotChoice filter_;
  PruneChoice prune_;
  std::vector<std::string> names_;
  std::int64_t latest_ = 0, hourly_ = 0, daily_ = 0, weekly_ = 0, monthly_ = 0, yearly_ = 0;
  std::string max_age_;
  bool with_prune_ = false, dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_repository_forget_command() { return std::make_unique<RepositoryForgetCommand>(); }

}  // namespace tranship::cli
