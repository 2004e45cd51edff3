#include "cli/options/repository.h"

#include <algorithm>

#include "cli/options/store.h"
#include "cli/password.h"

namespace tranship::cli {
namespace {

constexpr std::int64_t kThreadsMax = 256;

std::string trimmed_slashes(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

void RepositoryChoice::add(Options& options) {
  options.value("--repository,-r", "LOCATION", address, "option.repository")
      .environment("TRANSHIP_REPOSITORY")
      .required();
  options.value("--password-file", "FILE", password_file, "option.password_file").files();
  add_store_options(options, location);
}

Result<OpenedRepository> RepositoryChoice::open(Session& session, bool dry_run) const {
  const Context& context = session.context();
  OpenedRepository opened;
  opened.location = TRY(store::open_store(context, TRY(store::parse_location(context, address, location))));
  if (dry_run) opened.dry_run = std::make_unique<store::DryRunStore>(*opened.location);
  PasswordSource source;
  source.question = session.text("password.question", opened.location->describe());
  const Secret password = TRY(read_password(context, password_file, source));
  store::Store& used = dry_run ? *opened.dry_run : *opened.location;
  opened.repository = TRY(repo::Repository::open(context, used, password));
  return opened;
}

std::vector<EnvironmentVariable> repository_environment() {
  return {{"TRANSHIP_REPOSITORY", "environment.repository"},
          {"TRANSHIP_PASSWORD", "environment.password"},
          {"AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE", "environment.aws"}};
}

void SnapshotChoice::add_filters(Options& options) {
  options.value("--host", "HOST", host, "option.filter_host");
  options.value("--path", "PATH", path, "option.filter_path").directories();
  options.value("--tag", "TAG", tag, "option.filter_tag");
}

bool SnapshotChoice::matches(const repo::Snapshot& snapshot) const {
  const auto has = [](const std::vector<std::string>& list, const std::string& wanted) {
    return wanted.empty() || std::find(list.begin(), list.end(), wanted) != list.end();
  };
  return (host.empty() || snapshot.hostname == host) && has(snapshot.paths, path) && has(snapshot.tags, tag);
}

Result<SnapshotChoice::Found> SnapshotChoice::find(const Context& context, repo::Repository& repository) const {
  const std::size_t colon = name.find(':');
  const std::string id = name.substr(0, colon);
  const std::string inside = colon == std::string::npos ? "" : trimmed_slashes(name.substr(colon + 1));
  if (id != "latest" || (host.empty() && path.empty() && tag.empty())) {
    return Found{TRY(repository.find_snapshot(context, id)), inside};
  }
  auto snapshots = TRY(repository.list_snapshots(context));
  const auto found = std::find_if(snapshots.rbegin(), snapshots.rend(),
                                  [&](const repo::Snapshot& snapshot) { return matches(snapshot); });
  if (found == snapshots.rend()) {
    return fail(Error(Fault::not_found, "no snapshot at " + repository.store().describe() +
                                            " has the host, path and tag that were given")
                    .with_code("repository.snapshot")
                    .with_fix("See what there is: tranship repository list"));
  }
  return Found{*found, inside};
}

Result<int> checked_threads(std::int64_t threads) {
  if (threads < 0 || threads > kThreadsMax) {
    return fail(Error(Fault::invalid, "--threads must be from 0 to " + std::to_string(kThreadsMax)).with_code("usage"));
  }
  return static_cast<int>(threads);
}

}  // namespace tranship::cli
