#include "repo/format/index.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace tranship::repo {
namespace {

// 48 bytes; one per blob of each pack, in the order of the packs.
struct Entry {
  Id id;
  std::uint32_t type : 1;
  std::uint32_t pack : 31;
  std::uint32_t offset;
  std::uint32_t length;
  std::uint32_t uncompressed_length;
};
static_assert(sizeof(Entry) == 48);

// In the order in which copies of a blob are preferred.
enum class Standing : std::uint8_t { listed, marked, withdrawn };

struct Pack {
  Id id;
  std::uint32_t first = 0, count = 0;  // its entries
  std::uint32_t file = PackListing::kNoFile;
  std::uint8_t standing = 0;  // by standing_of and set_standing: it changes under readers

  Standing standing_of() const {
    return static_cast<Standing>(std::atomic_ref(const_cast<std::uint8_t&>(standing)).load(std::memory_order_relaxed));
  }
  void set_standing(Standing to) {
    std::atomic_ref(standing).store(static_cast<std::uint8_t>(to), std::memory_order_relaxed);
  }
};

// Items at addresses that never change, so that readers need no lock for them: chunk k holds kFirst << k. Memory that
// was not written yet is not resident.
template <class T>
class StableArray {
 public:
  T& operator[](std::uint32_t number) const {
    const std::uint32_t chunk = static_cast<std::uint32_t>(std::bit_width(number / kFirst + 1)) - 1;
    return chunks_[chunk][number - kFirst * ((1u << chunk) - 1)];
  }
  // One thread at a time.
  std::uint32_t append(const T& item) {
    const std::uint32_t chunk = static_cast<std::uint32_t>(std::bit_width(size_ / kFirst + 1)) - 1;
    if (!chunks_[chunk]) chunks_[chunk].reset(new T[std::size_t{kFirst} << chunk]);
    (*this)[size_] = item;
    return size_++;
  }
  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kFirst = 1024;
  std::array<std::unique_ptr<T[]>, 22> chunks_;
  std::uint32_t size_ = 0;
};

std::uint64_t word_of(const Id& id, std::size_t at) {
  std::uint64_t word;
  std::memcpy(&word, id.bytes.data() + at, sizeof word);
  return word;
}

struct ClaimKey {
  Id id;
  BlobType type;
  bool operator==(const ClaimKey&) const = default;
};
struct ClaimHash {
  std::size_t operator()(const ClaimKey& key) const { return word_of(key.id, 0); }
};

// Open addressing over entry numbers, 4 bytes a slot; ids are digests, so any of their bytes hash well. Each stripe
// has its own lock, so that writers of one do not hold up readers of the others.
struct Stripe {
  mutable std::shared_mutex mutex;
  std::vector<std::uint32_t> slots;  // entry number + 1; 0: empty
  std::size_t used = 0;
  std::unordered_set<ClaimKey, ClaimHash> claimed;

  static bool same(const Entry& entry, BlobType type, const Id& id) {
    return entry.id == id && entry.type == static_cast<std::uint32_t>(type);
  }

  // The place in `slots`; their number when it is not there.
  std::size_t slot_of(const StableArray<Entry>& entries, BlobType type, const Id& id) const {
    if (slots.empty()) return 0;
    const std::size_t mask = slots.size() - 1;
    for (std::size_t at = word_of(id, 8) & mask; slots[at] != 0; at = (at + 1) & mask) {
      if (same(entries[slots[at] - 1], type, id)) return at;
    }
    return slots.size();
  }

  const Entry* find(const StableArray<Entry>& entries, BlobType type, const Id& id) const {
    const std::size_t at = slot_of(entries, type, id);
    return at == slots.size() ? nullptr : &entries[slots[at] - 1];
  }

  void place(const Id& id, std::uint32_t number) {
    const std::size_t mask = slots.size() - 1;
    std::size_t at = word_of(id, 8) & mask;
    while (slots[at] != 0) at = (at + 1) & mask;
    slots[at] = number + 1;
  }

  void insert(const StableArray<Entry>& entries, const StableArray<Pack>& packs, std::uint32_t number) {
    const Entry& entry = entries[number];
    if (const auto at = slot_of(entries, static_cast<BlobType>(entry.type), entry.id); at != slots.size()) {
      const Entry& known = entries[slots[at] - 1];
      if (packs[entry.pack].standing_of() < packs[known.pack].standing_of()) slots[at] = number + 1;
      return;
    }
    if ((used + 1) * 4 > slots.size() * 3) {
      const auto old = std::exchange(slots, std::vector<std::uint32_t>(std::max<std::size_t>(64, slots.size() * 2)));
      for (const std::uint32_t slot : old) {
        if (slot != 0) place(entries[slot - 1].id, slot - 1);
      }
    }
    place(entry.id, number);
    ++used;
  }
};

}  // namespace

