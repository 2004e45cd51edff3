#pragma once
// restic's repository lock (reference: restic doc/design.rst, "Locks"): what keeps stock restic's prune from
// removing the packs of a running writer, and us from writing under a running prune. Whoever writes to a
// repository (backup, snapshot) holds a shared one from before load_index until after the snapshot; readers need none.
// A prune of ours holds a shared one too, of which there is one at a time; it waits for whoever began before it.
//
// Our locks say more than restic's, which knows only when a lock was renewed last: since when it is held. That is also
// a promise: whoever holds it does not refer to what a prune had marked before (Index::reusable).

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/boot_clock.h"
#include "base/context.h"
#include "repo/repository.h"

namespace tranship::repo {

struct LockOptions {
  bool exclusive = false;
  bool prune = false;  // beside other prunes there is no place
  // Time between writing the own lock and looking for others once more (two takers then see each other).
  std::chrono::milliseconds settle{200};
  std::chrono::milliseconds refresh_interval = std::chrono::minutes(5);
  // A conflict is looked at again until this has passed: locks are often held for a moment only.
  std::chrono::milliseconds wait{0};
};

// A lock as its file says.
struct LockFile {
  Id id;
  std::string time;  // RFC 3339: when it was renewed last
  bool exclusive = false, prune = false;
  std::string hostname, username;
  std::int64_t pid = 0;
  // Since when it is held, in nanoseconds since 1970. Nothing: of a program that does not say.
  std::optional<std::int64_t> began_ns;

  std::string holder() const;  // "west-1 (process 12 of root)"
};

// A lock counts as held while it is renewed: longer ago, the holder gives up before others take it for gone.
inline constexpr std::chrono::minutes kLockLostAfter{25};

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
  // Everybody else's locks that are alive, also those that cannot be read (they have no time).
  Result<std::vector<LockFile>> others(const Context& context) const;
  Result<void> release(const Context& context);

 private:
  RepositoryLock(Repository& repository, LockOptions options);
  Id own_id() const;
  Result<void> write(const Context& context);
  // The lock file is still there: nobody took it for gone.
  Result<bool> in_store(const Context& context) const;
  void keep(std::stop_token stop);

  Repository& repository_;
  const LockOptions options_;
  const std::chrono::system_clock::time_point began_;
  bool stored_ = false;  // not in a store that keeps nothing (a dry run's); constant once the lock is taken
  mutable std::mutex mutex_;  // for the next three
  Id id_;                     // empty: no lock file
  BootClock::time_point written_at_;
  bool lost_ = false;
  std::stop_source lost_source_;
  std::jthread keeper_;
};

}  // namespace tranship::repo
