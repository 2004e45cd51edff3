#include "repo/write/pack_assembler.h"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>
#include <new>

#include "crypto/random.h"
#include "crypto/seal.h"
#include "repo/format/pack.h"

namespace tranship::repo {
namespace {

constexpr std::size_t kHeaderEntryBytes = 41;  // the larger of both kinds
constexpr std::size_t kTrailerBytes = crypto::kSealOverhead + kPackLengthBytes;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::size_t pack_bytes(std::size_t blob_bytes, std::size_t blobs) {
  return blob_bytes + blobs * kHeaderEntryBytes + kTrailerBytes;
}

}  // namespace

PackBuffer::PackBuffer(std::size_t capacity) : capacity_((capacity + kHugePage - 1) / kHugePage * kHugePage) {
  void* memory = ::mmap(nullptr, capacity_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  ::madvise(memory, capacity_, MADV_HUGEPAGE);
  data_ = static_cast<std::uint8_t*>(memory);
}

PackBuffer::~PackBuffer() { ::munmap(data_, capacity_); }

PackAssembler::PackAssembler(Options options, TakeFull full) : options_(options), full_(std::move(full)) {
  assert(options_.buffers_max > kDataPacks + 1);
  std::array<std::uint8_t, sizeof random_state_> seed;
  crypto::random_bytes(seed);
  std::memcpy(&random_state_, seed.data(), seed.size());
  random_state_ |= 1;
}

PackAssembler::Slot& PackAssembler::choose(BlobType type) {
  if (type == BlobType::tree) return open_.back();
  // xorshift64*: unpredictable enough, as what it hides is only which neighbours share a pack.
  random_state_ ^= random_state_ >> 12;
  random_state_ ^= random_state_ << 25;
  random_state_ ^= random_state_ >> 27;
  return open_[(random_state_ * 0x2545f4914f6cdd1dULL >> 33) % kDataPacks];
}

bool PackAssembler::fits(const OpenPack& pack, std::uint32_t length) const {
  return pack_bytes(pack.blob_bytes + length, pack.blobs.size() + 1) <= options_.pack_bytes;
}

std::unique_ptr<OpenPack> PackAssembler::open(std::size_t blob_bytes) {
  auto pack = std::make_unique<OpenPack>();
  const std::size_t needed = pack_bytes(blob_bytes, 1);
  if (needed > options_.pack_bytes) {
    pack->buffer = std::make_unique<PackBuffer>(needed);
  } else if (free_.empty()) {
    pack->buffer = std::make_unique<PackBuffer>(options_.pack_bytes);
  } else {
    pack->buffer = std::move(free_.back());
    free_.pop_back();
  }
  ++buffers_out_;
  return pack;
}

Result<void> PackAssembler::wait_for_buffer(const Context& context, std::unique_lock<std::mutex>& lock) {
  // In slices, because the deadline of a context that has none is beyond what a wait can take.
  while (!failed_ && buffers_out_ >= options_.buffers_max) {
    TRY(context.check());
    const auto until = std::min(context.deadline(), Context::Clock::now() + std::chrono::minutes(1));
    has_room_.wait_until(lock, context.stop_token(), until,
                         [&] { return failed_ || buffers_out_ < options_.buffers_max; });
  }
  if (failed_) return fail(*failed_);
  return {};
}

Result<PackAssembler::Place> PackAssembler::reserve(const Context& context, PackedBlob blob) {
  std::unique_lock lock(mutex_);
  const bool alone = pack_bytes(blob.length, 1) > options_.pack_bytes;
  OpenPack* pack = nullptr;
  while (pack == nullptr) {
    if (failed_) return fail(*failed_);
    if (alone) {
      TRY(wait_for_buffer(context, lock));
      closing_.push_back(open(blob.length));
      pack = closing_.back().get();
      pack->closed = true;
      break;
    }
    Slot& slot = choose(blob.type);
    if (slot && !fits(*slot, blob.length)) {
      shut(lock, std::move(slot));  // lets the lock go for a moment: choose again
    } else if (slot) {
      pack = slot.get();
    } else {
      TRY(wait_for_buffer(context, lock));
      if (!slot) slot = open(blob.length);  // another thread may have opened it while this one waited
    }
  }
  blob.offset = static_cast<std::uint32_t>(pack->blob_bytes);
  pack->blob_bytes += blob.length;
  pack->blobs.push_back(blob);
  ++pack->filling;
  return Place{pack, MutableByteView(pack->buffer->data() + blob.offset, blob.length)};
}

void PackAssembler::done(const Place& place) {
  std::unique_ptr<OpenPack> full;
  {
    const std::lock_guard lock(mutex_);
    assert(place.pack->filling > 0);
    if (--place.pack->filling > 0 || !place.pack->closed) return;
    const auto at = std::find_if(closing_.begin(), closing_.end(),
                                 [&](const auto& pack) { return pack.get() == place.pack; });
    assert(at != closing_.end());
    full = std::move(*at);
    closing_.erase(at);
  }
  full_(std::move(full));
}

void PackAssembler::shut(std::unique_lock<std::mutex>& lock, std::unique_ptr<OpenPack> pack) {
  pack->closed = true;
  if (pack->filling > 0) {
    closing_.push_back(std::move(pack));
    return;
  }
  lock.unlock();
  full_(std::move(pack));
  lock.lock();
}

void PackAssembler::merge_leftovers() {
  Slot& first = open_[0];
  Slot& second = open_[1];
  if (!first || !second || first->filling > 0 || second->filling > 0) return;
  const std::size_t blobs = first->blobs.size() + second->blobs.size();
  if (pack_bytes(first->blob_bytes + second->blob_bytes, blobs) > options_.pack_bytes) return;
  // Sealed blobs do not know where they are: they move as they are.
  std::memcpy(first->buffer->data() + first->blob_bytes, second->buffer->data(), second->blob_bytes);
  for (PackedBlob blob : second->blobs) {
    blob.offset += static_cast<std::uint32_t>(first->blob_bytes);
    first->blobs.push_back(blob);
  }
  first->blob_bytes += second->blob_bytes;
  free_.push_back(std::move(second->buffer));
  second.reset();
  --buffers_out_;
  has_room_.notify_all();
}

void PackAssembler::close() {
  std::unique_lock lock(mutex_);
  merge_leftovers();
  for (Slot& slot : open_) {
    if (slot) shut(lock, std::move(slot));
  }
}

void PackAssembler::give_back(std::unique_ptr<PackBuffer> buffer) {
  const std::lock_guard lock(mutex_);
  --buffers_out_;
  // A larger one was made for a single blob: its memory goes back to the system.
  const std::size_t usual = (options_.pack_bytes + kHugePage - 1) / kHugePage * kHugePage;
  if (buffer->capacity() == usual) free_.push_back(std::move(buffer));
  has_room_.notify_all();
}

void PackAssembler::fail_all(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failed_) failed_ = error;
  has_room_.notify_all();
}

std::vector<PackedBlob> PackAssembler::drop() {
  const std::lock_guard lock(mutex_);
  std::vector<PackedBlob> blobs;
  const auto take = [&](const std::unique_ptr<OpenPack>& pack) {
    if (pack) blobs.insert(blobs.end(), pack->blobs.begin(), pack->blobs.end());
  };
  for (auto& slot : open_) take(slot);
  for (auto& pack : closing_) take(pack);
  for (auto& slot : open_) slot.reset();
  closing_.clear();
  return blobs;
}

}  // namespace tranship::repo
