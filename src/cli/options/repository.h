#pragma once
// Options that the repository commands share: which repository, its password, and which snapshot is meant.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/session.h"
#include "repo/repository.h"
#include "store/dry_run.h"
#include "store/location.h"

namespace tranship::cli {

// A repository with the stores below it; they live as long as it.
struct OpenedRepository {
  std::unique_ptr<store::Store> location;
  std::unique_ptr<store::DryRunStore> dry_run;  // set when nothing may be written
  std::unique_ptr<repo::Repository> repository;

  repo::Repository& operator*() const { return *repository; }
  repo::Repository* operator->() const { return repository.get(); }
};

struct RepositoryChoice {
  std::string address;
  store::LocationOptions location;
  std::string password_file;

  // --repository, --password-file and how its store is reached.
  void add(Options& options);
  Result<OpenedRepository> open(Session& session, bool dry_run = false) const;
};

// What the help of every command that opens a repository says of the environment.
std::vector<EnvironmentVariable> repository_environment();

// SNAPSHOT[:PATH]: an id, the beginning of one, or "latest" (of a host, path or tag), and a path in it.
struct SnapshotChoice {
  std::string name;  // as given, with the path
  std::string host, path, tag;

  void add_filters(Options& options);
  bool matches(const repo::Snapshot& snapshot) const;

  struct Found {
    repo::Snapshot snapshot;
    std::string path;  // without slashes at its ends; empty: all of it
  };
  Result<Found> find(const Context& context, repo::Repository& repository) const;
};

// --threads: 0 chooses. Fault::invalid (code "usage") outside of 0 to 256.
Result<int> checked_threads(std::int64_t threads);

}  // namespace tranship::cli
