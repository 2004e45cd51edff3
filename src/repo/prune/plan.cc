#include "repo/prune/plan.h"

#include <algorithm>
#include <limits>

namespace tranship::repo {
namespace {

// Fewer small packs than this are not worth copying.
constexpr std::size_t kSmallPacksMin = 10;

// Times come from files of others: any may be there.
std::int64_t later(std::int64_t time_ns, std::chrono::nanoseconds by) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(time_ns, by.count(), &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

std::int64_t now_ns(const PruneOptions& options) {
  return std::chrono::nanoseconds(options.now().time_since_epoch()).count();
}

bool ripe(std::int64_t marked_ns, const OtherWriters& others, const PruneOptions& options) {
  if (options.grace.count() == 0) return true;
  if (others.unknown) return false;
  if (others.oldest_began && *others.oldest_began < later(marked_ns, options.clock_margin)) return false;
  return now_ns(options) >= later(marked_ns, options.grace);
}

Fate fate_of(const PackState& pack, const OtherWriters& others, const PruneOptions& options) {
  const bool needed = pack.needed_bytes > 0;
  if (pack.missing && !needed) return Fate::remove;  // from the index: there is nothing to wait for
  if (pack.marked_ns) {
    if (needed) return Fate::revive;
    return ripe(*pack.marked_ns, others, options) ? Fate::remove : Fate::wait;
  }
  if (!pack.listed) return needed ? Fate::revive : Fate::mark;
  if (needed) return Fate::keep;
  return pack.settled ? Fate::mark : Fate::busy;
}

void copy_small_packs(std::vector<PackState*>& candidates, std::uint64_t small_bytes) {
  for (const bool trees : {false, true}) {
    std::vector<PackState*> small;
    for (PackState* pack : candidates) {
      if (pack->size < small_bytes && pack->trees == trees) small.push_back(pack);
    }
    if (small.size() < kSmallPacksMin) continue;
    for (PackState* pack : small) pack->fate = Fate::copy;
  }
}

// The emptiest first, until what is left unused is little enough.
void copy_partly_needed(std::vector<PackState*>& candidates, std::uint64_t needed_total, const PruneOptions& options) {
  std::uint64_t unused = 0;
  for (const PackState* pack : candidates) {
    if (pack->fate != Fate::copy) unused += pack->size - std::min(pack->size, pack->needed_bytes);
  }
  const auto percent = static_cast<std::uint64_t>(std::clamp(options.unused_percent_max, 0, 99));
  const std::uint64_t allowed = needed_total / (100 - percent) * percent;
  std::sort(candidates.begin(), candidates.end(), [](const PackState* left, const PackState* right) {
    const double left_part = static_cast<double>(left->needed_bytes) / static_cast<double>(left->size);
    const double right_part = static_cast<double>(right->needed_bytes) / static_cast<double>(right->size);
    return std::pair(left_part, left->id) < std::pair(right_part, right->id);
  });
  for (PackState* pack : candidates) {
    if (pack->fate == Fate::copy) continue;
    if (unused <= allowed) return;
    const std::uint64_t gain = pack->size - std::min(pack->size, pack->needed_bytes);
    // A header is no waste: without it every pack would be worth copying.
    if (gain <= pack->size / 200) return;
    unused -= gain;
    pack->fate = Fate::copy;
  }
}

}  // namespace

OtherWriters other_writers(const std::vector<LockFile>& locks) {
  OtherWriters others;
  for (const LockFile& lock : locks) {
    if (!lock.began_ns) {
      others.unknown = true;
    } else if (!others.oldest_began || *lock.began_ns < *others.oldest_began) {
      others.oldest_began = lock.began_ns;
    }
  }
  return others;
}

bool settled(const IndexNotes& notes, const OtherWriters& others, std::chrono::milliseconds margin) {
  if (!notes.written_ns) return !others.unknown;
  return !others.oldest_began || later(*notes.written_ns, margin) < *others.oldest_began;
}

void plan_prune(std::vector<PackState>& packs, const OtherWriters& others, const PruneOptions& options) {
  const std::int64_t latest = later(now_ns(options), options.clock_margin);
  std::vector<PackState*> candidates;
  std::uint64_t needed_total = 0;
  for (PackState& pack : packs) {
    // Of a clock that is wrong, and would never come true: marked anew.
    if (pack.marked_ns && *pack.marked_ns > latest) pack.marked_ns.reset();
    pack.fate = fate_of(pack, others, options);
    needed_total += pack.needed_bytes;
    if (pack.fate == Fate::keep && pack.settled) candidates.push_back(&pack);
  }
  for (PackState* pack : candidates) {
    if (pack->data && pack->trees) pack->fate = Fate::copy;  // the format has it no more
  }
  std::erase_if(candidates, [](const PackState* pack) { return pack->fate == Fate::copy; });
  copy_small_packs(candidates, options.pack_bytes / 4);
  copy_partly_needed(candidates, needed_total, options);
  if (options.grace.count() > 0) return;
  for (PackState& pack : packs) {
    if (pack.fate == Fate::mark) pack.fate = Fate::remove;
  }
}

}  // namespace tranship::repo
