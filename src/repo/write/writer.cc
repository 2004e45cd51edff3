#include "repo/write/writer.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>

#include "crypto/digest.h"
#include "repo/format/compression.h"
#include "repo/write/pack_uploader.h"

namespace tranship::repo {
namespace {

// Trees are few and small, read often, and compress to a sixth.
constexpr int kTreeCompressionLevel = 3;
// Less gain than this is not worth the reader's time.
constexpr std::size_t kGainMin = 32;  // a 32nd of the blob

// What a thread needs to store blobs; kept from one call to the next.
struct Worker {
  explicit Worker(const crypto::SealKey& key) : sealer(key) {}
  Compressor compressor;
  crypto::Sealer sealer;
  std::vector<ByteView> plains;
  std::vector<Id> ids;
};

// A blob in the form it is sealed in.
struct Encoded {
  ByteView bytes;
  std::uint32_t uncompressed_length = 0;  // 0: as it is
};

}  // namespace

struct Writer::State {
  State(Repository& the_repository, WriterOptions the_options)
      : repository(the_repository),
        options(the_options),
        assembler({options.pack_bytes, static_cast<std::size_t>(3 + std::max(options.uploads_max, 1))},
                  [this](std::unique_ptr<OpenPack> pack) { uploader.submit(std::move(pack)); }),
        uploader(repository, {options.uploads_max, options.index_interval},
                 [this](std::unique_ptr<PackBuffer> buffer) { assembler.give_back(std::move(buffer)); },
                 [this](const Error& error) { assembler.fail_all(error); }) {}
  ~State() {
    for (const PackedBlob& blob : assembler.drop()) repository.index().release(blob.type, blob.id);
  }

  std::unique_ptr<Worker> take_worker();
  Result<Encoded> encode(Worker& worker, const BlobInput& blob) const;
  Result<void> store(const Context& context, Worker& worker, const BlobInput& blob);
  Result<void> save(const Context& context, Worker& worker, std::span<BlobInput> blobs);

  Repository& repository;
  const WriterOptions options;
  std::atomic<std::uint64_t> blobs_new{0}, blobs_known{0}, plain_bytes_new{0};
  std::mutex mutex;  // for the next
  std::vector<std::unique_ptr<Worker>> workers;
  PackAssembler assembler;
  PackUploader uploader;  // after the assembler: its threads end first
};

std::unique_ptr<Worker> Writer::State::take_worker() {
  const std::lock_guard lock(mutex);
  if (workers.empty()) return std::make_unique<Worker>(repository.master_key());
  auto worker = std::move(workers.back());
  workers.pop_back();
  return worker;
}

Result<Encoded> Writer::State::encode(Worker& worker, const BlobInput& blob) const {
  const bool tree = blob.type == BlobType::tree;
  if (!tree && (options.compression_level == 0 || looks_incompressible(blob.plain))) return Encoded{blob.plain, 0};
  const int level = tree ? kTreeCompressionLevel : options.compression_level;
  const ByteView frame = TRY(worker.compressor.compress(blob.plain, level));
  // The format wants trees compressed whatever it gains.
  if (!tree && frame.size() + blob.plain.size() / kGainMin >= blob.plain.size()) return Encoded{blob.plain, 0};
  return Encoded{frame, static_cast<std::uint32_t>(blob.plain.size())};
}

Result<void> Writer::State::store(const Context& context, Worker& worker, const BlobInput& blob) {
  constexpr std::size_t kBlobBytesMax = std::numeric_limits<std::uint32_t>::max() - (std::size_t{32} << 20);
  if (blob.plain.size() > kBlobBytesMax) {
    return fail(Error(Fault::invalid, "a directory or file list of more than 4 GiB cannot be stored")
                    .with_fix("Spread its files over several directories."));
  }
  const Encoded encoded = TRY(encode(worker, blob));
  const std::size_t sealed = encoded.bytes.size() + crypto::kSealOverhead;
  const auto place = TRY(assembler.reserve(context, {blob.id, blob.type, 0, static_cast<std::uint32_t>(sealed),
                                                     encoded.uncompressed_length}));
  worker.sealer.seal(encoded.bytes, place.out);
  assembler.done(place);
  ++blobs_new;
  plain_bytes_new += blob.plain.size();
  return {};
}

Result<void> Writer::State::save(const Context& context, Worker& worker, std::span<BlobInput> blobs) {
  TRY(uploader.check());
  worker.plains.clear();
  for (const BlobInput& blob : blobs) worker.plains.push_back(blob.plain);
  worker.ids.resize(blobs.size());
  crypto::sha256_many(worker.plains, worker.ids);
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    BlobInput& blob = blobs[i];
    blob.id = worker.ids[i];
    if (!repository.index().claim(blob.type, blob.id)) {
      ++blobs_known;
      continue;
    }
    if (auto stored = store(context, worker, blob); !stored) {
      // Others may have taken the claimed blob for stored by now: nothing of this writer may be used any more.
      repository.index().release(blob.type, blob.id);
      uploader.stop_with(stored.error());
      return stored;
    }
  }
  return {};
}

Writer::Writer(Repository& repository, WriterOptions options) : state_(std::make_unique<State>(repository, options)) {}
Writer::~Writer() = default;

Result<Id> Writer::save(const Context& context, BlobType type, ByteView plain) {
  BlobInput blob{type, plain, {}};
  TRY(save_many(context, {&blob, 1}));
  return blob.id;
}

Result<void> Writer::save_many(const Context& context, std::span<BlobInput> blobs) {
  auto worker = state_->take_worker();
  auto saved = state_->save(context, *worker, blobs);
  const std::lock_guard lock(state_->mutex);
  state_->workers.push_back(std::move(worker));
  return saved;
}

Result<void> Writer::copy(const Context& context, const PackedBlob& blob, ByteView sealed) {
  TRY(state_->uploader.check());
  const auto place = TRY(state_->assembler.reserve(context, blob));
  std::copy(sealed.begin(), sealed.end(), place.out.begin());
  state_->assembler.done(place);
  ++state_->blobs_new;
  return {};
}

Result<void> Writer::flush(const Context& context) {
  TRY(state_->uploader.check());
  state_->assembler.close();
  return state_->uploader.finish(context);
}

WriterStatistics Writer::statistics() const {
  WriterStatistics statistics;
  statistics.blobs_new = state_->blobs_new;
  statistics.blobs_known = state_->blobs_known;
  statistics.plain_bytes_new = state_->plain_bytes_new;
  statistics.stored_bytes = state_->uploader.stored_bytes();
  return statistics;
}

}  // namespace tranship::repo
