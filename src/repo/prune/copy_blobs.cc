#include "repo/prune/copy_blobs.h"

#include <algorithm>
#include <mutex>

#include "base/parallel.h"
#include "crypto/digest.h"
#include "repo/format/pack.h"
#include "repo/write/writer.h"

namespace tranship::repo {
namespace {

constexpr int kThreads = 3;
constexpr std::uint64_t kRangeBytes = 8u << 20;
// Unwanted bytes between two blobs that cost less than another request.
constexpr std::uint64_t kGapBytes = 256u << 10;

struct Worker {
  explicit Worker(const crypto::SealKey& key) : opener(key) {}
  BlobOpener opener;
  Bytes range, sealed, plain;
};

class Copying {
 public:
  Copying(const Context& context, Repository& repository, Writer& writer, Progress& progress)
      : context_(context), repository_(repository), writer_(writer), progress_(progress) {}

  // `pack.blobs`: those to copy, by their offsets.
  Result<void> copy(const PackEntry& pack) {
    auto worker = take();
    for (std::size_t first = 0; first < pack.blobs.size();) {
      std::size_t last = first;
      while (last + 1 < pack.blobs.size() && near(pack.blobs[first], pack.blobs[last], pack.blobs[last + 1])) ++last;
      TRY_IN("pack " + pack.id.hex(), copy_range(*worker, pack, first, last));
      first = last + 1;
    }
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(worker));
    return {};
  }

 private:
  static std::uint64_t end_of(const PackedBlob& blob) { return std::uint64_t{blob.offset} + blob.length; }
  static bool near(const PackedBlob& first, const PackedBlob& last, const PackedBlob& next) {
    return next.offset <= end_of(last) + kGapBytes && end_of(next) - first.offset <= kRangeBytes;
  }

  std::unique_ptr<Worker> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Worker>(repository_.master_key());
    auto worker = std::move(idle_.back());
    idle_.pop_back();
    return worker;
  }

  Result<void> copy_range(Worker& worker, const PackEntry& pack, std::size_t first, std::size_t last) {
    const std::uint64_t begin = pack.blobs[first].offset;
    const std::uint64_t length = end_of(pack.blobs[last]) - begin;
    TRY(damage(repository_.store().get(context_, pack_key(pack.id), store::ByteRange{begin, length}, worker.range)));
    for (std::size_t at = first; at <= last; ++at) {
      const PackedBlob& blob = pack.blobs[at];
      const ByteView sealed = ByteView(worker.range).subspan(blob.offset - begin, blob.length);
      TRY(damage(verify(worker, blob, sealed)));
      TRY(writer_.copy(context_, blob, sealed));
      progress_.bytes_done += blob.length;
    }
    return {};
  }

  static Result<void> verify(Worker& worker, const PackedBlob& blob, ByteView sealed) {
    worker.sealed.assign(sealed.begin(), sealed.end());  // opening overwrites it
    if (worker.plain.size() < blob.uncompressed_length) worker.plain.resize(blob.uncompressed_length);
    const ByteView plain = TRY_IN("blob " + blob.id.hex(),
                                  worker.opener.open(worker.sealed, blob.uncompressed_length, worker.plain));
    if (crypto::sha256(plain) != blob.id) return fail(Fault::corrupt, "blob " + blob.id.hex() + " has another id");
    return {};
  }

  static Result<void> damage(Result<void> read) {
    if (read || (read.error().fault() != Fault::corrupt && read.error().fault() != Fault::not_found)) return read;
    return fail(Error(Fault::corrupt, read.error().what())
                    .with_code("repository.damaged")
                    .with_fix("Nothing was removed. 'tranship repository check --read-data' tells what is damaged."));
  }

  const Context& context_;
  Repository& repository_;
  Writer& writer_;
  Progress& progress_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> idle_;
};

// What is to be copied of each pack; a pack that is listed twice comes twice, each blob once.
std::vector<PackEntry> wanted(const Index& index, PackTable& table, const Reachable& reachable) {
  std::vector<PackEntry> packs;
  index.for_each_listing([&](const PackListing& listing) {
    const PackState* state = table.find(listing.pack.id);
    if (state == nullptr || state->fate != Fate::copy) return;
    PackEntry part{listing.pack.id, {}};
    for (std::uint32_t at = 0; at < listing.pack.blobs.size(); ++at) {
      if (reachable.needs(listing.first_entry + at)) part.blobs.push_back(listing.pack.blobs[at]);
    }
    std::sort(part.blobs.begin(), part.blobs.end(),
              [](const PackedBlob& left, const PackedBlob& right) { return left.offset < right.offset; });
    if (!part.blobs.empty()) packs.push_back(std::move(part));
  });
  return packs;
}

}  // namespace

Result<std::uint64_t> copy_blobs(const Context& context, Repository& repository, PackTable& table,
                                 const Reachable& reachable, std::uint32_t pack_bytes, Progress& progress) {
  const auto packs = wanted(repository.index(), table, reachable);
  for (const PackEntry& pack : packs) {
    for (const PackedBlob& blob : pack.blobs) progress.bytes_total += blob.length;
  }
  progress.scanned = true;
  if (packs.empty()) return 0;
  WriterOptions options;
  options.pack_bytes = pack_bytes;
  Writer writer(repository, options);
  Copying copying(context, repository, writer, progress);
  TRY(try_parallel_for(context, packs.size(), kThreads, [&](std::size_t at) { return copying.copy(packs[at]); }));
  TRY(writer.flush(context));
  return writer.statistics().stored_bytes;
}

}  // namespace tranship::repo
