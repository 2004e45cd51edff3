#include "repo/lock.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "base/units.h"
#include "repo/format/go_text.h"
#include "repo/host.h"

namespace tranship::repo {
namespace {

constexpr auto kStaleAfter = std::chrono::minutes(30);
// Given up a while before others may take the lock for stale, so that nothing is under way any more by then.
constexpr auto kLostAfter = std::chrono::minutes(25);
constexpr auto kRetryInterval = std::chrono::seconds(15);
constexpr auto kConflictInterval = std::chrono::seconds(1);

struct LockFile {
  Id id;
  std::string time;
  bool exclusive = false;
  std::string hostname;
  std::string username;
  std::int64_t pid = 0;
};

std::string own_lock_json(bool exclusive) {
  std::string out = "{\"time\":\"" + format_time(std::chrono::system_clock::now()) + "\",\"exclusive\":";
  out += exclusive ? "true" : "false";
  out += ",\"hostname\":";
  append_json_string(out, local_host_name());
  out += ",\"username\":";
  append_json_string(out, local_user_name());
  out += ",\"pid\":" + std::to_string(::getpid());
  if (const auto uid = ::getuid(); uid != 0) out += ",\"uid\":" + std::to_string(uid);
  if (const auto gid = ::getgid(); gid != 0) out += ",\"gid\":" + std::to_string(gid);
  return out + "}\n";
}

Result<LockFile> parse_lock(const Id& id, std::string_view json) {
  const Json value = TRY(parse_json(json));
  LockFile file;
  file.id = id;
  file.time = json_string(value, {"time"});
  file.exclusive = json_bool(value, {"exclusive"});
  file.hostname = json_string(value, {"hostname"});
  file.username = json_string(value, {"username"});
  file.pid = json_integer(value, {"pid"});
  if (!parse_json_time(file.time)) return fail(Fault::corrupt, "lock " + id.brief() + " has no valid time");
  return file;
}

bool is_stale(const LockFile& file) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::chrono::nanoseconds since(parse_json_time(file.time).value_or(0));
  if (now - since > kStaleAfter) return true;
  if (file.hostname != local_host_name() || file.pid <= 0) return false;
  return ::kill(static_cast<pid_t>(file.pid), 0) != 0 && errno == ESRCH;
}

Error conflict(const Repository& repository, const LockFile& file) {
  std::string holder = file.hostname.empty() ? "an unknown host" : file.hostname;
  holder += " (process " + std::to_string(file.pid);
  if (!file.username.empty()) holder += " of " + file.username;
  holder += ")";
  return Error(Fault::conflict, "the repository at " + repository.store().describe() + " is locked " +
                                    (file.exclusive ? "exclusively " : "") + "by " + holder + " since " + file.time)
      .with_fix("Wait until that has ended (a restic prune, check or forget?). If the process is gone, remove lock " +
                file.id.brief() + " with 'restic unlock'; it counts as gone after 30 minutes without a sign of life.")
      .with_code("repository.locked");
}

// The lock of somebody else that is in the way, if there is one. Removes stale ones.
Result<std::optional<LockFile>> find_conflict(const Context& context, Repository& repository, bool exclusive,
                                              const Id& own) {
  for (const Id& id : TRY(repository.list_files(context, "locks"))) {
    if (id == own) continue;
    const auto json = repository.load_file(context, "locks", id);
    if (!json) {
      // Refreshed or released since the listing; a lock being written by a store without atomic puts.
      if (json.error().fault() == Fault::not_found || json.error().fault() == Fault::corrupt) continue;
      return fail(json.error());
    }
    const LockFile file = TRY(parse_lock(id, *json));
    if (is_stale(file)) {
      // Without the right to delete (append-only stores) it stays, and is passed over by everybody.
      (void)repository.store().remove(context, "locks/" + id.hex());
      continue;
    }
    if (exclusive || file.exclusive) return file;
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<RepositoryLock>> RepositoryLock::acquire(const Context& context, Repository& repository,
                                                                const LockOptions& options) {
  const auto give_up = Context::Clock::now() + options.wait;
  for (;;) {
    auto other = TRY(find_conflict(context, repository, options.exclusive, Id{}));
    if (!other) {
      std::unique_ptr<RepositoryLock> lock(new RepositoryLock(repository, options));
      TRY(lock->write(context));
      TRY(context.sleep(options.settle));
      other = TRY(find_conflict(context, repository, options.exclusive, lock->id_));
      if (!other) {
        lock->keeper_ = std::jthread([self = lock.get()](std::stop_token stop) { self->keep(stop); });
        return lock;
      }
      TRY(lock->release(context));
    }
    if (Context::Clock::now() >= give_up) return fail(conflict(repository, *other));
    TRY(context.sleep(kConflictInterval));
  }
}

RepositoryLock::~RepositoryLock() {
  // The caller's context may have ended; the lock is removed all the same, but not waited for without end.
  (void)release(Context().with_timeout(std::chrono::seconds(10)));
}

Result<void> RepositoryLock::write(const Context& context) {
  const Id fresh = TRY(repository_.save_file(context, "locks", own_lock_json(options_.exclusive)));
  Id old = fresh;
  {
    const std::lock_guard lock(mutex_);
    std::swap(id_, old);
    written_at_ = std::chrono::steady_clock::now();
  }
  if (!old.empty()) (void)repository_.store().remove(context, "locks/" + old.hex());
  return {};
}

void RepositoryLock::keep(std::stop_token stop) {
  const Context context(stop);
  while (context.sleep(options_.refresh_interval)) {
    while (!write(context.with_timeout(std::chrono::minutes(1)))) {
      {
        const std::lock_guard lock(mutex_);
        if (std::chrono::steady_clock::now() - written_at_ > kLostAfter) lost_ = true;
        if (lost_) break;
      }
      if (!context.sleep(kRetryInterval)) return;
    }
    if (!held()) {
      lost_source_.request_stop();
      return;
    }
  }
}

Context RepositoryLock::guard(const Context& parent) const { return parent.with_stop(lost_source_.get_token()); }

Result<void> RepositoryLock::held() const {
  const std::lock_guard lock(mutex_);
  // The clock is asked too: a process that was frozen finds out here, before its keeper thread has run.
  const bool kept = !id_.empty() && !lost_ && std::chrono::steady_clock::now() - written_at_ <= kLostAfter;
  if (kept) return {};
  return fail(Error(Fault::conflict, "the lock on the repository at " + repository_.store().describe() +
                                         " could not be kept for 25 minutes")
                  .with_fix("Run it again: what was written already is used if it is still there.")
                  .with_code("repository.lock_lost"));
}

Result<void> RepositoryLock::release(const Context& context) {
  keeper_.request_stop();
  if (keeper_.joinable()) keeper_.join();
  Id id;
  {
    const std::lock_guard lock(mutex_);
    id = std::exchange(id_, Id{});
  }
  if (id.empty()) return {};
  return repository_.store().remove(context, "locks/" + id.hex());
}

}  // namespace tranship::repo
