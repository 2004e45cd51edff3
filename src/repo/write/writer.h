#pragma once
// Writes blobs into packs: deduplicates by the index, compresses, seals straight into the open pack, uploads full packs
// from a bounded ring, and writes an index file at least every `index_interval`, so that a writer that dies
// leaves packs the next one finds. Thread-safe; the many-blob form is the fast one.

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>

#include "base/context.h"
#include "repo/repository.h"

namespace tranship::repo {

struct WriterOptions {
  std::uint32_t pack_bytes = 16u << 20;
  int compression_level = 1;  // zstd; 0 stores raw data blobs (trees are always compressed)
  int uploads_max = 4;        // packs under way at once
  // At first; grows to a sixteenth of the time that passed, at most 5 minutes.
  std::chrono::seconds index_interval{10};
};

struct WriterStatistics {
  std::uint64_t blobs_new = 0, blobs_known = 0;
  std::uint64_t plain_bytes_new = 0;  // before compression
  std::uint64_t stored_bytes = 0;     // packs and indexes as written
};

struct BlobInput {
  BlobType type = BlobType::data;
  ByteView plain;
  Id id;  // filled in by save_many
};

// One at a time for a Repository object. After an error (also of a context that stopped) every call returns it: make
// a new Repository and writer, which find what reached the store.
class Writer {
 public:
  Writer(Repository& repository, WriterOptions options = {});
  ~Writer();  // packs not flushed are dropped
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Result<Id> save(const Context& context, BlobType type, ByteView plain);
  // Hashes all (multi-buffer), stores the new ones. Call from as many threads as there are cores.
  Result<void> save_many(const Context& context, std::span<BlobInput> blobs);
  // A blob as it is sealed in another pack, whether the index knows it or not; the caller has checked it.
  Result<void> copy(const Context& context, const PackedBlob& blob, ByteView sealed);
  // Everything durable: open packs, then the index. Call once before the snapshot (or the mover's result).
  Result<void> flush(const Context& context);
  WriterStatistics statistics() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tranship::repo