struct Index::State {
  mutable std::mutex append_mutex;  // taken before a stripe's
  StableArray<Pack> packs;
  StableArray<Entry> entries;
  std::array<Stripe, 32> stripes;
  std::vector<IndexFile> files;                     // with append_mutex
  std::unordered_map<Id, std::uint32_t> file_numbers;  // the same
  std::unordered_set<Id> marked;                    // the same: packs that any index file says are marked

  bool stays(const Entry& entry) const { return packs[entry.pack].standing_of() == Standing::listed; }
  std::uint32_t number_of(const Id& file, const IndexNotes& notes);
  void mark(const std::vector<PackEntry>& these);
  void add(const PackEntry& pack, std::uint32_t file, Standing standing);

  Stripe& stripe(const Id& id) { return stripes[id.bytes[31] % stripes.size()]; }
  const Stripe& stripe(const Id& id) const { return stripes[id.bytes[31] % stripes.size()]; }
};

Index::Index() : state_(std::make_unique<State>()) {}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

// Call with append_mutex.
std::uint32_t Index::State::number_of(const Id& file, const IndexNotes& notes) {
  if (file.empty()) return PackListing::kNoFile;
  const auto [at, is_new] = file_numbers.try_emplace(file, static_cast<std::uint32_t>(files.size()));
  if (is_new) files.push_back({file, notes});
  return at->second;
}

// One mark is enough: while a prune exchanges index files, a pack may be listed with and without it. Call with
// append_mutex.
void Index::State::mark(const std::vector<PackEntry>& these) {
  std::unordered_set<Id> fresh;
  for (const PackEntry& pack : these) {
    if (marked.insert(pack.id).second) fresh.insert(pack.id);
  }
  for (std::uint32_t number = 0; number < packs.size() && !fresh.empty(); ++number) {
    Pack& record = packs[number];
    if (fresh.contains(record.id) && record.standing_of() == Standing::listed) record.set_standing(Standing::marked);
  }
}

void Index::add(const PackEntry& pack) {
  state_->add(pack, PackListing::kNoFile, Standing::listed);
}

void Index::add_unlisted(const PackEntry& pack) {
  state_->add(pack, PackListing::kNoFile, Standing::marked);
}

void Index::add_file(const std::vector<PackEntry>& packs, const Id& file, const IndexNotes& notes) {
  std::uint32_t number;
  {
    std::lock_guard lock(state_->append_mutex);
    number = state_->number_of(file, notes);
    if (notes.marked_ns) state_->mark(packs);
  }
  const Standing standing = notes.marked_ns ? Standing::marked : Standing::listed;
  for (const PackEntry& pack : packs) state_->add(pack, number, standing);
}

void Index::State::add(const PackEntry& pack, std::uint32_t file, Standing standing) {
  std::lock_guard append_lock(append_mutex);
  const auto number = static_cast<std::uint32_t>(packs.size());
  Pack record;
  record.id = pack.id;
  record.count = static_cast<std::uint32_t>(pack.blobs.size());
  record.file = file;
  record.set_standing(marked.contains(pack.id) ? std::max(standing, Standing::marked) : standing);
  for (std::size_t at = 0; at < pack.blobs.size(); ++at) {
    const PackedBlob& blob = pack.blobs[at];
    Entry entry;
    entry.id = blob.id;
    entry.type = static_cast<std::uint32_t>(blob.type);
    entry.pack = number & 0x7fffffff;
    entry.offset = blob.offset;
    entry.length = blob.length;
    entry.uncompressed_length = blob.uncompressed_length;
    const std::uint32_t entry_number = entries.append(entry);
    if (at == 0) record.first = entry_number;
  }
  // Before the first stripe shows an entry of it: find() reads the pack's id.
  packs.append(record);
  for (std::uint32_t at = 0; at < record.count; ++at) {
    const Entry& entry = entries[record.first + at];
    Stripe& home = stripe(entry.id);
    std::lock_guard lock(home.mutex);
    home.insert(entries, packs, record.first + at);
    home.claimed.erase({entry.id, static_cast<BlobType>(entry.type)});
  }
}

bool Index::contains(BlobType type, const Id& id) const {
  const Stripe& stripe = state_->stripe(id);
  std::shared_lock lock(stripe.mutex);
  return stripe.find(state_->entries, type, id) != nullptr;
}

