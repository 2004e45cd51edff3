// The order of a prune. What makes it safe is said in docs/format/repository.md, "Prune"; the numbers there are named
// here.

#include "repo/prune/prune.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/parallel.h"
#include "crypto/random.h"
#include "repo/format/pack.h"
#include "repo/lock.h"
#include "repo/prune/copy_blobs.h"
#include "repo/prune/index_exchange.h"
#include "repo/prune/plan.h"
#include "repo/prune/unlisted.h"

namespace tranship::repo {
namespace {

constexpr int kRemoveThreads = 8;
constexpr std::size_t kHintsMax = 100;

class Prune {
 public:
  Prune(const Context& context, Repository& repository, const RepositoryLock& lock, const PruneOptions& options,
        Progress& progress)
      : context_(context),
        repository_(repository),
        lock_(lock),
        options_(options),
        progress_(progress),
        reachable_(repository) {}

  Result<PruneResult> run() {
    TRY(look_at_all());
    TRY(plan());
    if (!options_.dry_run) TRY(carry_out());
    sum_up();
    return std::move(result_);
  }

 private:
  bool at_once() const { return options_.grace.count() == 0; }

  Result<void> look_at_all() {
    // 1: packs, then locks, then indexes, then snapshots.
    TRY(repository_.store().list(context_, "data/", [&](const store::ObjectInfo& object) {
      const auto id = Id::parse(object.key.substr(object.key.rfind('/') + 1));
      if (id && object.size > 0) there_[*id] = object.size;
    }));
    TRY(look_at_locks());
    TRY(repository_.load_index(context_));
    TRY(look_at_locks());
    others_ = other_writers(locks_);
    if (!others_.any()) unreadable_ = TRY(add_unlisted_packs(context_, repository_, there_)).unreadable;
    TRY(follow_new_snapshots());
    reachable_.take_new();
    TRY(look_at_locks());
    others_ = other_writers(locks_);
    return {};
  }

  Result<void> look_at_locks() {
    for (LockFile& lock : TRY(lock_.others(context_))) {
      const std::string holder = lock.holder();
      if (std::ranges::find(result_.holders, holder) == result_.holders.end()) result_.holders.push_back(holder);
      locks_.push_back(std::move(lock));
    }
    return {};
  }

  // Those that were not there the last time.
  Result<void> follow_new_snapshots() {
    auto snapshots = TRY(repository_.list_snapshots(context_));
    std::erase_if(snapshots, [&](const Snapshot& snapshot) { return !followed_.insert(snapshot.id).second; });
    if (snapshots.empty()) return {};
    result_.snapshots += snapshots.size();
    TRY(repository_.load_index(context_));
    return reachable_.add(context_, snapshots, progress_);
  }

  Result<void> plan() {
    std::vector<bool> settled_files;
    for (const IndexFile& file : repository_.index().files()) {
      settled_files.push_back(settled(file.notes, others_, options_.clock_margin));
    }
    table_.emplace(repository_.index(), reachable_, settled_files);
    for (PackState& pack : table_->packs()) {
      if (there_.contains(pack.id)) continue;
      const auto found = repository_.store().stat(context_, pack_key(pack.id));  // it may have come since the listing
      if (!found && found.error().fault() != Fault::not_found) return fail(found.error());
      pack.missing = !found;
      if (!pack.missing || pack.needed_bytes == 0) continue;
      return fail(Error(Fault::corrupt, "pack " + pack.id.hex() + " is missing, and snapshots need it")
                      .with_code("repository.damaged")
                      .with_fix("Nothing was removed. 'tranship repository check' tells all that is damaged."));
    }
    plan_prune(table_->packs(), others_, options_);
    for (const PackState& pack : table_->packs()) {
      if (options_.dry_run && pack.fate == Fate::copy) result_.bytes_copied += pack.needed_bytes;
    }
    return {};
  }

  Result<void> carry_out() {
    // Who may write and not delete finds out before anything is written.
    Id nobody;
    crypto::random_bytes(nobody.bytes);
    TRY(repository_.store().remove(context_, "index/" + nobody.hex()));
    result_.bytes_copied = TRY(
        copy_blobs(context_, repository_, *table_, reachable_, options_.pack_bytes, progress_));
    // 2: what ended meanwhile need not be marked and found again.
    TRY(follow_new_snapshots());
    spare_new_needs();
    TRY(lock_.held());
    IndexExchange exchange(repository_, *table_);
    TRY(exchange.write(context_, now_ns(), at_once()));
    TRY(lock_.held());
    TRY(exchange.remove_old(context_));
    if (!TRY(nobody_needs_them(exchange))) return {};
    return remove_packs();
  }

  std::int64_t now_ns() const {
    return std::chrono::nanoseconds(options_.now().time_since_epoch()).count();
  }

  std::unordered_set<PackState*> newly_needed() {
    std::unordered_set<PackState*> packs;
    for (const std::uint32_t entry : reachable_.take_new()) {
      if (PackState* pack = table_->of_entry(entry)) packs.insert(pack);
    }
    return packs;
  }

