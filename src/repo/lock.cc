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
constexpr auto kRetryInterval = std::chrono::seconds(15);
constexpr auto kConflictInterval = std::chrono::seconds(1);

std::string own_lock_json(bool exclusive, bool prune, std::chrono::system_clock::time_point began) {
  std::string out = "{\"time\":\"" + format_time(std::chrono::system_clock::now()) + "\",\"exclusive\":";
  out += exclusive ? "true" : "false";
  out += ",\"hostname\":";
  append_json_string(out, local_host_name());
  out += ",\"username\":";
  append_json_string(out, local_user_name());
  out += ",\"pid\":" + std::to_string(::getpid());
  if (const auto uid = ::getuid(); uid != 0) out += ",\"uid\":" + std::to_string(uid);
  if (const auto gid = ::getgid(); gid != 0) out += ",\"gid\":" + std::to_string(gid);
  out += ",\"tranship\":{\"began\":\"" + format_time(began) + (prune ? "\",\"prune\":true}" : "\"}");
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
  file.prune = json_bool(value, {"tranship", "prune"});
  file.began_ns = parse_json_time(json_string(value, {"tranship", "began"}));
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
  return Error(Fault::conflict, "the repository at " + repository.store().describe() + " is locked " +
                                    (file.exclusive ? "exclusively by " : "by ") + file.holder() + " since " +
                                    file.time)
      .with_fix("Wait until that has ended (a restic prune, check or forget?). If the process is gone, remove lock " +
                file.id.brief() + " with 'restic unlock'; it counts as gone after 30 minutes without a sign of life.")
      .with_code("repository.locked");
}

// The lock of somebody else that is in the way, if there is one. Removes stale ones.
Result<std::optional<LockFile>> find_conflict(const Context& context, Repository& repository,
                                              const LockOptions& wanted, const Id& own, bool* own_seen = nullptr) {
  for (const Id& id : TRY(repository.list_files(context, "locks"))) {
    if (id == own) {
      if (own_seen != nullptr) *own_seen = true;
      continue;
    }
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
    if (wanted.exclusive || file.exclusive || (wanted.prune && file.prune)) return file;
  }
  return std::nullopt;
}

}  // namespace

std::string LockFile::holder() const {
  std::string text = hostname.empty() ? "an unknown host" : hostname;
  text += " (process " + std::to_string(pid);
  if (!username.empty()) text += " of " + username;
  return text + ")";
}

RepositoryLock::RepositoryLock(Repository& repository, LockOptions options)
    : repository_(repository), options_(options), began_(std::chrono::system_clock::now()) {}

Result<std::unique_ptr<RepositoryLock>> RepositoryLock::acquire(const Context& context, Repository& repository,
                                                                const LockOptions& options) {
  const auto give_up = Context::Clock::now() + options.wait;
  for (;;) {
    auto other = TRY(find_conflict(context, repository, options, Id{}));
    if (!other) {
      std::unique_ptr<RepositoryLock> lock(new RepositoryLock(repository, options));
      TRY(lock->write(context));
      TRY(context.sleep(options.settle));
      const Id own = lock->own_id();
      other = TRY(find_conflict(context, repository, options, own, &lock->stored_));
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
  const std::string json = own_lock_json(options_.exclusive, options_.prune, began_);
  const Id fresh = TRY(repository_.save_file(context, "locks", json));
  Id old = fresh;
  {
    const std::lock_guard lock(mutex_);
    std::swap(id_, old);
    written_at_ = BootClock::now();
  }
  if (!old.empty()) (void)repository_.store().remove(context, "locks/" + old.hex());
  return {};
}

void RepositoryLock::keep(std::stop_token stop) {
  const Context context(stop);
  while (context.sleep(options_.refresh_interval)) {
    for (;;) {
      const Context attempt = context.with_timeout(std::chrono::minutes(1));
      const auto there = held() && stored_ ? in_store(attempt) : Result<bool>(!stored_);
      if (there && *there && write(attempt)) break;
      {
        const std::lock_guard lock(mutex_);
        // Gone: others took it for a dead process's, and may have removed what was written under it.
        if (there && !*there) lost_ = true;
        if (BootClock::now() - written_at_ > kLockLostAfter) lost_ = true;
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
  // The clock is asked too: a process that was frozen, or on a machine that slept, finds out here, before its keeper
  // thread has run.
  const bool kept = !id_.empty() && !lost_ && BootClock::now() - written_at_ <= kLockLostAfter;
  if (kept) return {};
  return fail(Error(Fault::conflict, "the lock on the repository at " + repository_.store().describe() +
                                         " could not be kept for 25 minutes")
                  .with_fix("Run it again: what was written already is used if it is still there.")
                  .with_code("repository.lock_lost"));
}

Id RepositoryLock::own_id() const {
  const std::lock_guard lock(mutex_);
  return id_;
}

Result<bool> RepositoryLock::in_store(const Context& context) const {
  const auto found = repository_.store().stat(context, "locks/" + own_id().hex());
  if (found) return true;
  if (found.error().fault() == Fault::not_found) return false;
  return fail(found.error());
}

Result<std::vector<LockFile>> RepositoryLock::others(const Context& context) const {
  std::vector<LockFile> alive;
  const auto own_began = parse_json_time(format_time(began_));
  for (const Id& id : TRY(repository_.list_files(context, "locks"))) {
    const auto json = repository_.load_file(context, "locks", id);
    if (!json && json.error().fault() == Fault::not_found) continue;
    if (!json && json.error().fault() != Fault::corrupt) return fail(json.error());
    auto file = json ? parse_lock(id, *json) : Result<LockFile>(fail(json.error()));
    // By what it says, not by its name: it may just be renewed.
    const bool own = file && file->began_ns == own_began && file->pid == ::getpid();
    if (own || (file && is_stale(*file))) continue;
    alive.push_back(file ? std::move(*file) : LockFile{.id = id});
  }
  return alive;
}

Result<void> RepositoryLock::release(const Context& context) {
  keeper_.request_stop();
  if (keeper_.joinable()) keeper_.join();  // or it might just be writing a fresh one
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
