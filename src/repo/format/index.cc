#include "repo/format/index.h"

#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <unordered_set>

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

struct Pack {
  Id id;
  std::uint32_t first, count;  // its entries
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

  const Entry* find(const StableArray<Entry>& entries, BlobType type, const Id& id) const {
    if (slots.empty()) return nullptr;
    const std::size_t mask = slots.size() - 1;
    for (std::size_t at = word_of(id, 8) & mask; slots[at] != 0; at = (at + 1) & mask) {
      const Entry& entry = entries[slots[at] - 1];
      if (same(entry, type, id)) return &entry;
    }
    return nullptr;
  }

  void place(const Id& id, std::uint32_t number) {
    const std::size_t mask = slots.size() - 1;
    std::size_t at = word_of(id, 8) & mask;
    while (slots[at] != 0) at = (at + 1) & mask;
    slots[at] = number + 1;
  }

  void insert(const StableArray<Entry>& entries, std::uint32_t number) {
    const Entry& entry = entries[number];
    if (find(entries, static_cast<BlobType>(entry.type), entry.id) != nullptr) return;
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

  Stripe& stripe(const Id& id) { return stripes[id.bytes[31] % stripes.size()]; }
  const Stripe& stripe(const Id& id) const { return stripes[id.bytes[31] % stripes.size()]; }
};

Index::Index() : state_(std::make_unique<State>()) {}
Index::~Index() = default;
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;

void Index::add(const PackEntry& pack) {
  std::lock_guard append_lock(state_->append_mutex);
  const auto number = static_cast<std::uint32_t>(state_->packs.size());
  Pack record{pack.id, 0, static_cast<std::uint32_t>(pack.blobs.size())};
  for (std::size_t at = 0; at < pack.blobs.size(); ++at) {
    const PackedBlob& blob = pack.blobs[at];
    Entry entry;
    entry.id = blob.id;
    entry.type = static_cast<std::uint32_t>(blob.type);
    entry.pack = number & 0x7fffffff;
    entry.offset = blob.offset;
    entry.length = blob.length;
    entry.uncompressed_length = blob.uncompressed_length;
    const std::uint32_t entry_number = state_->entries.append(entry);
    if (at == 0) record.first = entry_number;
  }
  // Before the first stripe shows an entry of it: find() reads the pack's id.
  state_->packs.append(record);
  for (std::uint32_t at = 0; at < record.count; ++at) {
    const Entry& entry = state_->entries[record.first + at];
    Stripe& stripe = state_->stripe(entry.id);
    std::lock_guard lock(stripe.mutex);
    stripe.insert(state_->entries, record.first + at);
    stripe.claimed.erase({entry.id, static_cast<BlobType>(entry.type)});
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

bool Index::claim(BlobType type, const Id& id) {
  Stripe& stripe = state_->stripe(id);
  std::lock_guard lock(stripe.mutex);
  if (stripe.find(state_->entries, type, id) != nullptr) return false;
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
  for (std::uint32_t at = 0; at < state_->packs.size(); ++at) ids.push_back(state_->packs[at].id);
  return ids;
}

void Index::for_each_pack(const std::function<void(const PackEntry&)>& pack) const {
  std::uint32_t count;
  {
    std::lock_guard lock(state_->append_mutex);
    count = state_->packs.size();
  }
  PackEntry out;
  for (std::uint32_t number = 0; number < count; ++number) {
    const Pack& record = state_->packs[number];
    out.id = record.id;
    out.blobs.clear();
    for (std::uint32_t at = 0; at < record.count; ++at) {
      const Entry& entry = state_->entries[record.first + at];
      out.blobs.push_back({entry.id, static_cast<BlobType>(entry.type), entry.offset, entry.length,
                           entry.uncompressed_length});
    }
    pack(out);
  }
}

}  // namespace tranship::repo