  void spare_new_needs() {
    for (PackState* pack : newly_needed()) {
      if (pack->fate == Fate::copy || pack->fate == Fate::mark) pack->fate = pack->listed ? Fate::keep : Fate::revive;
      if (pack->fate == Fate::wait) pack->fate = Fate::revive;
      if (pack->fate == Fate::remove) pack->fate = pack->marked_ns || !pack->listed ? Fate::revive : Fate::keep;
    }
  }

  std::vector<PackState*> to_remove() {
    std::vector<PackState*> packs;
    for (PackState& pack : table_->packs()) {
      if (pack.fate == Fate::remove || (at_once() && pack.fate == Fate::copy)) packs.push_back(&pack);
    }
    return packs;
  }

  // 3: with the packs out of the index, nobody new can get to know them. Whoever did just before is still there, by the
  // lock, or has left a snapshot. False: they are listed again, and wait.
  Result<bool> nobody_needs_them(IndexExchange& exchange) {
    const auto packs = to_remove();
    if (packs.empty()) return true;
    const auto give_back = [&](bool marked) {
      std::vector<const PackState*> again;
      for (PackState* pack : packs) {
        if (pack->missing) continue;
        pack->fate = marked ? Fate::wait : Fate::revive;
        again.push_back(pack);
      }
      return exchange.write_again(context_, again, marked);
    };
    const auto locks_before = locks_.size();
    auto looked = look_at_locks();
    const std::vector<LockFile> fresh(locks_.begin() + static_cast<std::ptrdiff_t>(locks_before), locks_.end());
    if (looked && other_writers(fresh).unknown) {
      TRY(give_back(true));
      return false;
    }
    if (looked) looked = follow_new_snapshots();
    const bool needed = std::ranges::any_of(newly_needed(), [](const PackState* pack) {
      return pack->fate == Fate::remove || pack->fate == Fate::copy;
    });
    if (!looked || needed) TRY(give_back(false));
    TRY(looked);
    return !needed;
  }

  Result<void> remove_packs() {
    TRY(lock_.held());
    std::vector<Id> gone;
    for (const PackState* pack : to_remove()) {
      if (!pack->missing) gone.push_back(pack->id);
    }
    // Under restic's exclusive lock nobody can be writing them.
    if (at_once()) gone.insert(gone.end(), unreadable_.begin(), unreadable_.end());
    return try_parallel_for(context_, gone.size(), kRemoveThreads, [&](std::size_t at) {
      return repository_.store().remove(context_, pack_key(gone[at]));
    });
  }

  void sum_up() {
    std::optional<std::int64_t> next;
    for (const PackState& pack : table_->packs()) {
      result_.bytes_used += pack.needed_bytes;
      if (pack.missing) continue;
      result_.before.add(pack.size);
      if (pack.fate == Fate::wait) {
        result_.waiting.add(pack.size);
        if (pack.marked_ns) next = std::min(next.value_or(*pack.marked_ns), *pack.marked_ns);
      }
      if (pack.fate == Fate::revive) result_.revived.add(pack.size);
      if (pack.fate == Fate::busy) result_.busy.add(pack.size);
      if (pack.fate == Fate::copy) result_.copied.add(pack.size);
      if (pack.fate == Fate::remove || (at_once() && pack.fate == Fate::copy)) result_.removed.add(pack.size);
      if (pack.fate == Fate::mark || (!at_once() && pack.fate == Fate::copy)) result_.marked.add(pack.size);
    }
    for (const Id& id : unreadable_) {
      const std::uint64_t size = there_[id];
      result_.before.add(size);
      if (at_once()) {
        result_.removed.add(size);
      } else if (result_.hints.size() < kHintsMax) {
        result_.hints.push_back("pack " + id.hex() + " is in no index and cannot be read: it stays");
      }
    }
    if (!next && result_.marked.packs > 0) next = now_ns();
    if (next) result_.next = std::chrono::system_clock::time_point(std::chrono::nanoseconds(*next)) + options_.grace;
    if (result_.waiting.packs + result_.busy.packs == 0) result_.holders.clear();
  }

  const Context& context_;
  Repository& repository_;
  const RepositoryLock& lock_;
  const PruneOptions& options_;
  Progress& progress_;
  Reachable reachable_;
  std::unordered_map<Id, std::uint64_t> there_;  // packs in the store, and their sizes
  std::vector<LockFile> locks_;
  OtherWriters others_;
  std::vector<Id> unreadable_;
  std::unordered_set<Id> followed_;
  std::optional<PackTable> table_;
  PruneResult result_;
};

}  // namespace

Result<PruneResult> prune(const Context& context, Repository& repository, const PruneOptions& options,
                          Progress& progress) {
  LockOptions lock_options;
  lock_options.exclusive = options.grace.count() == 0;
  lock_options.prune = true;
  lock_options.settle = options.lock_settle;
  lock_options.wait = options.lock_wait;
  const auto lock = TRY(RepositoryLock::acquire(context, repository, lock_options));
  const Context guarded = lock->guard(context);
  // Its own index: what another has in memory may be of packs that are in no index file yet, or no more.
  const auto fresh = TRY(Repository::open(guarded, repository.store(), repository.master_key()));
  auto result = TRY(Prune(guarded, *fresh, *lock, options, progress).run());
  TRY(lock->release(context));
  return result;
}

}  // namespace tranship::repo
