#include "repo/prune/index_exchange.h"

#include <algorithm>
#include <unordered_set>

namespace tranship::repo {
namespace {

constexpr std::size_t kIndexBlobsMax = 50'000;
// Index files with fewer blobs than this are put together when there are many: every reader reads all of them.
constexpr std::size_t kSmallFileBlobs = 5'000;
constexpr std::size_t kSmallFilesMin = 16;
// A mark counts from the time that it says: writers that began since must have been able to see it.
constexpr std::chrono::minutes kMarkTimeout{10};

bool changes_files(const PackState& pack) {
  if (pack.twice) return true;
  return pack.fate != Fate::keep && pack.fate != Fate::busy && pack.fate != Fate::wait;
}

}  // namespace

void IndexExchange::find_replaced() {
  const auto files = repository_.index().files();
  replaced_.assign(files.size(), false);
  std::vector<std::size_t> blobs(files.size(), 0);
  std::vector<bool> known(files.size(), true);
  repository_.index().for_each_listing([&](const PackListing& listing) {
    if (listing.file >= files.size()) return;
    const PackState* pack = table_.find(listing.pack.id);
    if (pack == nullptr) {
      known[listing.file] = false;  // written since the table was made
      return;
    }
    blobs[listing.file] += listing.pack.blobs.size();
    if (changes_files(*pack)) replaced_[listing.file] = true;
  });
  std::vector<std::size_t> small;
  for (std::size_t file = 0; file < files.size(); ++file) {
    if (!known[file]) replaced_[file] = false;
    if (known[file] && !files[file].notes.marked_ns && blobs[file] < kSmallFileBlobs) small.push_back(file);
  }
  if (small.size() < kSmallFilesMin) return;
  for (const std::size_t file : small) replaced_[file] = true;
}

IndexExchange::Bucket* IndexExchange::bucket_for(const PackState& pack, const IndexNotes& source,
                                                 std::int64_t mark_ns, bool remove_copied) {
  std::optional<std::int64_t> mark;
  IndexNotes notes = source;
  switch (pack.fate) {
    case Fate::remove: return nullptr;
    case Fate::copy:
      if (remove_copied) return nullptr;
      mark = mark_ns;
      break;
    case Fate::mark: mark = mark_ns; break;
    case Fate::wait: mark = pack.marked_ns; break;
    case Fate::revive: notes = {}; break;
    case Fate::keep:
    case Fate::busy: break;
  }
  Bucket& bucket = buckets_[{mark.value_or(0), mark || notes.written_ns.has_value()}];
  bucket.notes.marked_ns = mark;
  // The newest of all: whoever asks whether a backup under way wrote it is better off with too late a time.
  if (!mark && notes.written_ns) {
    bucket.notes.written_ns = std::max(bucket.notes.written_ns.value_or(*notes.written_ns), *notes.written_ns);
  }
  return &bucket;
}

Result<void> IndexExchange::write(const Context& context, std::int64_t mark_ns, bool remove_copied) {
  find_replaced();
  const auto files = repository_.index().files();
  const Context in_time = context.with_timeout(kMarkTimeout);
  const auto begin = std::chrono::steady_clock::now();
  std::unordered_set<Id> written;
  // First the buckets with their times, then what is in them: a file is written as soon as it is full.
  for (const bool counting : {true, false}) {
    Result<void> done;
    written.clear();
    repository_.index().for_each_listing([&](const PackListing& listing) {
      if (!done) return;
      const bool in_file = listing.file != PackListing::kNoFile;
      if (in_file && (listing.file >= replaced_.size() || !replaced_[listing.file])) return;
      const PackState* pack = table_.find(listing.pack.id);
      if (pack == nullptr || !written.insert(pack->id).second) return;
      Bucket* bucket = bucket_for(*pack, in_file ? files[listing.file].notes : IndexNotes{}, mark_ns, remove_copied);
      if (bucket != nullptr && !counting) done = put(in_time, *bucket, listing.pack);
    });
    TRY(done);
  }
  for (auto& [key, bucket] : buckets_) TRY(save(in_time, bucket));
  if (std::chrono::steady_clock::now() - begin > kMarkTimeout) {
    return fail(Fault::retryable, "writing the index took more than ten minutes");
  }
  return {};
}

Result<void> IndexExchange::put(const Context& context, Bucket& bucket, const PackEntry& pack) {
  if (bucket.blobs + pack.blobs.size() > kIndexBlobsMax) TRY(save(context, bucket));
  bucket.packs.push_back(pack);
  bucket.blobs += pack.blobs.size();
  return {};
}

Result<void> IndexExchange::save(const Context& context, Bucket& bucket) {
  if (bucket.packs.empty()) return {};
  TRY(repository_.save_index(context, bucket.packs, bucket.notes));
  bucket.packs.clear();
  bucket.blobs = 0;
  return {};
}

Result<void> IndexExchange::remove_old(const Context& context) {
  const auto files = repository_.index().files();
  for (std::size_t file = 0; file < replaced_.size(); ++file) {
    if (replaced_[file]) TRY(repository_.store().remove(context, "index/" + files[file].id.hex()));
  }
  return {};
}

Result<void> IndexExchange::write_again(const Context& context, const std::vector<const PackState*>& packs,
                                        bool marked) {
  std::unordered_set<Id> wanted;
  for (const PackState* pack : packs) wanted.insert(pack->id);
  std::map<std::int64_t, Bucket> buckets;
  Result<void> done;
  repository_.index().for_each_listing(
      [&](const PackListing& listing) {
        if (!done || wanted.erase(listing.pack.id) == 0) return;
        const auto mark = marked ? table_.find(listing.pack.id)->marked_ns : std::nullopt;
        Bucket& bucket = buckets[mark.value_or(0)];
        bucket.notes.marked_ns = mark;
        done = put(context, bucket, listing.pack);
      },
      true);
  TRY(done);
  for (auto& [mark, bucket] : buckets) TRY(save(context, bucket));
  return {};
}

}  // namespace tranship::repo
