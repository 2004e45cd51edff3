#pragma once
// Packs being filled: two open ones for data, of which every blob takes one at random, so that the sizes of
// neighbouring chunks cannot be read off a pack (eprint.iacr.org/2025/532), and one for trees. Blobs are sealed into
// their place by many threads at once; the number of packs in memory is bounded.

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/context.h"
#include "repo/format/index.h"

namespace tranship::repo {

// Page-aligned memory with huge pages where the system gives them; returned to it on destruction.
class PackBuffer {
 public:
  explicit PackBuffer(std::size_t capacity);
  ~PackBuffer();
  PackBuffer(const PackBuffer&) = delete;
  PackBuffer& operator=(const PackBuffer&) = delete;

  std::uint8_t* data() const { return data_; }
  std::size_t capacity() const { return capacity_; }

 private:
  std::size_t capacity_;
  std::uint8_t* data_;
};

// A pack in memory, without its header. `buffer` has room for the header too.
struct OpenPack {
  std::unique_ptr<PackBuffer> buffer;
  std::vector<PackedBlob> blobs;
  std::size_t blob_bytes = 0;  // sealed
  int filling = 0;             // places given out and not yet done
  bool closed = false;         // takes no more blobs
};

// Thread-safe.
class PackAssembler {
 public:
  struct Options {
    std::size_t pack_bytes = 0;    // a pack is no larger, unless it holds a single blob that is
    std::size_t buffers_max = 0;   // packs in memory: open, full and under way; at least 4
  };
  // A place in an open pack for one sealed blob: fill `out`, then call done().
  struct Place {
    OpenPack* pack = nullptr;
    MutableByteView out;
  };
  using TakeFull = std::function<void(std::unique_ptr<OpenPack>)>;

  // `full` gets every pack whose last place is filled, on the thread that filled it; it must give the buffer back.
  PackAssembler(Options options, TakeFull full);

  // Waits while all packs are under way. blob.offset is filled in here.
  Result<Place> reserve(const Context& context, PackedBlob blob);
  void done(const Place& place);
  // Hands all open packs to `full`; what is left in both data packs goes into one where it fits.
  void close();
  void give_back(std::unique_ptr<PackBuffer> buffer);
  // Every reserve() from now on, and those that wait, return this error.
  void fail_all(const Error& error);
  // The blobs of the packs still open, which are dropped.
  std::vector<PackedBlob> drop();

 private:
  static constexpr std::size_t kDataPacks = 2;
  using Slot = std::unique_ptr<OpenPack>;

  Slot& choose(BlobType type);
  bool fits(const OpenPack& pack, std::uint32_t length) const;
  Result<void> wait_for_buffer(const Context& context, std::unique_lock<std::mutex>& lock);
  std::unique_ptr<OpenPack> open(std::size_t blob_bytes);
  void shut(std::unique_lock<std::mutex>& lock, std::unique_ptr<OpenPack> pack);
  void merge_leftovers();

  const Options options_;
  const TakeFull full_;
  std::mutex mutex_;  // for all below
  std::condition_variable_any has_room_;
  std::array<Slot, kDataPacks + 1> open_;          // the last one for trees
  std::vector<std::unique_ptr<OpenPack>> closing_;  // closed, with places still being filled
  std::vector<std::unique_ptr<PackBuffer>> free_;
  std::size_t buffers_out_ = 0;  // open or under way
  std::uint64_t random_state_;
  std::optional<Error> failed_;
};

}  // namespace tranship::repo