std::optional<BlobLocation> Index::find(BlobType type, const Id& id) const {
  const Stripe& stripe = state_->stripe(id);
  std::shared_lock lock(stripe.mutex);
  const Entry* entry = stripe.find(state_->entries, type, id);
  if (entry == nullptr) return std::nullopt;
  return BlobLocation{state_->packs[entry->pack].id, entry->offset, entry->length, entry->uncompressed_length};
}

bool Index::reusable(BlobType type, const Id& id) const {
  const Stripe& stripe = state_->stripe(id);
  std::shared_lock lock(stripe.mutex);
  const Entry* entry = stripe.find(state_->entries, type, id);
  return entry != nullptr && state_->stays(*entry);
}

bool Index::claim(BlobType type, const Id& id) {
  Stripe& stripe = state_->stripe(id);
  std::lock_guard lock(stripe.mutex);
  const Entry* entry = stripe.find(state_->entries, type, id);
  if (entry != nullptr && state_->stays(*entry)) return false;
  return stripe.claimed.insert({id, type}).second;
}

void Index::release(BlobType type, const Id& id) {
  Stripe& stripe = state_->stripe(id);
  std::lock_guard lock(stripe.mutex);
  stripe.claimed.erase({id, type});
}

std::size_t Index::blob_count() const {
  std::size_t count = 0;
  for (const Stripe& stripe : state_->stripes) {
    std::shared_lock lock(stripe.mutex);
    count += stripe.used;
  }
  return count;
}

std::vector<Id> Index::packs() const {
  std::lock_guard lock(state_->append_mutex);
  std::vector<Id> ids;
  ids.reserve(state_->packs.size());
  for (std::uint32_t at = 0; at < state_->packs.size(); ++at) {
    if (state_->packs[at].standing_of() != Standing::withdrawn) ids.push_back(state_->packs[at].id);
  }
  return ids;
}

void Index::set_file(std::span<const PackEntry> packs, const Id& file) {
  std::unordered_set<Id> wanted;
  for (const PackEntry& pack : packs) wanted.insert(pack.id);
  std::lock_guard lock(state_->append_mutex);
  const std::uint32_t number = state_->number_of(file, {});
  // From the end: they were added a moment ago.
  for (std::uint32_t at = state_->packs.size(); at-- > 0 && !wanted.empty();) {
    Pack& record = state_->packs[at];
    if (record.file == PackListing::kNoFile && wanted.erase(record.id) > 0) record.file = number;
  }
}

void Index::withdraw(std::span<const Id> files) {
  std::lock_guard lock(state_->append_mutex);
  std::unordered_set<std::uint32_t> numbers;
  for (const Id& file : files) {
    const auto found = state_->file_numbers.find(file);
    if (found != state_->file_numbers.end()) numbers.insert(found->second);
  }
  for (std::uint32_t at = 0; at < state_->packs.size() && !numbers.empty(); ++at) {
    Pack& record = state_->packs[at];
    if (!numbers.contains(record.file)) continue;
    record.set_standing(Standing::withdrawn);
    state_->marked.erase(record.id);  // the mark may have been taken back; a file that still has it says so again
  }
}

std::vector<IndexFile> Index::files() const {
  std::lock_guard lock(state_->append_mutex);
  return state_->files;
}

std::optional<std::uint32_t> Index::entry_of(BlobType type, const Id& id) const {
  const Stripe& stripe = state_->stripe(id);
  std::shared_lock lock(stripe.mutex);
  const std::size_t at = stripe.slot_of(state_->entries, type, id);
  if (at == stripe.slots.size()) return std::nullopt;
  return stripe.slots[at] - 1;
}

std::uint32_t Index::entry_count() const {
  std::lock_guard lock(state_->append_mutex);
  return state_->entries.size();
}

void Index::for_each_pack(const std::function<void(const PackEntry&)>& pack) const {
  for_each_listing([&](const PackListing& listing) { pack(listing.pack); });
}

void Index::for_each_listing(const std::function<void(const PackListing&)>& listing, bool withdrawn_too) const {
  std::uint32_t count;
  {
    std::lock_guard lock(state_->append_mutex);
    count = state_->packs.size();
  }
  PackEntry out;
  for (std::uint32_t number = 0; number < count; ++number) {
    const Pack& record = state_->packs[number];
    if (!withdrawn_too && record.standing_of() == Standing::withdrawn) continue;
    out.id = record.id;
    out.blobs.clear();
    for (std::uint32_t at = 0; at < record.count; ++at) {
      const Entry& entry = state_->entries[record.first + at];
      out.blobs.push_back({entry.id, static_cast<BlobType>(entry.type), entry.offset, entry.length,
                           entry.uncompressed_length});
    }
    listing({out, record.file, record.first});
  }
}

}  // namespace tranship::repo
