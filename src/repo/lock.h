#pragma once
// restic's repository lock (reference: restic doc/design.rst, "Locks"): what keeps stock restic's prune from
// removing the packs of a running writer, and us from writing under a running prune. Whoever writes to a
// repository (backup, snapshot) holds a shared one from before load_index until after the snapshot; readers need none.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/context.h"
#include "repo/repository.h"

namespace tranship::repo {

struct LockOptions {
  bool exclusive = false;
  // Time between writing the own lock and looking for others once more (two takers then see each other).
  std::chrono::milliseconds settle{200};
  std::chrono::milliseconds refresh_interval = std::chrono::minutes(5);
  // A conflict is looked at again until this has passed: locks are often held for a moment only.
  std::chrono::milliseconds wait{0};
};

// Thread-safe. The lock file is replaced by a fresh one every refresh_interval on a thread of its own.
class RepositoryLock {
 public:
  // Fault::conflict (code "repository.locked") names the holder: host, process, since when, and what to do.
  // Locks whose process is gone (older than 30 minutes, or of a dead process of this host) are removed.
  static Result<std::unique_ptr<RepositoryLock>> acquire(const Context& context, Repository& repository,
                                                         const LockOptions& options = {});
  // Removes the lock file, if release() has not.
  ~RepositoryLock();
  RepositoryLock(const RepositoryLock&) = delete;
  RepositoryLock& operator=(const RepositoryLock&) = delete;

  // A child of `parent` that also stops when the lock could not be kept: others may then take it for stale, and
  // what is written from then on may be removed by a prune. Do all the writing under it.
  Context guard(const Context& parent) const;
  // Fault::conflict when the lock was lost. Ask before writing a snapshot.
  Result<void> held() const;
  Result<void> release(const Context& context);

 private:
  RepositoryLock(Repository& repository, LockOptions options) : repository_(repository), options_(options) {}
  Result<void> write(const Context& context);
  void keep(std::stop_token stop);

  Repository& repository_;
  const LockOptions options_;
  mutable std::mutex mutex_;  // for the next three
  Id id_;                     // empty: no lock file
  std::chrono::steady_clock::time_point written_at_;
  bool lost_ = false;
  std::stop_source lost_source_;
  std::jthread keeper_;
};

}  // namespace tranship::repo
