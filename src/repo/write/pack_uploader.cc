#include "repo/write/pack_uploader.h"

#include <algorithm>
#include <cassert>

#include "crypto/digest.h"
#include "repo/format/pack.h"
#include "repo/lock.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kIndexBlobsMax = 50'000;
constexpr auto kIndexIntervalMax = std::chrono::minutes(5);
constexpr auto kLastIndexTimeout = std::chrono::seconds(10);

// Puts the sealed header and its length behind the blobs; returns the whole pack.
ByteView finish_pack(OpenPack& pack, crypto::Sealer& sealer) {
  const Bytes header = pack_header(pack.blobs);
  const std::size_t sealed = header.size() + crypto::kSealOverhead;
  const std::size_t size = pack.blob_bytes + sealed + kPackLengthBytes;
  assert(size <= pack.buffer->capacity() && size == pack_file_size(pack.blobs));
  std::uint8_t* at = pack.buffer->data() + pack.blob_bytes;
  sealer.seal(header, MutableByteView(at, sealed));
  for (std::size_t i = 0; i < kPackLengthBytes; ++i) at[sealed + i] = static_cast<std::uint8_t>(sealed >> (8 * i));
  return {pack.buffer->data(), size};
}

}  // namespace

PackUploader::PackUploader(Repository& repository, Options options, GiveBack give_back, Failed failed)
    : repository_(repository),
      options_(options),
      give_back_(std::move(give_back)),
      failed_callback_(std::move(failed)) {
  for (int i = 0; i < std::max(options_.threads, 1); ++i) threads_.emplace_back([this] { run(); });
  threads_.emplace_back([this](std::stop_token stop) { write_indexes(stop); });
}

PackUploader::~PackUploader() {
  stop_.request_stop();
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& pack : queue_) drop(*pack);
    queue_.clear();
    changed_.notify_all();
  }
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
  // What reached the store is of use to the next writer, also when this one was stopped.
  (void)write_index(Context().with_timeout(kLastIndexTimeout));
}

void PackUploader::submit(std::unique_ptr<OpenPack> pack) {
  {
    const std::lock_guard lock(mutex_);
    if (!failed_) {
      queue_.push_back(std::move(pack));
      changed_.notify_all();
      return;
    }
  }
  drop(*pack);
  give_back_(std::move(pack->buffer));
}

void PackUploader::drop(const OpenPack& pack) {
  for (const PackedBlob& blob : pack.blobs) repository_.index().release(blob.type, blob.id);
}

void PackUploader::run() {
  crypto::Sealer sealer(repository_.master_key());
  for (;;) {
    std::unique_ptr<OpenPack> pack;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) return;
      pack = std::move(queue_.front());
      queue_.pop_front();
      ++under_way_;
    }
    if (auto done = upload(*pack, sealer); !done) {
      drop(*pack);
      stop_with(done.error());
    }
    give_back_(std::move(pack->buffer));
    const std::lock_guard lock(mutex_);
    --under_way_;
    changed_.notify_all();
  }
}

Result<void> PackUploader::upload(OpenPack& pack, crypto::Sealer& sealer) {
  TRY(check());
  const ByteView whole = finish_pack(pack, sealer);
  PackEntry entry{crypto::sha256(whole), pack.blobs};
  const auto begun = BootClock::now();
  TRY_IN("writing pack " + entry.id.brief(),
         repository_.store().put(context_, pack_key(entry.id), whole, &entry.id));
  repository_.index().add(entry);
  bool many = false;
  {
    const std::lock_guard lock(mutex_);
    stored_bytes_ += whole.size();
    pending_blobs_ += entry.blobs.size();
    if (pending_.empty() || begun < pending_since_) pending_since_ = begun;
    pending_.push_back(std::move(entry));
    many = pending_blobs_ >= kIndexBlobsMax;
  }
  if (many) TRY(write_index(context_));
  return {};
}

Result<void> PackUploader::write_index(const Context& context) {
  const std::lock_guard one_at_a_time(index_mutex_);
  std::vector<PackEntry> packs;
  BootClock::time_point since;
  {
    const std::lock_guard lock(mutex_);
    packs.swap(pending_);
    since = pending_since_;
    pending_blobs_ = 0;
  }
  if (packs.empty()) return {};
  // After a sleep of the machine a prune may have taken them away: an index that lists what is not there would be
  // believed by the next writer.
  if (BootClock::now() - since > kLockLostAfter) {
    return fail(Error(Fault::conflict, "what was stored was not listed in an index within 25 minutes")
                    .with_fix("Run it again: what was written already is used if it is still there.")
                    .with_code("repository.lock_lost"));
  }
  const auto saved = repository_.save_index(context, packs);
  const std::lock_guard lock(mutex_);
  if (saved) return {};
  // They are in the store all the same: a later attempt may list them.
  pending_since_ = since;
  pending_.insert(pending_.end(), std::make_move_iterator(packs.begin()), std::make_move_iterator(packs.end()));
  return fail(saved.error());
}

// Few files for long runs, little lost when one dies: at first every index_interval, later every sixteenth of the time
// that passed.
std::chrono::milliseconds PackUploader::index_interval() const {
  const auto passed =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin_);
  return std::clamp<std::chrono::milliseconds>(passed / 16, options_.index_interval,
                                               std::max<std::chrono::milliseconds>(options_.index_interval,
                                                                                   kIndexIntervalMax));
}

void PackUploader::write_indexes(std::stop_token stop) {
  const Context context = context_.with_stop(stop);
  while (context.sleep(index_interval())) {
    if (auto done = write_index(context); !done && !context.stopped()) stop_with(done.error());
  }
}

Result<void> PackUploader::finish(const Context& context) {
  {
    std::unique_lock lock(mutex_);
    const auto idle = [&] { return failed_ || (queue_.empty() && under_way_ == 0); };
    while (!idle()) {
      TRY(context.check());
      const auto until = std::min(context.deadline(), Context::Clock::now() + std::chrono::minutes(1));
      changed_.wait_until(lock, context.stop_token(), until, idle);
    }
    if (failed_) return fail(*failed_);
  }
  return write_index(context);
}

Result<void> PackUploader::check() const {
  const std::lock_guard lock(mutex_);
  if (failed_) return fail(*failed_);
  return {};
}

void PackUploader::stop_with(const Error& error) {
  std::deque<std::unique_ptr<OpenPack>> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return;
    failed_ = error;
    dropped.swap(queue_);
    changed_.notify_all();
  }
  for (auto& pack : dropped) {
    drop(*pack);
    give_back_(std::move(pack->buffer));
  }
  failed_callback_(error);
}

std::uint64_t PackUploader::stored_bytes() const {
  const std::lock_guard lock(mutex_);
  return stored_bytes_;
}

}  // namespace tranship::repo
